"""The editorial calendar: what stands on which day, for whom, and how it is planned."""

from datetime import UTC, date, datetime, timedelta
from datetime import timezone as fixed_zone

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Revision

from compliance.models import ReviewDeadline
from edu_site.actions.plans import PlanRefusedError, plan_content
from edu_site.calendar_entries import Kind, Period, Who, calendar_entries
from edu_site.plans import EditorialPlan
from tests.factories.accounts import StaffFactory
from tests.factories.compliance import make_fact
from tests.factories.courses import CourseSite

pytestmark = pytest.mark.django_db
# A Thursday, 10:00 in Shanghai.
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
SHANGHAI = fixed_zone(timedelta(hours=8))


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def site(db) -> CourseSite:
    return CourseSite()


@pytest.fixture
def enter(client):
    def sign_in(user):
        client.force_login(user, backend="accounts.backends.StaffPasswordBackend")
        return client

    return sign_in


def _plan(site, subject, **changes):
    values = {"planned_on": date(2026, 11, 30), "responsible": None, "note": "", **changes}
    return plan_content(subject=subject, user=site.author, now=NOW, **values)


def _rows(site, period=NOVEMBER, **filters):
    found = calendar_entries(period=period, user=site.author, **filters)
    return [(entry.kind, entry.day.isoformat(), entry.clock, entry.title) for entry in found]


# --- What stands on which day ---------------------------------------------------------------------------------
def test_a_planned_draft_stands_on_its_day_until_it_is_published(site, clock):
    draft = site.draft(title="在写|的课")
    _plan(site, draft)
    assert _rows(site) == [(Kind.DRAFT, "2026-11-30", "", "在写的课")]
    clock.shift(60)
    site.lesson(title="在写|的课")
    assert _rows(site) == []


def test_a_public_text_that_is_planned_again_stands_there_until_it_is_published_again(site, clock):
    lesson = site.lesson()
    _plan(site, lesson)
    assert [row[0] for row in _rows(site)] == [Kind.DRAFT]
    clock.shift(60)
    site.lesson(objective="改过的目标。")
    assert _rows(site) == []


def test_a_submission_stands_on_the_day_by_which_it_is_answered(site):
    draft = site.draft(title="送审的课")
    draft.save_revision(user=site.author)
    draft.get_workflow().start(draft, user=site.author)
    due = ReviewDeadline.objects.get().due_at.astimezone(SHANGHAI)
    assert _rows(site) == [(Kind.REVIEW, due.date().isoformat(), f"{due:%H:%M}", "送审的课")]


def test_scheduled_publishing_and_expiry_stand_at_their_time_in_shanghai(site):
    lesson = site.lesson(title="到期的课")
    # The last second of November in Shanghai, and the first of December.
    Page.objects.filter(pk=lesson.pk).update(expire_at=datetime(2026, 11, 30, 15, 59, tzinfo=UTC))
    other = site.article(title="定时的文章")
    Revision.objects.filter(pk=other.latest_revision_id).update(
        approved_go_live_at=datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    )
    assert _rows(site) == [(Kind.EXPIRE, "2026-11-30", "23:59", "到期的课")]
    december = Period(date(2026, 12, 1), date(2027, 1, 1))
    assert _rows(site, december) == [(Kind.PUBLISH, "2026-12-01", "00:00", "定时的文章")]


def test_lessons_articles_terms_and_facts_stand_on_the_day_to_look_again(site):
    site.lesson(title="课", review_by=date(2026, 11, 27))
    site.article(title="文章", review_by=date(2026, 11, 28))
    site.term(term="词", review_by=date(2026, 11, 29))
    make_fact(site, statement="申购费有上限。", review_by=date(2026, 11, 30))
    site.lesson(code="D-91", slug="later", review_by=date(2026, 12, 1))
    assert _rows(site) == [
        (Kind.RECHECK, "2026-11-27", "", "课"),
        (Kind.RECHECK, "2026-11-28", "", "文章"),
        (Kind.RECHECK, "2026-11-29", "", "词"),
        (Kind.RECHECK, "2026-11-30", "", "申购费有上限。"),
    ]


def test_without_a_first_day_what_is_overdue_comes_first(site):
    site.lesson(title="过期的", review_by=date(2026, 1, 5))
    site.article(title="将来的", review_by=date(2026, 11, 28))
    assert [row[1] for row in _rows(site, Period(None, date(2026, 12, 1)))] == ["2026-01-05", "2026-11-28"]


