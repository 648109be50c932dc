"""No way to publish goes past the approval, nor past a finding that nobody answers for.

``Page.objects.update(live=True)`` writes to the table without asking any Python code: whoever may run it may also write
to the database. It leaves no ``PublishedVersion``.
"""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from wagtail.actions.publish_revision import PublishPermissionError
from wagtail.models import Page, Revision, WorkflowState

from core.actions.publishing import publish_through_review
from core.errors import PublicationRefusedError
from core.models import PublishedVersion
from courses.models import GlossaryTerm
from courses.pages import LessonPage
from quizzes.models import Misconception
from tests.compliance.conftest import BLOCKED
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser(course_site):
    return StaffFactory(is_superuser=True)


@pytest.fixture
def draft(course_site):
    return course_site.draft()


@pytest.fixture(params=["unapproved", "blocked"])
def refused(request, course_site, draft, approve_by_hand):
    """A revision that must not go live: nobody approved it, or somebody did in spite of its words."""
    if request.param == "blocked":
        draft.objective = BLOCKED
    revision = draft.save_revision(user=course_site.author)
    if request.param == "blocked":
        approve_by_hand(draft, revision)
    revision.expected = "还没有通过审核" if request.param == "unapproved" else "稳赚不赔"
    return revision


def is_live(page):
    return LessonPage.objects.get(pk=page.pk).live


def nothing_went_live(page):
    return not is_live(page) and PublishedVersion.objects.count() == 0


def page_form(page, **changes):
    return {
        "title": page.title, "slug": page.slug, "subtitle": page.subtitle, "code": page.code,
        "objective": page.objective, "mastery": page.mastery, "minutes": "8", "purposes": ["knowledge"],
        "stages": ["before"], "tags": "", "author_name": "", "reviewer_name": "", "checked_on": "", "review_by": "",
        "body-count": "0", "sources-count": "0", "seo_title": "", "search_description": "",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "", **changes,
    }  # fmt: skip


def test_the_publish_button(enter, draft, superuser, refused):
    page = refused.as_object()
    response = enter(superuser).post(
        f"/cms/pages/{draft.pk}/edit/", page_form(page, **{"action-publish": "1"}), follow=True
    )
    assert nothing_went_live(draft)
    assert "经审核后发布" in response.content.decode()


def test_the_bulk_action(enter, draft, superuser, refused):
    enter(superuser).post(f"/cms/bulk/wagtailcore/page/publish/?id={draft.pk}", {"include_descendants": "on"})
    assert nothing_went_live(draft)


def test_the_approval_of_the_workflow(enter, course_site, draft):
    """A finding that came into the text during the review stops the approval; the state stays as it was."""
    draft.save_revision(user=course_site.author)
    state = draft.get_workflow().start(draft, user=course_site.author)
    task_state = state.current_task_state
    Revision.objects.filter(pk=task_state.revision_id).update(
        content={**task_state.revision.content, "objective": BLOCKED}
    )
    response = enter(course_site.reviewer).post(
        f"/cms/pages/workflow/action/{draft.pk}/approve/{task_state.pk}/", {"comment": ""}, follow=True
    )
    task_state.refresh_from_db()
    state.refresh_from_db()
    assert nothing_went_live(draft)
    assert (task_state.status, state.status) == ("in_progress", "in_progress")
    assert "稳赚不赔" in response.content.decode()


