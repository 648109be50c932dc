"""Nothing goes live that a second person did not approve, by whatever way."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, Site, TaskState, WorkflowState

from accounts.models import User
from core import pagecache
from core.actions.publishing import ensure_review_workflow, publish_through_review
from core.errors import PublicationRefusedError
from core.models import PublishedVersion
from courses.pages import ArticleIndexPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return Site.objects.get(is_default_site=True).root_page


@pytest.fixture
def people(home):
    """Return author and reviewer; the reviewer may approve, both may do everything else in the admin."""
    from django.contrib.auth.models import Group

    group = Group.objects.create(name="reviewers")
    group.permissions.add(Permission.objects.get(codename="approve_publication"))
    ensure_review_workflow(reviewers=group, root_page=home)
    author = User.objects.create_superuser("author", "author@example.com", "password-of-author")
    reviewer = User.objects.create_user(email="reviewer@example.com", is_staff=True)
    reviewer.groups.add(group)
    return author, reviewer


@pytest.fixture
def draft(home, people):
    page = ArticleIndexPage(title="文章", slug="articles", live=False)
    home.add_child(instance=page)
    page.save_revision(user=people[0])
    return page


def _fresh(page):
    return ArticleIndexPage.objects.get(pk=page.pk)


def _submit(page, author):
    return page.get_workflow().start(page, user=author)


def test_a_page_is_published_by_the_approval_of_a_second_person(draft, people, now):
    author, reviewer = people
    live = publish_through_review(page=draft, author=author, reviewer=reviewer, now=now)
    version = PublishedVersion.objects.get()
    assert live.live is True
    assert live.live_revision_id == version.revision_id
    assert (version.title, version.authors, version.approved_by) == ("文章", [str(author.pk)], str(reviewer.pk))


def test_the_author_cannot_approve_even_as_superuser(draft, people, now):
    author, _reviewer = people
    with pytest.raises(PublicationRefusedError, match="参与撰写"):
        publish_through_review(page=draft, author=author, reviewer=author, now=now)
    assert _fresh(draft).live is False
    assert PublishedVersion.objects.count() == 0


def test_someone_without_the_permission_cannot_approve(draft, people, now):
    stranger = User.objects.create_user(email="stranger@example.com", is_staff=True)
    with pytest.raises(PublicationRefusedError, match="没有审核权限"):
        publish_through_review(page=draft, author=people[0], reviewer=stranger, now=now)


def test_a_reviewer_who_edited_during_review_cannot_approve(draft, people):
    author, reviewer = people
    state = _submit(draft, author)
    draft.intro = "审核人改过"
    draft.save_revision(user=reviewer)
    state.refresh_from_db()
    state.current_task_state.specific.approve(user=reviewer)
    assert _fresh(draft).live is False
    state.refresh_from_db()
    with pytest.raises(PublicationRefusedError, match="参与撰写"):
        state.current_task_state.specific.approve(user=reviewer)


def test_code_cannot_publish_an_unapproved_revision(draft, people):
    revision = draft.get_latest_revision()
    with pytest.raises(PublicationRefusedError, match="还没有通过审核"):
        revision.publish(user=people[0])
    with pytest.raises(PublicationRefusedError, match="还没有通过审核"):
        draft.publish(revision)
    assert _fresh(draft).live is False


def test_code_cannot_create_a_live_page(home):
    with pytest.raises(PublicationRefusedError, match="先存为草稿"):
        home.add_child(instance=ArticleIndexPage(title="文章", slug="articles", live=True))
    assert not Page.objects.filter(slug="articles").exists()


def test_code_cannot_set_live(draft):
    draft.live = True
    with pytest.raises(PublicationRefusedError, match="先存为草稿"):
        draft.save()
    assert _fresh(draft).live is False


def test_an_edit_after_approval_needs_a_new_approval(draft, people, now):
    author, reviewer = people
    live = publish_through_review(page=draft, author=author, reviewer=reviewer, now=now)
    live.intro = "后来改的"
    later = live.save_revision(user=author)
    with pytest.raises(PublicationRefusedError, match="还没有通过审核"):
        later.publish(user=author)
    assert _fresh(draft).intro == ""


def test_an_edit_during_review_sends_it_round_again(draft, people):
    author, reviewer = people
    state = _submit(draft, author)
    draft.intro = "送审之后写的"
    later = draft.save_revision(user=author)
    state = WorkflowState.objects.get(pk=state.pk)
    state.current_task_state.specific.approve(user=reviewer)
    state = WorkflowState.objects.get(pk=state.pk)
    assert _fresh(draft).live is False
    assert (state.status, state.current_task_state.revision_id) == (state.STATUS_IN_PROGRESS, later.pk)
    state.current_task_state.specific.approve(user=reviewer)
    live = _fresh(draft)
    assert (live.live, live.intro) == (True, "送审之后写的")


def test_the_approved_revision_goes_live_though_a_later_draft_exists(draft, people):
    author, reviewer = people
    state = _submit(draft, author)
    approved = state.current_task_state
    TaskState.objects.filter(pk=approved.pk).update(
        status=TaskState.STATUS_APPROVED, finished_by=reviewer, finished_at=timezone.now()
    )
    draft.intro = "没有人看过"
    draft.save_revision(user=author)
    state.refresh_from_db()
    state.finish(user=reviewer)
    live = _fresh(draft)
    assert (live.live, live.intro, live.live_revision_id) == (True, "", approved.revision_id)


def test_an_approval_copied_to_another_revision_counts_for_nothing(draft, people, now):
    author, reviewer = people
    live = publish_through_review(page=draft, author=author, reviewer=reviewer, now=now)
    live.intro = "没有人看过"
    later = live.save_revision(user=author)
    TaskState.objects.get(status=TaskState.STATUS_APPROVED).workflow_state.copy_approved_task_states_to_revision(later)
    with pytest.raises(PublicationRefusedError):
        later.publish(user=author)


def test_a_schedule_waits_for_its_time_and_needs_the_approval(draft, people):
    author, reviewer = people
    draft.go_live_at = timezone.now() + timedelta(hours=1)
    revision = draft.save_revision(user=author)
    with pytest.raises(PublicationRefusedError):
        revision.publish(user=author)
    publish_through_review(page=draft, author=author, reviewer=reviewer, now=timezone.now())
    assert _fresh(draft).live is False
    assert PublishedVersion.objects.count() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("publish_scheduled", verbosity=0)
    assert _fresh(draft).live is True
    assert PublishedVersion.objects.count() == 1


def test_a_copy_starts_as_a_draft_whatever_was_asked(draft, people, now):
    live = publish_through_review(page=draft, author=people[0], reviewer=people[1], now=now)
    ArticleIndexPage.max_count = None
    try:
        copy = live.copy(update_attrs={"slug": "articles-2", "title": "副本"}, keep_live=True, user=people[0])
    finally:
        ArticleIndexPage.max_count = 1
    assert ArticleIndexPage.objects.get(pk=copy.pk).live is False


@pytest.mark.parametrize("way", ["button", "bulk"])
def test_the_admin_cannot_publish_past_the_gate(draft, people, client, way, settings):
    settings.DEMO = True
    client.force_login(people[0], backend="django.contrib.auth.backends.ModelBackend")
    if way == "button":
        form = {"title": "文章", "slug": "articles", "intro": "", "action-publish": "1", "comments-TOTAL_FORMS": "0",
                "comments-INITIAL_FORMS": "0"}  # fmt: skip
        client.post(f"/cms/pages/{draft.pk}/edit/", form)
    else:
        client.post(f"/cms/bulk/wagtailcore/page/publish/?id={draft.pk}", {"include_descendants": "on"})
    assert _fresh(draft).live is False
    assert PublishedVersion.objects.count() == 0


def test_publishing_empties_the_page_cache(draft, people, now, django_capture_on_commit_callbacks):
    before = pagecache._generation()
    with django_capture_on_commit_callbacks(execute=True):
        publish_through_review(page=draft, author=people[0], reviewer=people[1], now=now)
    assert pagecache._generation() != before


def test_unpublishing_needs_no_approval(draft, people, now):
    live = publish_through_review(page=draft, author=people[0], reviewer=people[1], now=now)
    live.unpublish(user=people[0])
    assert _fresh(draft).live is False
