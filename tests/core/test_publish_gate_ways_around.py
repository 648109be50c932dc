"""Ways around the publish gate that were found and closed."""

import pytest
from wagtail.models import Page

from core.actions.publishing import publish_through_review
from core.errors import PublicationRefusedError
from core.wagtail_hooks import remove_publish_action
from courses.pages import LessonPage

pytestmark = pytest.mark.django_db


def test_a_live_page_cannot_be_changed_by_saving_it(course_site):
    lesson = course_site.lesson()
    lesson.objective = "偷偷改掉。"
    with pytest.raises(PublicationRefusedError, match="已发布的内容不能直接改"):
        lesson.save()
    assert LessonPage.objects.get(pk=lesson.pk).objective == "能说出一件事。"


def test_a_draft_saved_as_a_plain_page_does_not_go_live(course_site):
    draft = course_site.draft()
    plain = Page.objects.get(pk=draft.pk)
    plain.live = True
    with pytest.raises(PublicationRefusedError):
        plain.save()
    assert Page.objects.get(pk=draft.pk).live is False


def test_an_older_version_of_the_approvers_own_is_not_restored_without_another_approval(course_site):
    lesson = course_site.lesson()
    lesson.objective = "审核人写的一版。"
    own = lesson.save_revision(user=course_site.reviewer)
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.objective = "后来的一版。"
    with pytest.raises(PublicationRefusedError, match="参与撰写"):
        publish_through_review(page=lesson, author=course_site.author, reviewer=course_site.reviewer, now=None)
    with pytest.raises(PublicationRefusedError):
        own.publish()
    assert LessonPage.objects.get(pk=lesson.pk).objective == "能说出一件事。"


def test_a_later_draft_of_the_approver_does_not_spoil_what_they_approved(course_site):
    draft = course_site.draft()
    draft.body = [("text", "<p>写好了。</p>")]
    approved = draft.save_revision(user=course_site.author)
    state = draft.get_workflow().start(draft, user=course_site.author)
    state.current_task_state.specific.approve(user=course_site.reviewer)
    page = LessonPage.objects.get(pk=draft.pk)
    page.objective = "审核人后来的想法。"
    page.save_revision(user=course_site.reviewer)
    approved.publish()
    assert LessonPage.objects.get(pk=draft.pk).objective == "能说出一件事。"


def test_the_publish_button_is_offered_to_nobody():
    items = [type("Item", (), {"name": name})() for name in ("action-publish", "action-submit", "page-locked")]
    remove_publish_action(items, None, {})
    assert [item.name for item in items] == ["action-submit", "page-locked"]