def test_the_command_for_scheduled_pages(draft, refused):
    Revision.objects.filter(pk=refused.pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled", verbosity=0)
    assert nothing_went_live(draft)


def test_a_refused_schedule_does_not_hold_up_the_next(course_site, draft, refused):
    Revision.objects.filter(pk=refused.pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=9))
    other = course_site.draft(code="D-91", slug="second")
    other.go_live_at = timezone.now() + timedelta(hours=1)
    publish_through_review(page=other, author=course_site.author, reviewer=course_site.reviewer, now=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("publish_scheduled", verbosity=0)
    assert (is_live(draft), is_live(other)) == (False, True)
    assert Revision.objects.get(pk=refused.pk).approved_go_live_at is None


def test_scheduling_itself(course_site, draft, approve_by_hand):
    draft.go_live_at = timezone.now() + timedelta(hours=1)
    draft.objective = BLOCKED
    revision = draft.save_revision(user=course_site.author)
    approve_by_hand(draft, revision)
    with pytest.raises(PublicationRefusedError, match="稳赚不赔"):
        revision.publish()
    assert Revision.objects.get(pk=revision.pk).approved_go_live_at is None


def test_a_copy_in_code_and_in_the_admin(enter, course_site, superuser):
    lesson = course_site.lesson()
    before = PublishedVersion.objects.count()
    copy = lesson.copy(
        update_attrs={"slug": "copied", "title": "副本", "code": "D-92"}, keep_live=True, user=course_site.author
    )
    enter(superuser).post(
        f"/cms/pages/{lesson.pk}/copy/",
        {
            "new_title": "再来",
            "new_slug": "again",
            "new_parent_page": str(lesson.get_parent().pk),
            "publish_copies": "on",
        },
    )
    assert is_live(copy) is False
    assert not Page.objects.filter(slug="again", live=True).exists()
    assert PublishedVersion.objects.count() == before


def test_an_alias(course_site):
    lesson = course_site.lesson()
    with pytest.raises(PublicationRefusedError):
        lesson.create_alias(parent=lesson.get_parent(), update_slug="alias")
    assert not Page.objects.filter(slug="alias").exists()


def test_importing_and_loading_code(course_site, draft):
    with pytest.raises(PublicationRefusedError, match="稳赚不赔"):
        course_site.lesson(objective=BLOCKED, code="D-93", slug="imported")
    draft.objective = BLOCKED
    with pytest.raises(PublicationRefusedError, match="稳赚不赔"):
        publish_through_review(page=draft, author=course_site.author, reviewer=course_site.reviewer, now=None)
    assert not LessonPage.objects.filter(slug="imported").exists()
    assert nothing_went_live(draft)


def test_a_shell(draft, refused, superuser):
    with pytest.raises(PublicationRefusedError, match=refused.expected):
        refused.publish(user=superuser)
    with pytest.raises((PublicationRefusedError, PublishPermissionError)):
        draft.save_revision().publish()
    assert nothing_went_live(draft)


def test_saving_as_live(draft):
    draft.live = True
    with pytest.raises(PublicationRefusedError):
        draft.save()
    assert nothing_went_live(draft)


def test_going_back_to_an_earlier_version(enter, course_site, superuser, approve_by_hand):
    """An old version that was approved before a rule existed is stopped by the rule of today."""
    lesson = course_site.lesson()
    lesson.objective = BLOCKED
    old = lesson.save_revision(user=course_site.author)
    approve_by_hand(lesson, old)
    with pytest.raises(PublicationRefusedError, match="稳赚不赔"):
        old.publish()
    page = old.as_object()
    enter(superuser).post(
        f"/cms/pages/{lesson.pk}/edit/",
        page_form(page, **{"action-publish": "1", "revision": str(old.pk)}),
        follow=True,
    )
    assert LessonPage.objects.get(pk=lesson.pk).objective == "能说出一件事。"
    assert PublishedVersion.objects.filter(title=str(lesson)).count() == 1


def test_taking_down_and_publishing_again(course_site, approve_by_hand):
    lesson = course_site.lesson()
    live = lesson.live_revision
    lesson.unpublish()
    live.publish()
    assert is_live(lesson) is True
    LessonPage.objects.get(pk=lesson.pk).unpublish()
    Revision.objects.filter(pk=live.pk).update(content={**live.content, "objective": BLOCKED})
    with pytest.raises(PublicationRefusedError, match="稳赚不赔"):
        Revision.objects.get(pk=live.pk).publish()
    assert is_live(lesson) is False


def test_a_snippet_by_button_by_code_and_by_schedule(enter, course_site, superuser, approve_by_hand):
    term = GlossaryTerm(term="保本", slug="term", pinyin="bao ben", plain=BLOCKED)
    term.save()
    revision = term.save_revision(user=course_site.author)
    form = {"term": "保本", "slug": "term", "pinyin": "bao ben", "plain": BLOCKED, "example": "", "aliases": "",
            "english": "", "checked_on": "", "review_by": "", "action-publish": "1"}  # fmt: skip
    enter(superuser).post(f"/cms/snippets/courses/glossaryterm/edit/{term.pk}/", form)
    approve_by_hand(term, revision)
    with pytest.raises(PublicationRefusedError, match="稳赚不赔"):
        revision.publish()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled", verbosity=0)
    assert GlossaryTerm.objects.get(pk=term.pk).live is False
    assert PublishedVersion.objects.count() == 0


def test_submitting_stores_the_draft_and_says_what_to_change(enter, course_site, draft):
    response = enter(course_site.author).post(
        f"/cms/pages/{draft.pk}/edit/",
        page_form(draft, objective=BLOCKED, **{"action-submit": "1"}),
        follow=True,
        HTTP_REFERER=f"http://testserver/cms/pages/{draft.pk}/edit/",
    )
    page = response.content.decode()
    assert LessonPage.objects.get(pk=draft.pk).get_latest_revision().as_object().objective == BLOCKED
    assert not WorkflowState.objects.exists()
    assert "“稳赚不赔”（学习目标，规则 GUAR-no-loss）" in page


def test_submitting_a_new_page_leads_to_its_form(enter, course_site):
    parent = course_site.draft().get_parent()
    form = page_form(course_site.draft(), title="新的一课", slug="new-one", code="D-94", objective=BLOCKED)
    add = f"/cms/pages/add/courses/lessonpage/{parent.pk}/"
    response = enter(course_site.author).post(
        add, {**form, "action-submit": "1"}, HTTP_REFERER=f"http://testserver{add}"
    )
    page = LessonPage.objects.get(slug="new-one")
    assert (response.status_code, response.url) == (302, f"/cms/pages/{page.pk}/edit/")
    assert not WorkflowState.objects.exists()


def test_submitting_again_after_a_rejection_leaves_the_review_as_it_was(enter, course_site, draft):
    draft.save_revision(user=course_site.author)
    state = draft.get_workflow().start(draft, user=course_site.author)
    state.current_task_state.specific.reject(user=course_site.reviewer)
    enter(course_site.author).post(
        f"/cms/pages/{draft.pk}/edit/", page_form(draft, objective=BLOCKED, **{"action-submit": "1"})
    )
    state = WorkflowState.objects.get(pk=state.pk)
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert state.current_task_state.status == "rejected"
    draft.objective = "能说出一件事。"
    draft.save_revision(user=course_site.author)
    state.resume(user=course_site.author)
    assert WorkflowState.objects.get(pk=state.pk).status == WorkflowState.STATUS_IN_PROGRESS


@pytest.mark.parametrize(
    "words",
    ["本产品保·本", "本产品保夲", "本產品保本，無風險", "本产品１００％安全", "我们100%安全", "本产品保\u200b本", "稳 赚 不 赔",
     "<b>稳</b>赚<i>不</i>赔"],
)  # fmt: skip
def test_an_evasion_stops_a_publication(course_site, words):
    with pytest.raises(PublicationRefusedError):
        course_site.lesson(body=[{"type": "text", "html": f"<p>{words}</p>"}])
    assert not LessonPage.objects.filter(live=True).exists()


def test_a_phrase_torn_over_two_blocks_stops_a_publication(course_site):
    body = [{"type": "text", "html": "<p>这只产品稳赚</p>"}, {"type": "text", "html": "<p>不赔，放心。</p>"}]
    with pytest.raises(PublicationRefusedError, match="稳赚"):
        course_site.lesson(body=body)


def test_two_megabytes_are_refused_in_words(course_site):
    with pytest.raises(PublicationRefusedError, match="文字太长"):
        course_site.lesson(body=[{"type": "text", "html": "<p>" + "基金" * 9_000 + "</p>"}] * 34)


def test_a_misconception_is_shown_at_once_and_therefore_checked_when_it_is_saved(enter, superuser):
    form = {"code": "D-90-1", "belief": "稳赚不赔", "correction": "我们的产品稳赚不赔", "why": "", "lesson": ""}
    response = enter(superuser).post("/cms/snippets/quizzes/misconception/add/", form)
    assert Misconception.objects.count() == 0
    assert "“稳赚不赔”（正解，规则 GUAR-no-loss）" in response.content.decode()
    enter(superuser).post("/cms/snippets/quizzes/misconception/add/", {**form, "correction": "可能亏损。"})
    assert Misconception.objects.get().belief == "稳赚不赔"


def test_every_gated_model_says_where_its_words_stand():
    from django.apps import apps

    from core.publishing import GatedMixin
    from core.registries import text_source_of

    gated = [model for model in apps.get_models() if issubclass(model, GatedMixin) and not model._meta.abstract]
    assert [model.__name__ for model in gated if text_source_of(model) is None] == []
