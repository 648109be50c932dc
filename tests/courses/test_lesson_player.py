"""What a lesson does beside being read: its check, its terms, its drill, its reading."""

import re
from html import unescape

import pytest
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError

from core import pagecache
from core.actions.publishing import publish_through_review
from core.facts import keys_in
from core.models import PublishedVersion
from courses.actions.drill_importing import import_drill
from courses.actions.importing import describe
from courses.blocks import CheckBlock, LessonBody
from courses.enums import DrillKind
from courses.errors import MediaInUseError
from courses.models import Drill, GlossaryTerm
from courses.pages import LessonPage
from courses.texts import lesson_pieces
from tests.factories.courses import NOW, read_content
from tests.factories.media import make_media, mp3, mp4

pytestmark = pytest.mark.django_db
LESSON = "/courses/decision/beginner/fund-summary/"
SAMPLE = "/courses/decision/beginner/sample-lesson/"
_TERM_LINK = re.compile(r'<a class="term-link"[^>]*>(.*?)</a>')


def check(*, right=(False, True), count=2, **changes):
    options = [
        {"text": f"选项{place}", "right": place < len(right) and right[place], "feedback": f"说说{place}。"}
        for place in range(count)
    ]
    return {"question": "哪一个？", "options": options, **changes}


def page_of(client, url):
    return client.get(url).content.decode()


# --- The check ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("right", [(False, False), (True, True)])
def test_a_check_has_exactly_one_right_answer(right):
    with pytest.raises(StructBlockValidationError) as refused:
        CheckBlock().clean(CheckBlock().to_python(check(right=right)))
    assert list(refused.value.block_errors) == ["options"]
    assert describe(refused.value) == "请标出一个对的选项，只标一个。"


@pytest.mark.parametrize("changes", [{"count": 1, "right": (True,)}, {"count": 5}, {"question": "字" * 121}])
def test_a_check_stays_small(changes):
    with pytest.raises(StructBlockValidationError):
        CheckBlock().clean(CheckBlock().to_python(check(**changes)))


def test_a_second_check_is_refused_beside_itself():
    body = LessonBody()
    with pytest.raises(StreamBlockValidationError) as refused:
        body.clean(body.to_python([{"type": "check", "value": check()}] * 2))
    assert list(refused.value.block_errors) == [1]
    assert describe(refused.value) == "一篇里只能有一个“检查一下这一点”。"


def test_what_is_said_to_an_answer_comes_only_after_it(course_site, client):
    course_site.demo_lesson("d-03")
    before, wrong, right = (page_of(client, LESSON + query) for query in ("", "?check=a", "?check=c"))
    said = ["买的时候，甲确实少付50", "三年多扣150", "甲买时少付50"]
    assert [words in before for words in said] == [False, False, False]
    assert [words in wrong for words in said] == [True, False, False]
    assert [words in right for words in said] == [False, False, True]
    radio = 'type="radio" name="check"'
    assert ("对的是" in wrong, radio in wrong, radio in before) == (True, False, True)
    # On paper there is nothing to press.
    assert re.search(r'class="on-paper" data-plain>对的是 <b>乙，少花100\s元</b>', before)


def test_guess_number_and_check_keep_each_other(course_site, client):
    course_site.demo_lesson("d-03")

    def hidden(html, part):
        form = re.search(rf'<form[^>]*data-in-place="#{part}[^>]*>(.*?)</form>', html, re.DOTALL)[1]
        return re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)

    html = page_of(client, LESSON + "?guess=b&value=0.7")
    assert hidden(html, "check") == [("guess", "b"), ("value", "0.7")]
    assert hidden(html, "figure") == [("guess", "b")]
    html = page_of(client, LESSON + "?check=a&value=0.7")
    assert hidden(html, "guess") == [("value", "0.7"), ("check", "a")]
    assert f"{LESSON}?value=0.7#check" in unescape(html)
    assert hidden(page_of(client, LESSON + "?value=<b>&guess=zz"), "check") == []


@pytest.mark.parametrize("query", ["?check=a", "?guess=b&check=b&value=0.7"])
def test_an_answered_check_is_cached_for_everybody(course_site, client, query):
    course_site.demo_lesson("d-03")
    answers = [client.get(LESSON + query) for _again in range(2)]
    assert [answer.headers["X-Page-Cache"] for answer in answers] == ["miss", "hit"]


