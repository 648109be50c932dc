"""By when a submission is answered."""

from datetime import UTC, datetime

import pytest

from compliance.actions.deadlines import due_after
from compliance.models import ReviewDeadline
from core.actions.publishing import publish_through_review
from courses.pages import LessonPage

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [
        (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), 2, datetime(2026, 11, 25, 2, 0, tzinfo=UTC)),
        # Thursday and Friday: the weekend does not count.
        (datetime(2026, 11, 26, 2, 0, tzinfo=UTC), 2, datetime(2026, 11, 30, 2, 0, tzinfo=UTC)),
        (datetime(2026, 11, 27, 2, 0, tzinfo=UTC), 2, datetime(2026, 12, 1, 2, 0, tzinfo=UTC)),
        # Friday 17:00 UTC is Saturday in Shanghai.
        (datetime(2026, 11, 27, 17, 0, tzinfo=UTC), 1, datetime(2026, 11, 29, 17, 0, tzinfo=UTC)),
        (datetime(2026, 11, 28, 2, 0, tzinfo=UTC), 2, datetime(2026, 12, 1, 2, 0, tzinfo=UTC)),
    ],
)
def test_weekends_are_no_working_days(day, days, due):
    assert due_after(day, days) == due


@pytest.mark.django_db
def test_every_review_has_its_own_deadline(course_site):
    page = course_site.draft()
    page.save_revision(user=course_site.author)
    state = page.get_workflow().start(page, user=course_site.author)
    first = ReviewDeadline.objects.get()
    page.objective = "送审之后写的。"
    page.save_revision(user=course_site.author)
    # Approving the older text begins the review of the newer one.
    state.refresh_from_db()
    state.current_task_state.specific.approve(user=course_site.reviewer)
    state.refresh_from_db()
    assert first.due_at > first.submitted_at
    assert ReviewDeadline.objects.count() == 2
    assert ReviewDeadline.objects.filter(task_state=state.current_task_state).exists()


@pytest.mark.django_db
def test_the_first_page_shows_what_waits_by_its_day(enter, course_site, now):
    pages = [course_site.draft(code=f"D-9{number}", slug=f"d9{number}", title=f"第{number}篇") for number in (1, 2, 3)]
    for page in pages:
        page.save_revision(user=course_site.author)
        page.get_workflow().start(page, user=course_site.author)
    deadlines = list(ReviewDeadline.objects.order_by("pk"))
    moments = [datetime(2026, 11, day, 2, 0, tzinfo=UTC) for day in (20, 18, 27)]
    for deadline, due in zip(deadlines, moments, strict=True):
        ReviewDeadline.objects.filter(pk=deadline.pk).update(submitted_at=datetime(2026, 11, 1, tzinfo=UTC), due_at=due)
    shown = enter(course_site.reviewer).get("/cms/").content.decode()
    places = [shown.index(title) for title in ("第2篇", "第1篇", "第3篇")]
    assert places == sorted(places)
    assert "11月18日 10:00" in shown
    assert LessonPage.objects.filter(live=True).count() == 0


@pytest.mark.django_db
def test_loading_code_leaves_nothing_waiting(course_site, now):
    page = course_site.draft()
    publish_through_review(page=page, author=course_site.author, reviewer=course_site.reviewer, now=now)
    assert ReviewDeadline.objects.filter(task_state__status="in_progress").count() == 0
