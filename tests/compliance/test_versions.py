"""What stood on the site, on which day, and who answered for it."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.actions.overrides import release_finding
from compliance.findings import findings_in
from compliance.versions import record_of, standings, stood_on, titled
from core.actions.publishing import publish_through_review
from core.models import PublishedVersion
from courses.models import GlossaryTerm
from courses.pages import LessonPage
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY, THURSDAY = (datetime(2026, 11, day, 2, 0, tzinfo=UTC) for day in (23, 24, 26))
REASON = "=课里逐字拆解这一句话，读者不会误会。"


@pytest.fixture
def told(course_site):
    """A lesson that went live on Monday, changed on Tuesday and was taken down on Thursday."""
    with time_machine.travel(MONDAY, tick=True):
        lesson = course_site.lesson(subtitle="周一")
    with time_machine.travel(TUESDAY, tick=True):
        course_site.lesson(subtitle="周二")
    with time_machine.travel(THURSDAY, tick=True):
        LessonPage.objects.get(pk=lesson.pk).unpublish()
    return lesson


def rows_of(obj):
    return standings(ContentType.objects.get_for_model(type(obj)), str(obj.pk))


def on(day, rows):
    return ["周一" if "周一" in row.version.text else "周二" for row in stood_on(day, rows)]


def test_a_day_names_what_stood_on_it(told):
    rows = rows_of(told)
    days = {day: on(date(2026, 11, day), rows) for day in (22, 23, 24, 25, 26, 27)}
    assert days == {22: [], 23: ["周一"], 24: ["周二", "周一"], 25: ["周二"], 26: ["周二"], 27: []}
    assert [row.until is None for row in rows] == [False, False]


def test_a_snippet_is_told_the_same_way(course_site):
    with time_machine.travel(MONDAY, tick=True):
        term = course_site.term()
    with time_machine.travel(TUESDAY, tick=True):
        GlossaryTerm.objects.get(pk=term.pk).unpublish()
    rows = rows_of(term)
    assert [len(stood_on(date(2026, 11, day), rows)) for day in (22, 23, 24, 25)] == [0, 1, 1, 0]


def test_a_deleted_page_keeps_its_versions(told):
    LessonPage.objects.get(pk=told.pk).delete()
    assert on(date(2026, 11, 25), rows_of(told)) == ["周二"]


def test_the_page_of_an_object_answers_for_a_day(enter, course_site, told):
    client = enter(course_site.reviewer)
    base = f"/cms/compliance/versions/courses/lessonpage/{told.pk}/"
    assert len(client.get(base, {"day": "2026-11-24"}).context["stood"]) == 2
    assert "那一天没有公开" in client.get(base, {"day": "2026-11-22"}).content.decode()
    for nonsense in ("2026-13-40", "昨天", "0"):
        assert "请填一个日期" in client.get(base, {"day": nonsense}).content.decode()
    assert client.get("/cms/compliance/versions/courses/nothing/1/").status_code == 404


def test_the_list_finds_by_title_kind_and_day(enter, course_site, told):
    course_site.term()
    client = enter(course_site.reviewer)
    lesson_kind = ContentType.objects.get_for_model(LessonPage).pk

    def titles(**asked):
        return [row.title for row in client.get("/cms/compliance/versions/", asked).context["object_list"]]

    assert len(titles()) == 3
    assert titles(title="净值") == ["基金份额净值"]
    assert titles(content_type=lesson_kind) == ["一课样子", "一课样子"]
    assert titles(published_at_from="2026-11-24", published_at_to="2026-11-24") == ["一课样子"]


def test_the_list_costs_as_many_queries_for_three_rows_as_for_one(enter, course_site):
    client = enter(course_site.reviewer)
    counts = []
    for number in (1, 3):
        for made in range(PublishedVersion.objects.count(), number):
            course_site.term(slug=f"t{made}", term=f"词{made}")
        client.get("/cms/compliance/versions/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/cms/compliance/versions/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_version_is_shown_escaped_and_exported_whole(enter, course_site, now):
    lesson = course_site.lesson(subtitle="<b>粗</b>&<script>alert(1)</script>")
    version = PublishedVersion.objects.get(object_id=str(lesson.pk))
    client = enter(course_site.reviewer)
    address = f"/cms/compliance/versions/{version.pk}/"
    shown, page, record = (client.get(address), client.get(address + "?file=html"), client.get(address + "?file=json"))
    for response in (shown, page):
        assert "<script>alert" not in response.content.decode()
        assert "&lt;script&gt;alert" in response.content.decode()
    assert page["Content-Disposition"] == f'attachment; filename="version-{version.pk}.html"'
    data = json.loads(record.content)
    assert data == json.loads(json.dumps(record_of(version)))
    assert data["approved_by"] == {"key": str(course_site.reviewer.pk), "name": course_site.reviewer.get_full_name()}
    assert data["authors"] == [{"key": str(course_site.author.pk), "name": course_site.author.get_full_name()}]
    assert (data["text"], data["revision"]) == (version.text, lesson.live_revision_id)


def test_what_was_released_stands_in_the_record(course_site, now):
    page = course_site.draft()
    page.objective = "本产品保本"
    revision = page.save_revision(user=course_site.author)
    subject = revision.as_object()
    digest = findings_in(subject)[0].digest
    release_finding(
        subject=subject, revision=revision, digest=digest, reason=REASON, user=course_site.reviewer, now=now
    )
    publish_through_review(page=subject, author=course_site.author, reviewer=course_site.reviewer, now=now)
    [entry] = record_of(PublishedVersion.objects.get())["released"]
    assert (entry["rule"], entry["reason"], entry["reviewer"]["name"]) == (
        "GUAR-principal", REASON, course_site.reviewer.get_full_name(),
    )  # fmt: skip


@pytest.mark.parametrize("path", ["versions/", "overrides/", "versions/1/", "versions/courses/lessonpage/1/"])
def test_the_records_are_for_those_who_may_read_them(enter, course_site, path):
    assert enter(StaffFactory(role="service")).get(f"/cms/compliance/{path}").status_code == 302


def release(course_site, code, now):
    page = course_site.draft(code=code, slug=code.lower())
    page.objective = "本产品保本"
    revision = page.save_revision(user=course_site.author)
    subject = revision.as_object()
    digest = findings_in(subject)[0].digest
    return release_finding(
        subject=subject, revision=revision, digest=digest, reason=REASON, user=course_site.reviewer, now=now
    )


def test_releases_are_listed_by_month_and_leave_as_a_table(enter, course_site):
    release(course_site, "D-91", datetime(2026, 10, 31, 15, 59, tzinfo=UTC))  # 23:59 in Shanghai
    release(course_site, "D-92", datetime(2026, 10, 31, 16, 0, tzinfo=UTC))  # midnight in Shanghai
    client = enter(course_site.reviewer)
    october = client.get("/cms/compliance/overrides/", {"month": "2026-10"})
    november = client.get("/cms/compliance/overrides/", {"month": "2026-11"})
    table = client.get("/cms/compliance/overrides/", {"export": "csv", "month": "2026-11"})
    assert [len(page.context["object_list"]) for page in (october, november)] == [1, 1]
    assert course_site.reviewer.get_full_name() in november.content.decode()
    assert table.streaming is True
    text = b"".join(table.streaming_content).decode()
    head, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert text.startswith("\ufeff")
    assert row[head.index("理由")] == f"'{REASON}"
    assert row[0] == "2026-11-01 00:00"
    assert row[-1] == course_site.reviewer.get_full_name()


FIND = "/cms/compliance/versions/find/"


def test_a_title_and_a_day_lead_to_the_version(told, course_site, enter):
    client = enter(StaffFactory(role="analyst"))
    title = told.title[:4]
    first, second = PublishedVersion.objects.filter(object_id=str(told.pk)).order_by("pk")
    answer = client.get(FIND, {"title": title, "day": "2026-11-23"})
    assert (answer.status_code, answer.url) == (302, f"/cms/compliance/versions/{first.pk}/")
    assert client.get(FIND, {"title": title, "day": "2026-11-25"}).url == f"/cms/compliance/versions/{second.pk}/"
    # Two versions on one day, or none: the page of the object says so.
    for day in ("2026-11-24", "2026-11-27"):
        one = f"/cms/compliance/versions/courses/lessonpage/{told.pk}/?day={day}"
        assert client.get(FIND, {"title": title, "day": day}).url == one


def test_titles_that_fit_are_listed_each_once_and_what_is_missing_is_told(course_site, enter):
    client = enter(StaffFactory(role="analyst"))
    course_site.term(slug="one", term="赎回费")
    course_site.term(slug="two", term="赎回费率")
    page = client.get(FIND, {"title": "赎回 费", "day": "2026-11-26"}).content.decode()
    assert page.count("?day=2026-11-26") == 2
    assert ">赎回费</a>" in page
    assert ">赎回费率</a>" in page
    assert "没有这样的标题" in client.get(FIND, {"title": "没有的", "day": "2026-11-26"}).content.decode()
    assert "请填一个日期" in client.get(FIND, {"title": "赎回", "day": "x"}).content.decode()
    assert "请写标题里的几个字" in client.get(FIND, {"title": " ", "day": "2026-11-26"}).content.decode()
    assert FIND in client.get("/cms/compliance/versions/").content.decode()


def test_the_search_by_title_needs_one_query_and_the_permission(course_site, enter):
    counts = []
    for number in (1, 3):
        for place in range(number):
            course_site.term(slug=f"t{number}{place}", term=f"赎回费{number}{place}")
        with CaptureQueriesContext(connection) as queries:
            found = titled("赎回费")
        counts.append((len(queries), len(found)))
    assert counts == [(1, 1), (1, 4)]
    assert enter(StaffFactory(role="events")).get(FIND).status_code in {302, 403}


def test_what_is_kept_reads_as_the_page_did(course_site):
    """Paragraphs and cells stand apart, and nothing of the machine room is in it."""
    term = course_site.term(term="再平衡", plain="把跑偏的配置调回来。")
    lines = PublishedVersion.objects.get(object_id=str(term.pk)).text.splitlines()
    assert lines[0] == "再平衡"
    assert "把跑偏的配置调回来。" in lines
    lesson = course_site.lesson()
    kept = PublishedVersion.objects.filter(object_id=str(lesson.pk)).latest("pk").text
    assert "<" not in kept
    tier = lesson.get_parent().specific
    assert tier.path not in tier.published_text()