@pytest.mark.parametrize("url", [LESSON + "?check=d", LESSON + "?check=zz", SAMPLE + "?check=a", SAMPLE + "?guess=a"])
def test_answers_that_no_option_sends_do_not_fill_the_cache(course_site, client, url):
    course_site.demo_lesson("d-03")
    course_site.lesson()
    answer = client.get(url)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


def test_wrong_answers_are_judged_as_wrong_answers_and_the_right_one_as_ours(course_site):
    lesson = course_site.demo_lesson("d-03")
    kinds = {piece.text.replace("\u202f", " "): piece.kind for piece in lesson_pieces(lesson)}
    assert [kinds[text] for text in ("甲，少花50 元", "乙，少花150 元", "乙，少花100 元")] == [
        "distractor", "distractor", "",
    ]  # fmt: skip


def test_the_record_of_what_was_published_holds_every_answer(course_site):
    lesson = course_site.demo_lesson("d-03")
    text = PublishedVersion.objects.get(object_id=str(lesson.pk), title__contains="产品资料概要").text
    for words in ("哪只花得少？", "买的时候，甲确实少付50", "三年多扣150", "甲买时少付50"):
        assert words in text


# --- Terms -----------------------------------------------------------------------------------------------------
TEXTS = [
    {"type": "scene", "html": "<p>周姐看<b>净值</b>。</p>", "say": "“净值便宜。”", "after": "<p>净值呢？</p>"},
    {"type": "section", "title": "申购费和净值", "short": ""},
    {"type": "text", "html": "<p>申购费一次付清，申购费不天天扣。</p>"},
]


def test_the_first_mention_on_the_page_leads_to_the_glossary(course_site, client):
    course_site.start_facts(["redeem_fee_lt7d"])
    course_site.term()
    course_site.term(
        slug="fee", term="申购费", pinyin="shen gou fei", aliases=[], plain="买入时付，占{fact:redeem_fee_lt7d}。"
    )
    lesson = course_site.lesson(body=TEXTS)
    html = page_of(client, lesson.url)
    assert _TERM_LINK.findall(html) == ["净值", "申购费"]
    assert 'href="/glossary/nav-per-unit/" data-term="基金份额净值" data-plain-words="一份基金当天值多少钱。"' in html
    assert "{fact:" not in html
    assert client.get(lesson.url).headers["X-Page-Cache"] == "hit"


def test_what_was_published_is_the_text_without_links(course_site):
    course_site.term()
    text = course_site.lesson(body=TEXTS).published_text()
    assert "周姐看净值" in text
    assert "glossary" not in text


@pytest.mark.parametrize("kind", ["text", "key_idea", "scene", "steps"])
def test_an_author_turns_the_links_of_a_block_off(course_site, client, kind):
    course_site.term()
    blocks = {
        "text": {"html": "<p>看净值</p>"},
        "key_idea": {"html": "<p>看净值</p>"},
        "scene": {"html": "<p>看净值</p>", "say": "", "after": ""},
        "steps": {"items": [{"title": "一", "html": "<p>看净值</p>"}]},
    }
    linked = course_site.lesson(body=[{"type": kind, **blocks[kind]}])
    assert _TERM_LINK.findall(page_of(client, linked.url)) == ["净值"]
    plain = course_site.lesson(code="D-91", slug="plain", body=[{"type": kind, "link_terms": False, **blocks[kind]}])
    assert _TERM_LINK.findall(page_of(client, plain.url)) == []


def test_text_that_was_stored_before_the_switch_is_read_and_linked(course_site, client):
    course_site.term()
    lesson = course_site.lesson()
    stored = LessonPage.body.field.to_python([{"type": "text", "value": "<p>看净值</p>"}])
    assert (stored[0].value["link_terms"], stored[0].value.source) == (True, "<p>看净值</p>")
    lesson.body = stored
    publish_through_review(page=lesson, author=course_site.author, reviewer=course_site.reviewer, now=NOW)
    assert _TERM_LINK.findall(page_of(client, lesson.url)) == ["净值"]


