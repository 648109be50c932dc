"""Which words of an object are read, and in whose voice."""

import pytest

from compliance.findings import findings_in, findings_of
from compliance.text_of import quoting_column, title_pieces, words_of
from core.registries import TextPiece
from courses.models import GlossaryTerm
from events.blocks import SpeakerBlock
from events.pages import EventPage
from events.texts import event_pieces
from newsletters.texts import campaign_pieces
from quizzes.content import OptionContent
from quizzes.models import Misconception
from quizzes.texts import QuestionText, misconception_pieces, question_pieces
from tests.factories.newsletters import make_campaign, make_marketer

PROMISE = "保证收益，稳赚不赔"


def severities(obj):
    return [(found.severity, found.label) for found in findings_in(obj)]


def lesson_with(course_site, *body, **changes):
    lesson = course_site.draft(**changes)
    from courses.actions.block_importing import body_to_stream

    lesson.body = lesson.body.stream_block.to_python(body_to_stream(body))
    return lesson


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["title", "subtitle", "objective", "author_name", "seo_title", "search_description"])
def test_every_field_of_a_lesson_is_read(course_site, field):
    lesson = course_site.draft()
    setattr(lesson, field, "本产品保本")
    assert [(found.severity, found.places) for found in findings_in(lesson)] == [("block", (field,))]


@pytest.mark.django_db
def test_blocks_of_a_lesson_are_read_in_the_voice_that_speaks(course_site):
    lesson = lesson_with(
        course_site,
        {"type": "scene", "html": "<p>群里有人发来一张图。</p>", "say": f"“{PROMISE}”", "after": "<p>该信吗？</p>"},
        {"type": "text", "html": f"<p>本产品{PROMISE}。</p>"},
        {"type": "keep", "text": "本产品保本"},
    )
    found = [(row.severity, row.label) for row in findings_in(lesson)]
    assert [severity for severity, label in found if "有人这样说" in label] == ["note", "note"]
    assert [severity for severity, label in found if "2 正文" in label] == ["block", "block"]
    assert [severity for severity, label in found if "只记一句" in label] == ["block"]


@pytest.mark.django_db
def test_pictures_tables_and_steps_are_read(course_site):
    lesson = course_site.draft()
    stream = lesson.body.stream_block
    lesson.body = stream.to_python(
        [
            {"type": "image", "value": {"image": None, "alt": "图：本产品保本", "caption": "稳赚不赔"}, "id": "i"},
            {"type": "steps", "value": {"items": [{"type": "item", "id": "s", "value": {"title": "买", "html": "<p>本产品保本</p>"}}]}, "id": "t"},
            {
                "type": "table",
                "value": {
                    "table": {"columns": [{"type": "text", "heading": "对方说"}, {"type": "text", "heading": "我们"}],
                              "rows": [{"values": ["稳赚不赔", "本产品稳赚不赔"]}], "caption": "表"},
                    "note": "",
                },
                "id": "b",
            },
        ]
    )  # fmt: skip
    found = [(row.severity, row.places[0]) for row in findings_in(lesson)]
    assert found == [
        ("block", "body.i.alt"),
        ("block", "body.i.caption"),
        ("block", "body.t.items.s.html"),
        ("note", "body.b.table#3"),
        ("block", "body.b.table#4"),
    ]


@pytest.mark.django_db
def test_a_misconception_is_quoted_and_its_correction_is_not(course_site):
    Misconception.objects.create(code="D-90-1", belief="买债基一定赚钱，稳赚不赔。", correction="我们的产品稳赚不赔。")
    lesson = lesson_with(course_site, {"type": "misconception", "code": "D-90-1"})
    by_label = {label.rpartition("› ")[2]: severity for severity, label in severities(lesson)}
    assert by_label == {"误区": "note", "正解": "block"}


def test_aliases_of_a_term_are_asked_for_and_its_words_are_not():
    term = GlossaryTerm(term="非法荐股", plain="带单", aliases="带单\n推荐股票")
    assert severities(term) == [("block", "一句话解释"), ("note", "平时怎么叫"), ("note", "平时怎么叫")]