def test_entries_are_filtered_by_kind_and_by_person(site):
    mine, other = site.lesson(review_by=date(2026, 11, 27)), site.article(review_by=date(2026, 11, 28))
    _plan(site, mine, planned_on=None, responsible=site.author)
    _plan(site, other, planned_on=date(2026, 11, 29), responsible=site.reviewer)
    draft = site.draft(code="D-95", slug="draft")
    _plan(site, draft)

    def days(**filters):
        return [row[1][-2:] for row in _rows(site, **filters)]

    assert days() == ["27", "28", "29", "30"]
    assert days(who=Who.MINE) == ["27"]
    assert days(who=Who.NOBODY) == ["30"]
    assert days(kinds=[Kind.RECHECK]) == ["27", "28"]
    assert [entry.who for entry in calendar_entries(period=NOVEMBER, user=site.author, who=Who.MINE)] == [
        site.author.get_full_name()
    ]


def test_queries_do_not_grow_with_what_is_due(site):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            entries = calendar_entries(period=NOVEMBER, user=site.author)
        return len(entries), len(queries)

    def fill(number):
        slug = f"x-{number}"
        site.article(slug=slug, review_by=date(2026, 11, 27))
        site.term(slug=slug, term=slug, review_by=date(2026, 11, 27))
        draft = site.draft(code=f"D-8{number}", slug=slug)
        _plan(site, draft, responsible=site.author)
        draft.save_revision(user=site.author)
        draft.get_workflow().start(draft, user=site.author)

    fill(1)
    asked()
    one = asked()
    fill(2)
    fill(3)
    three = asked()
    assert (one[0], three[0]) == (4, 12)
    assert three[1] == one[1]
    assert three[1] <= 18


# --- Planning -------------------------------------------------------------------------------------------------
def test_a_plan_touches_neither_text_nor_gate(site):
    lesson = site.lesson()
    _plan(site, lesson, responsible=site.author, note="等新规")
    before = (lesson.latest_revision_id, lesson.has_unpublished_changes)
    lesson.refresh_from_db()
    assert (lesson.latest_revision_id, lesson.has_unpublished_changes) == before
    plan = EditorialPlan.objects.get()
    assert (plan.subject, plan.planned_on, plan.responsible, plan.note) == (
        lesson,
        date(2026, 11, 30),
        site.author,
        "等新规",
    )


def test_planning_again_changes_the_one_plan_and_an_empty_one_removes_it(site):
    lesson = site.lesson()
    _plan(site, lesson)
    _plan(site, lesson, planned_on=date(2026, 12, 5))
    assert [plan.planned_on for plan in EditorialPlan.objects.all()] == [date(2026, 12, 5)]
    assert _plan(site, lesson, planned_on=None) is None
    assert EditorialPlan.objects.count() == 0


def test_only_who_may_plan_plans(site):
    lesson = site.lesson()
    with pytest.raises(PlanRefusedError):
        plan_content(subject=lesson, planned_on=None, responsible=None, note="x", user=site.reviewer, now=NOW)


def test_the_database_keeps_one_plan_that_says_something(site):
    lesson = site.lesson()
    _plan(site, lesson)
    key = {"content_type": ContentType.objects.get_for_model(type(lesson)), "object_id": str(lesson.pk)}
    for values in (key | {"note": "zwei"}, key | {"object_id": "0"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EditorialPlan.objects.create(**values, changed_at=NOW)


# --- The pages ------------------------------------------------------------------------------------------------
def test_the_list_leads_to_the_form_and_to_the_plan(site, enter):
    lesson = site.lesson(title="要复审的课", review_by=date(2026, 11, 20))
    page = enter(site.author).get("/cms/calendar/").content.decode()
    assert f'<a href="/cms/pages/{lesson.pk}/edit/">要复审的课</a>' in page
    assert f'href="/cms/calendar/plan/courses/lessonpage/{lesson.pk}/?next=%2Fcms%2Fcalendar%2F"' in page
    assert ("已过期" in page, "还没有人负责" in page, "共 1 项" in page) == (True, True, True)


def test_a_reviewer_reads_and_is_led_to_the_review_alone(site, enter):
    site.lesson(title="要复审的课", review_by=date(2026, 11, 20))
    draft = site.draft(code="D-92", slug="waits", title="送审的课")
    draft.save_revision(user=site.author)
    draft.get_workflow().start(draft, user=site.author)
    page = enter(site.reviewer).get("/cms/calendar/").content.decode()
    assert f'<a href="/cms/compliance/review/courses/lessonpage/{draft.pk}/">送审的课</a>' in page
    assert "<span>要复审的课</span>" in page
    assert "/cms/calendar/plan/" not in page


@pytest.mark.parametrize("role", ["events", "marketing", "service", "analyst"])
def test_others_have_no_calendar(site, enter, role):
    client = enter(StaffFactory(role=role))
    lesson = site.lesson()
    pages = ["", "month/", f"plan/courses/lessonpage/{lesson.pk}/"]
    answers = [client.get(f"/cms/calendar/{page}") for page in pages]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert "编辑日历" not in client.get("/cms/").content.decode()


def test_the_menu_names_the_calendar_to_editors_and_reviewers(site, enter):
    for user in (site.author, site.reviewer):
        assert "/cms/calendar/" in enter(user).get("/cms/").content.decode()


def test_the_month_is_a_table_of_weeks_that_begin_on_monday(site, enter):
    site.lesson(title="月底的课", review_by=date(2026, 11, 30))
    answer = enter(site.author).get("/cms/calendar/month/?month=2026-11")
    weeks = answer.context["weeks"]
    assert [(len(week), week[0].day.isoformat()) for week in weeks][0] == (7, "2026-10-26")
    assert [entry.title for cell in weeks[-1] for entry in cell.entries] == ["月底的课"]
    page = answer.content.decode()
    assert '<th scope="col">周一</th>' in page
    assert '<h2 id="ec-month">2026年11月</h2>' in page
    assert ('href="?month=2026-10"' in page, 'href="?month=2026-12"' in page) == (True, True)


def test_a_full_day_leads_to_the_rest_of_it(site, enter):
    for number in range(7):
        site.draft(code=f"D-7{number}", slug=f"s-{number}")
        _plan(site, Page.objects.get(slug=f"s-{number}").specific, planned_on=date(2026, 11, 27))
    client = enter(site.author)
    page = client.get("/cms/calendar/month/?month=2026-11").content.decode()
    assert "还有 2 项" in page
    assert 'href="/cms/calendar/?day=2026-11-27"' in page
    assert client.get("/cms/calendar/?day=2026-11-27").context["page"].paginator.count == 7


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "x-y", "99999-1", "0001-01", "2026-11-11"])
def test_a_month_that_is_none_is_this_month(site, enter, month):
    answer = enter(site.author).get("/cms/calendar/month/", {"month": month})
    assert answer.context["month_field"] == "2026-11"


