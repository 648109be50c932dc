"""Reviewers are told once of what came in and once of what is late."""

import json
from datetime import timedelta

import pytest
from wagtail.users.models import UserProfile

from accounts.enums import Channel
from compliance.models import ReviewDeadline
from core.models import ComplianceReviewTask
from edu_site.actions.reminders import REVIEW_WAITING, remind_reviewers
from messaging.models import Delivery
from messaging.rendering import render
from messaging.templates import get_template
from tests.factories.accounts import StaffFactory
from tests.factories.courses import CourseSite

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting():
    site = CourseSite()
    page = site.draft(title="货币基金|也会亏")
    page.save_revision(user=site.author)
    site.state = page.get_workflow().start(page, user=site.author)
    site.deadline = ReviewDeadline.objects.get()
    return site


def told():
    return list(Delivery.objects.order_by("pk").values_list("event_key", flat=True))


def test_each_reviewer_is_told_once_and_reminded_once(waiting):
    other = StaffFactory(role="reviewer")
    now, late = waiting.deadline.submitted_at, waiting.deadline.due_at + timedelta(minutes=1)
    counts = [remind_reviewers(now=moment) for moment in (now, now, late, late)]
    number = waiting.state.current_task_state.pk
    people = sorted([waiting.reviewer.pk, other.pk])
    assert counts == [2, 0, 2, 0]
    assert told() == [
        f"review:{number}:{when}:{key}" for when in ("submitted", "overdue") for key in people
    ]  # fmt: skip


def test_the_mail_holds_a_title_and_the_way_and_nothing_of_the_text(waiting):
    remind_reviewers(now=waiting.deadline.submitted_at)
    mail = render(get_template(REVIEW_WAITING), json.loads(Delivery.objects.get().params), channel=Channel.EMAIL)
    assert mail.subject == "新的提交，等您审核：货币基金也会亏"
    assert "/cms/compliance/review/courses/lessonpage/" in mail.text
    assert "能说出一件事" not in mail.text + mail.html


def test_who_wrote_it_and_who_wants_none_are_not_told(waiting):
    writer = StaffFactory(role="reviewer")
    quiet = StaffFactory(role="reviewer")
    UserProfile.objects.update_or_create(user=quiet, defaults={"submitted_notifications": False})
    page = waiting.deadline.task_state.revision.as_object()
    page.save_revision(user=writer)
    page.workflow_states.get().current_task_state.cancel(user=waiting.author, resume=True)
    remind_reviewers(now=ReviewDeadline.objects.latest("pk").submitted_at)
    assert [key.rpartition(":")[2] for key in told()] == [str(waiting.reviewer.pk)]


def test_an_answered_review_is_told_to_nobody(waiting):
    waiting.state.current_task_state.specific.approve(user=waiting.reviewer)
    assert remind_reviewers(now=waiting.deadline.due_at + timedelta(days=9)) == 0


def test_an_answer_before_the_mail_leaves_makes_it_pointless(waiting):
    params = [{"task_state": waiting.state.current_task_state.pk}]
    template = get_template(REVIEW_WAITING)
    before = template.still_wanted(params, waiting.deadline.submitted_at)
    waiting.state.current_task_state.specific.approve(user=waiting.reviewer)
    assert (before, template.still_wanted(params, waiting.deadline.submitted_at)) == ([True], [False])


def test_a_failure_gives_the_notice_back(waiting, monkeypatch):
    monkeypatch.setattr("edu_site.actions.reminders.enqueue", lambda **_fields: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        remind_reviewers(now=waiting.deadline.submitted_at)
    assert ReviewDeadline.objects.get().told_at is None


def test_nobody_is_told_twice_when_the_group_grows(waiting):
    remind_reviewers(now=waiting.deadline.submitted_at)
    task = ComplianceReviewTask.objects.get()
    task.groups.add(*StaffFactory(role="admin").groups.all())
    assert remind_reviewers(now=waiting.deadline.submitted_at) == 0
