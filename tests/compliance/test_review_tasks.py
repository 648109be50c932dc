"""What is due to be looked at again becomes work for the editors, once."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.roles import group_name
from compliance.actions.reviews import close_review_tasks, open_review_tasks
from compliance.models import Fact, ReviewTask
from compliance.queries import due_for_review
from compliance.tasks import open_review_tasks_task
from tests.factories.compliance import change_fact, draft_fact, make_fact
from tests.factories.courses import NOW

pytestmark = pytest.mark.django_db

TODAY = date(2027, 5, 20)
SOON = date(2027, 5, 22)


def test_facts_pages_and_terms_are_due_together_the_earliest_first(course_site):
    make_fact(course_site)
    make_fact(course_site, "later", review_months=12)
    draft_fact(course_site, "draft")
    course_site.lesson(review_by=date(2027, 5, 1))
    course_site.term(review_by=date(2027, 5, 21))
    due = due_for_review(TODAY, 14)
    assert [(row.due, row.label, row.title) for row in due] == [
        (date(2027, 5, 1), "课", "一课样子"),
        (date(2027, 5, 21), "术语", "基金份额净值"),
        (SOON, "事实", "申购费率最高0.8%，这是上限。"),
    ]
    assert due_for_review(date(2027, 4, 1), 14) == []
    assert [row.due for row in due_for_review(TODAY, 1)] == [date(2027, 5, 1), date(2027, 5, 21)]


def test_a_task_is_opened_once_for_a_due_date_and_nothing_is_taken_down(course_site):
    fact = make_fact(course_site)
    assert open_review_tasks(today=TODAY, now=NOW) == 1
    assert open_review_tasks(today=TODAY + timedelta(days=60), now=NOW) == 0
    task = ReviewTask.objects.get()
    assert (task.title, task.due, task.state) == ("申购费率最高0.8%，这是上限。", SOON, "open")
    assert task.group == Group.objects.get(name=group_name("editor"))
    assert Fact.objects.get(pk=fact.pk).live is True


def test_a_publication_with_a_later_date_closes_the_task_and_the_next_date_opens_another(course_site):
    fact = make_fact(course_site)
    open_review_tasks(today=TODAY, now=NOW)
    change_fact(course_site, fact, note="改了一个字")
    assert ReviewTask.objects.get().state == "open"
    fact = change_fact(course_site, fact, checked_on=TODAY, review_by=None)
    closed = ReviewTask.objects.get()
    assert (closed.state, closed.closed_at is not None) == ("done", True)
    assert open_review_tasks(today=TODAY, now=NOW) == 0
    assert fact.review_by == date(2027, 11, 20)
    assert open_review_tasks(today=fact.review_by, now=NOW) == 1
    assert ReviewTask.objects.filter(state="open").get().due == fact.review_by


def test_a_page_that_is_published_again_closes_its_task(course_site):
    course_site.lesson(review_by=date(2027, 5, 1))
    open_review_tasks(today=TODAY, now=NOW)
    course_site.lesson(review_by=date(2028, 5, 1))
    assert [task.state for task in ReviewTask.objects.all()] == ["done"]


def test_the_task_of_beat_opens_what_is_due_and_may_run_again(course_site):
    make_fact(course_site, checked_on=date(2020, 1, 1))
    open_review_tasks_task()
    open_review_tasks_task()
    assert ReviewTask.objects.count() == 1


def test_an_object_without_a_date_of_review_closes_what_is_open(course_site):
    fact = make_fact(course_site)
    open_review_tasks(today=TODAY, now=NOW)
    fact.review_by = None
    assert close_review_tasks(obj=fact, now=NOW) == 1


def test_the_first_page_of_staff_says_which_facts_are_due(course_site, settings):
    settings.DEMO = True
    make_fact(course_site, checked_on=date(2020, 1, 1))
    pages = {}
    for user in (course_site.author, course_site.reviewer):
        client = Client()
        client.force_login(user, backend="accounts.backends.StaffPasswordBackend")
        pages[user] = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "到期要核对的事实" in pages[course_site.author]
    assert "2020-07-01 到期" in pages[course_site.author]
    assert "到期要核对的事实" not in pages[course_site.reviewer]