@pytest.mark.parametrize("query", ["who=me&kind=all", "day=9999-12-31", "day=2026-99-99", "p=99", "p=x"])
def test_filters_that_cannot_be_read_are_left_out(site, enter, query):
    site.lesson(review_by=date(2026, 11, 20))
    assert enter(site.author).get(f"/cms/calendar/?{query}").context["page"].paginator.count == 1


def test_the_list_is_paginated_and_keeps_its_filters(site, enter, monkeypatch):
    monkeypatch.setattr("edu_site.calendar_views.ENTRIES_A_PAGE", 1)
    site.lesson(review_by=date(2026, 11, 20))
    site.article(review_by=date(2026, 11, 21))
    page = enter(site.author).get("/cms/calendar/?kind=recheck&who=nobody").content.decode()
    assert 'href="?who=nobody&amp;kind=recheck&amp;p=2"' in page


def test_a_plan_is_made_in_the_form_and_leads_back(site, enter):
    lesson = site.lesson(title="一课")
    client = enter(site.author)
    url = f"/cms/calendar/plan/courses/lessonpage/{lesson.pk}/"
    data = {"planned_on": "2026-12-03", "responsible": site.reviewer.pk, "note": "等新规"}
    answer = client.post(url + "?next=/cms/calendar/month/", data)
    assert (answer.status_code, answer.url) == (302, "/cms/calendar/month/")
    plan = EditorialPlan.objects.get()
    assert (plan.planned_on, plan.responsible, plan.note) == (date(2026, 12, 3), site.reviewer, "等新规")
    assert 'value="2026-12-03"' in client.get(url).content.decode()


def test_an_investor_or_another_site_is_no_choice(site, enter):
    from tests.factories.accounts import InvestorFactory

    lesson, investor = site.lesson(), InvestorFactory()
    client = enter(site.author)
    url = f"/cms/calendar/plan/courses/lessonpage/{lesson.pk}/"
    refused = client.post(url, {"responsible": investor.pk})
    assert list(refused.context["form"].errors) == ["responsible"]
    answer = client.post(url + "?next=https://example.org/", {"note": "x"})
    assert answer.url == "/cms/calendar/"


@pytest.mark.parametrize(
    "place", ["accounts/user/1/", "courses/lessonprogress/1/", "no/such/1/", "courses/lessonpage/x/"]
)
def test_only_what_is_written_can_be_planned(site, enter, place):
    assert enter(site.author).get(f"/cms/calendar/plan/{place}").status_code == 404


def test_the_editor_of_a_page_offers_its_plan(site, enter):
    lesson = site.lesson()
    page = enter(site.author).get(f"/cms/pages/{lesson.pk}/edit/").content.decode()
    assert f"/cms/calendar/plan/courses/lessonpage/{lesson.pk}/" in page


def test_both_pages_take_as_many_queries_for_three_as_for_one(site, enter):
    client = enter(site.author)

    def asked():
        counts = []
        for url in ("/cms/calendar/", "/cms/calendar/month/?month=2026-11"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            counts.append(len(queries))
        return counts

    site.article(slug="a-0", review_by=date(2026, 11, 27))
    asked()
    one = asked()
    for number in (1, 2):
        site.article(slug=f"a-{number}", review_by=date(2026, 11, 27))
    assert asked() == one
