"""What a reviewer reads, and the answers that are offered to whom."""

import pytest
from django.contrib.auth.models import Permission

from compliance.findings import findings_in
from compliance.models import FindingOverride
from courses.models import GlossaryTerm
from courses.pages import LessonPage
from tests.factories.accounts import StaffFactory
from tests.factories.compliance import make_fact
from tests.factories.newsletters import make_campaign, make_marketer

pytestmark = pytest.mark.django_db
REASON = "课里逐字拆解这一句话，读者不会误会。"


def address(obj):
    return f"/cms/compliance/review/{obj._meta.app_label}/{obj._meta.model_name}/{obj.pk}/"


@pytest.fixture
def edited(course_site):
    """A live lesson with a draft that changes a field and a block, and adds one."""
    lesson = course_site.lesson(
        body=[
            {"type": "section", "title": "第一节", "short": ""},
            {"type": "text", "html": "<p>没有动过的一段。</p>"},
            {"type": "scene", "html": "<p>情境。</p>", "say": "“先问一句。”", "after": ""},
        ]
    )
    draft = lesson.get_latest_revision_as_object()
    draft.subtitle = "新的副标题"
    raw = list(draft.body.get_prep_value())
    raw[2]["value"]["say"] = "“后问一句。”"
    raw.append({"type": "text", "value": "<p>新加的一段。</p>", "id": "n"})
    draft.body = draft.body.stream_block.to_python(raw)
    draft.save_revision(user=course_site.author)
    return LessonPage.objects.get(pk=lesson.pk)


@pytest.fixture
def blocked(course_site):
    page = course_site.draft()
    page.objective = "本产品保本"
    page.save_revision(user=course_site.author)
    return LessonPage.objects.get(pk=page.pk)


def test_the_difference_names_what_changed_and_leaves_out_the_rest(enter, course_site, edited):
    page = enter(course_site.reviewer).get(address(edited))
    changes = [(change.label, change.state) for change in page.context["changes"]]
    shown = page.content.decode()
    assert sorted(changes) == [
        ("内容 › 3 情境 › 有人这样说", "改动"),
        ("内容 › 4 正文", "新增"),
        ("副标题", "改动"),
    ]
    assert "新加的一段。" in shown
    assert "没有动过的一段" not in shown
    assert [row["who"] for row in page.context["authors"]] == [str(course_site.author)]


def test_what_only_the_editor_marks_is_no_change_and_a_new_link_is(enter, course_site):
    lesson = course_site.lesson(
        body=[
            {"type": "text", "html": "<p>第一段。</p>"},
            {"type": "text", "html": '<p>看<a href="/help/">帮助</a>。</p>'},
        ]
    )
    draft = lesson.get_latest_revision_as_object()
    raw = list(draft.body.get_prep_value())
    raw[0]["value"] = '<p data-block-key="x1">第一段。</p>'
    raw[1]["value"] = '<p data-block-key="x2">看<a href="https://evil.example/">帮助</a>。</p>'
    draft.body = draft.body.stream_block.to_python(raw)
    draft.save_revision(user=course_site.author)
    [change] = enter(course_site.reviewer).get(address(lesson)).context["changes"]
    assert (change.label, change.state) == ("内容 › 2 正文 › 文字", "文字没变，格式或链接变了")
    assert "https://evil.example/" in change.html
    assert "<a " not in change.html


def test_a_page_that_was_never_public_is_shown_whole(enter, course_site, blocked):
    page = enter(course_site.reviewer).get(address(blocked))
    assert ("学习目标", "本产品保本") in page.context["words"]
    assert page.context["stopping"] == 1


def test_a_reviewer_releases_with_a_reason_and_the_page_says_so(enter, course_site, blocked):
    client = enter(course_site.reviewer)
    revision = blocked.get_latest_revision()
    digest = findings_in(revision.as_object())[0].digest
    short = client.post(address(blocked), {"digest": digest, "revision": revision.pk, "reason": "行"}, follow=True)
    stale = client.post(address(blocked), {"digest": digest, "revision": "1", "reason": REASON}, follow=True)
    assert "至少写 10 个字" in short.content.decode()
    assert "又改过了" in stale.content.decode()
    assert FindingOverride.objects.count() == 0
    done = client.post(address(blocked), {"digest": digest, "revision": revision.pk, "reason": REASON}, follow=True)
    assert FindingOverride.objects.get().reviewer == str(course_site.reviewer.pk)
    assert f"放行：{REASON}" in done.content.decode()
    assert done.context["stopping"] == 0


