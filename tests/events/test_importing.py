"""Events from parsed data, and words for dates."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Site

from accounts.actions.roles import assign_role, sync_roles
from accounts.models import User
from accounts.roles import group_name
from core.actions.publishing import ensure_review_workflow
from events.actions.importing import import_event, import_event_index
from events.calendar_words import lunar_text, number_in_words, span_text
from events.enums import SeatState
from events.invariants import INVARIANTS
from events.models import EventSession, Registration
from messaging.models import Delivery

CONTENT = Path(__file__).resolve().parents[2] / "edu_site" / "demo" / "content" / "events.toml"


@pytest.mark.django_db
def test_demo_events_are_published_filled_and_stay_on_a_second_run(now):
    sync_roles()
    people = {}
    for key in ("editor", "reviewer"):
        people[key] = User.objects.create_user(key, f"{key}@example.com", "touzizhe-2026", is_staff=True)
        assign_role(user=people[key], key=key)
    home = Site.objects.get(is_default_site=True).root_page
    ensure_review_workflow(reviewers=Group.objects.get(name=group_name("reviewer")), root_page=home)
    given = {"author": people["editor"], "reviewer": people["reviewer"], "now": now}

    for _ in range(2):
        index = import_event_index(parent=home, **given)
        pages = [
            import_event(data=data, parent=index, **given) for data in tomllib.loads(CONTENT.read_text())["events"]
        ]

    states = [session.seat_state(now) for session in EventSession.objects.order_by("page_id")]
    assert [page.live for page in pages] == [True] * 3
    assert states == [SeatState.AVAILABLE, SeatState.UNLIMITED, SeatState.WAITLIST]
    assert Registration.objects.count() == 25
    assert Delivery.objects.count() == 0
    assert [sentence for check in INVARIANTS.values() for sentence in check()] == []


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 12, 12), "农历十一月初四"),
        (date(2026, 2, 17), "农历正月初一"),
        (date(2025, 7, 25), "农历闰六月初一"),
        (date(2026, 11, 28), "农历十月二十"),
    ],
)
def test_lunar_dates(day, text):
    assert lunar_text(day) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "零"), (7, "七"), (10, "十"), (23, "二十三"), (105, "一百零五"), (110, "一百一十"), (1200, "1200")],
)
def test_numbers_in_words(number, text):
    assert number_in_words(number) == text


def test_spans_name_both_parts_of_the_day(now):
    assert span_text(now, now.replace(hour=7)) == "上午 10:00 到 下午 3:00"