def test_contacts_stop_in_every_voice():
    piece = TextPiece("say", "加老师微信，拉你进群", kind="quotation")
    assert {found.severity for found in findings_of([piece], "lesson")} == {"block"}


def test_a_title_that_asks_is_noted_and_what_follows_is_not():
    asked = list(title_pieces(place="title", text="先交费才能追回损失？|我们帮您追回损失", label="标题"))
    assert [(piece.text, piece.kind) for piece in asked] == [
        ("先交费才能追回损失？", "question"),
        ("|我们帮您追回损失", ""),
    ]
    assert [found.severity for found in findings_of(asked, "article")] == ["note", "block"]


def test_a_question_excuses_no_promise():
    pieces = list(title_pieces(place="title", text="想要保证收益、稳赚不赔？", label="标题"))
    assert {found.severity for found in findings_of(pieces, "")} == {"block"}


@pytest.mark.parametrize(
    ("heading", "kind"), [("对方说", "quotation"), ("遇到这样就停", "quotation"), ("我们怎么做", ""), ("费用", "")]
)
def test_a_column_announces_somebody_elses_words(heading, kind):
    assert quoting_column(heading) == kind


def test_options_of_a_question_are_read_by_what_they_are():
    text = QuestionText(
        stem="客服说：“先交解冻费。”", ask="他该怎么办？", explanation="我们保证收益，稳赚不赔。",
        options=(("1", OptionContent(text="稳赚不赔，先买", correct=False, breaks="稳赚不赔", remedy="")),
                 ("2", OptionContent(text="本产品稳赚不赔", correct=True))),
    )  # fmt: skip
    found = [(row.severity, row.places[0]) for row in findings_of(list(question_pieces(text)), "quiz")]
    assert ("note", "options.1.text") in found
    assert ("block", "options.2.text") in found
    assert ("block", "options.1.breaks") in found
    assert ("block", "explanation") in found
    assert ("block", "stem") not in found


def test_belief_of_a_misconception_is_a_quotation():
    row = Misconception(code="X-1", belief="稳赚不赔", correction="稳赚不赔", why="")
    assert [(piece.place, piece.kind) for piece in misconception_pieces(row)] == [
        ("belief", "misconception"),
        ("correction", ""),
    ]


@pytest.mark.django_db
def test_speakers_of_an_event_are_read():
    speaker = SpeakerBlock().to_python({"name": "某老师", "role": "明星基金经理", "bio": "带您稳赚不赔"})
    page = EventPage(title="沙龙", summary="<p>学习用。</p>", city="上海", venue="二楼")
    page.speakers = [("speaker", speaker)]
    assert any("带您稳赚不赔" in piece.text for piece in event_pieces(page))
    assert "block" in {found.severity for found in findings_in(page)}


@pytest.mark.django_db
def test_a_letter_is_read_with_what_it_always_ends_with(now):
    campaign = make_campaign(author=make_marketer(), now=now)
    assert [found.severity for found in findings_in(campaign) if found.severity != "note"] == []
    campaign.sms_text = "本产品保本，详询热线"
    assert [(found.severity, found.places) for found in findings_in(campaign) if found.severity == "block"] == [
        ("block", ("sms_text",))
    ]
    assert "十二月的信" not in [piece.text for piece in campaign_pieces(campaign)]


def test_the_digest_belongs_to_the_words_around():
    def digest(text):
        return findings_of([TextPiece("a", text)], "")[0].digest

    assert digest("本产品保本。") == digest("本产品<b>保</b>本。")
    assert digest("本产品保本。") != digest("这个产品保本。")
    # Beyond the reach of the check a change says nothing about the finding.
    assert digest("本产品保本。" + "甲" * 80) == digest("本产品保本。" + "甲" * 80 + "乙")


def test_words_are_read_without_markup():
    pieces = [TextPiece("a", "<p>一</p><p>二</p>", "正文"), TextPiece("b", "三", "图注")]
    assert words_of(pieces) == [("正文", "一\n二"), ("图注", "三")]