def test_who_wrote_it_is_offered_no_form_and_refused(enter, course_site, blocked):
    client = enter(course_site.author)
    revision = blocked.get_latest_revision()
    digest = findings_in(revision.as_object())[0].digest
    page = client.get(address(blocked))
    refused = client.post(address(blocked), {"digest": digest, "revision": revision.pk, "reason": REASON}, follow=True)
    assert 'name="reason"' not in page.content.decode()
    assert "只有没有参与撰写的审核人可以放行" in refused.content.decode()
    assert FindingOverride.objects.count() == 0


def test_approving_on_the_page_publishes(enter, course_site, edited):
    draft = edited.get_latest_revision_as_object()
    draft.get_workflow().start(draft, user=course_site.author)
    client = enter(course_site.reviewer)
    page = client.get(address(edited))
    answers = {answer["name"]: answer["url"] for answer in page.context["answers"]}
    assert sorted(answers) == ["approve", "reject"]
    assert page.context["deadline"] is not None
    client.post(answers["approve"], {"comment": ""})
    assert LessonPage.objects.get(pk=edited.pk).subtitle == "新的副标题"


def test_asking_for_changes_on_the_page_sends_it_back(enter, course_site, edited):
    draft = edited.get_latest_revision_as_object()
    state = draft.get_workflow().start(draft, user=course_site.author)
    client = enter(course_site.reviewer)
    answers = {answer["name"]: answer["url"] for answer in client.get(address(edited)).context["answers"]}
    client.post(answers["reject"], {"comment": "请补出处。"})
    state.refresh_from_db()
    assert state.status == "needs_changes"
    assert LessonPage.objects.get(pk=edited.pk).subtitle == ""


def test_an_author_is_offered_no_approval(enter, course_site, edited):
    draft = edited.get_latest_revision_as_object()
    draft.get_workflow().start(draft, user=course_site.author)
    assert enter(course_site.author).get(address(edited)).context["answers"] == []


def test_a_snippet_and_a_letter_have_the_page_too(enter, course_site, now):
    term = course_site.term()
    draft = GlossaryTerm.objects.get(pk=term.pk)
    draft.plain = "一份基金今天值多少钱。"
    draft.save_revision(user=course_site.author)
    campaign = make_campaign(author=make_marketer(), now=now, preheader="本产品保本")
    client = enter(course_site.reviewer)
    of_term, of_letter = client.get(address(term)), client.get(address(campaign))
    assert [(change.label, change.state) for change in of_term.context["changes"]] == [("一句话解释", "改动")]
    assert of_letter.context["stopping"] == 1
    digest = next(found.digest for found in findings_in(campaign) if found.severity == "block")
    client.post(address(campaign), {"digest": digest, "revision": "", "reason": REASON})
    assert FindingOverride.objects.get().revision_id is None


def test_a_stranger_may_not_look_and_nonsense_is_not_found(enter, course_site, blocked):
    stranger = StaffFactory()
    stranger.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = enter(stranger)
    assert client.get(address(blocked)).status_code == 302
    client = enter(course_site.reviewer)
    assert client.get("/cms/compliance/review/courses/nothing/1/").status_code == 404
    assert client.get("/cms/compliance/review/courses/lessonpage/999999/").status_code == 404
    assert client.get("/cms/compliance/review/accounts/user/1/").status_code == 404


def test_facts_and_missing_statements_are_listed(enter, course_site):
    fact = make_fact(course_site)
    page = course_site.draft()
    page.objective = "讲清这只基金的收益从哪里来，费率是{fact:fee_cap}。"
    page.save_revision(user=course_site.author)
    response = enter(course_site.reviewer).get(address(page))
    assert [(key, shown.text) for key, shown in response.context["facts"]] == [("fee_cap", "0.8%")]
    assert fact.statement in response.content.decode()
    assert [row.finding.rule for row in response.context["missing"]] == ["REQUIRED-risk"]


def test_editors_and_reviewers_are_led_to_it(enter, course_site, edited):
    draft = edited.get_latest_revision_as_object()
    draft.get_workflow().start(draft, user=course_site.author)
    term = course_site.term()
    client = enter(course_site.reviewer)
    assert address(edited) in client.get("/cms/").content.decode()
    assert address(edited) in client.get(f"/cms/pages/{edited.pk}/edit/").content.decode()
    assert address(term) in client.get(f"/cms/snippets/courses/glossaryterm/edit/{term.pk}/").content.decode()