def test_a_changed_or_withdrawn_term_is_right_on_the_next_page(course_site, client, django_capture_on_commit_callbacks):
    term = course_site.term()
    url = course_site.lesson(body=TEXTS).url
    assert _TERM_LINK.findall(page_of(client, url)) == ["净值"]
    with django_capture_on_commit_callbacks(execute=True):
        course_site.term(plain="换了一句。")
    assert 'data-plain-words="换了一句。"' in page_of(client, url)
    with django_capture_on_commit_callbacks(execute=True):
        GlossaryTerm.objects.get(pk=term.pk).unpublish()
    assert _TERM_LINK.findall(page_of(client, url)) == []


def test_names_that_mislead_are_left_out_by_the_editor(course_site, client):
    course_site.term(unlinked=["净值"])
    html = page_of(client, course_site.lesson(body=TEXTS).url)
    assert _TERM_LINK.findall(html) == []


# --- Drill and reading ---------------------------------------------------------------------------------------
def _drill(course_site):
    data = read_content("drills/pay-first.toml")
    course_site.start_facts(keys_in([str(data)]))
    return import_drill(data=data, author=course_site.author, reviewer=course_site.reviewer, now=NOW)


def test_a_drill_is_shown_while_it_is_public_and_editors_are_told(course_site, client, rf):
    drill = _drill(course_site)
    lesson = course_site.lesson(body=[{"type": "drill", "drill": "pay-first", "text": "交钱之前走一遍。"}])
    html = page_of(client, lesson.url)
    assert ("交钱之前走一遍。" in html, 'class="btn btn-2" href="/drills/pay-first/"' in html) == (True, True)
    Drill.objects.get(pk=drill.pk).unpublish()
    lesson = LessonPage.objects.get(pk=lesson.pk)
    request = rf.get(lesson.url)
    assert "drills/pay-first" not in str(lesson.body.render_as_block({"request": request}))
    request.is_preview = True
    assert "没有公开，读者看不到这一块" in str(lesson.body.render_as_block({"request": request}))


@pytest.mark.parametrize(
    ("recording", "minutes", "field"), [(mp4(b"vide"), 8, "reading"), (mp3(), None, "reading_minutes")]
)
def test_a_reading_is_a_recording_with_its_length(course_site, settings, tmp_path, recording, minutes, field):
    settings.MEDIA_ROOT = tmp_path
    lesson = course_site.lesson()
    lesson.reading, lesson.reading_minutes = make_media(recording), minutes
    with pytest.raises(Exception, match="录") as refused:
        lesson.clean()
    assert list(refused.value.message_dict) == [field]


def test_a_lesson_can_be_listened_to(course_site, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lesson = course_site.lesson()
    assert "<audio" not in page_of(client, lesson.url)
    lesson.reading, lesson.reading_minutes = make_media(mp3(), captions=None), 8
    pagecache.purge()
    publish_through_review(page=lesson, author=course_site.author, reviewer=course_site.reviewer, now=NOW)
    html = page_of(client, lesson.url)
    assert "听这一课 · 8 分钟" in html
    player = re.search(r"<audio[^>]*>", html)[0]
    assert ('preload="none"' in player, "autoplay" in player, "controls" in player) == (True, False, True)


def test_a_recording_that_is_read_aloud_cannot_be_deleted_and_a_draft_forgets_one_that_is_gone(
    course_site, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    lesson = course_site.lesson()
    kept, gone = make_media(mp3()), make_media(mp3())
    lesson.reading, lesson.reading_minutes = kept, 8
    publish_through_review(page=lesson, author=course_site.author, reviewer=course_site.reviewer, now=NOW)
    with pytest.raises(MediaInUseError):
        kept.delete()
    lesson.reading = gone
    draft = lesson.save_revision(user=course_site.author)
    gone.delete()
    assert draft.as_object().reading is None


def test_many_drills_stand_on_several_pages_kind_by_kind(client):
    kinds = [DrillKind.values[place % 2] for place in range(13)]
    Drill.objects.bulk_create(
        Drill(title=f"演练{place}", slug=f"d-{place}", kind=kind, intro="一步一步走。", live=True)
        for place, kind in enumerate(kinds)
    )
    pages = [page_of(client, f"/drills/?page={number}") for number in (1, 2)]
    assert [len(re.findall(r'href="/drills/d-', page)) for page in pages] == [12, 1]
    assert (str(DrillKind(kinds[0]).label) in pages[1], str(DrillKind(kinds[1]).label) in pages[1]) == (False, True)
    assert [client.get(f"/drills/?page={number}").status_code for number in ("3", "0", "x")] == [404, 404, 404]
