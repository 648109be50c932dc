"""Puts the demo content into a database, as editor and reviewer would have done through the admin."""

import tomllib
from collections.abc import Iterator
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.users.models import UserProfile

from accounts.actions.demo import create_demo_accounts
from accounts.actions.roles import sync_roles
from accounts.models import User
from accounts.roles import group_name
from compliance.actions.fact_importing import START_FILE, import_facts
from compliance.models import Fact
from core.actions.publishing import ensure_review_workflow, publish_through_review
from core.actions.search import import_synonyms
from core.indexing import indexed_once
from courses.actions.drill_importing import import_drill
from courses.actions.importing import (
    ensure_course_tree,
    import_article,
    import_glossary_terms,
    import_lesson,
)
from courses.actions.path_importing import import_path
from courses.actions.tier_tests import import_tier_test
from courses.models import Drill, GlossaryTerm, LearningPath
from courses.pages import LessonPage
from edu_site.actions.importing import import_home, import_info_page
from edu_site.demo.certificates import certify_beginner
from edu_site.demo.learning import leave_traces
from edu_site.demo.reviews import review_for_weeks
from edu_site.pages import HomePage
from events.actions.importing import import_event, import_event_index
from newsletters.actions.importing import import_demo_campaign, import_demo_subscriptions
from quizzes.actions.importing import import_quiz
from quizzes.models import Quiz

REVIEWED_SNIPPETS = (Fact, Drill, GlossaryTerm, LearningPath, Quiz)
CONTENT = Path(__file__).parent / "content"
_NOTIFICATIONS = ("submitted_notifications", "approved_notifications", "rejected_notifications")
# The second half of the investors reads letters; the first half is free for trying things out.
SUBSCRIBED = range(11, 21)


def is_loaded() -> bool:
    """Tell whether the site has its home page already."""
    return HomePage.objects.exists()


def load_demo_content(*, now: datetime) -> None:
    """Load everything in one transaction; again, it brings texts up to date and leaves people's records alone."""
    with transaction.atomic(), indexed_once():
        people = create_demo_accounts(now=now)
        editor, reviewer = people["editor"], people["reviewer"]
        chosen = _quieten(people)
        home = import_home(data=_read("home"), author=editor, now=now)
        reviewers = Group.objects.get(name=group_name("reviewer"))
        ensure_review_workflow(reviewers=reviewers, root_page=home, snippet_models=REVIEWED_SNIPPETS)
        import_facts(data=tomllib.loads(START_FILE.read_text("utf-8")), author=editor, reviewer=reviewer, now=now)
        _publish_if_new(home, editor, reviewer, now)
        _load_lessons(home, editor, reviewer, now)
        certify_beginner(user=people["investor2"], now=now)
        review_for_weeks(user=people["investor1"], now=now)
        leave_traces(people=people, author=editor, reviewer=reviewer, now=now)
        for data in sorted(_read_folder("pages"), key=lambda data: str(data["path"])):
            _publish_if_new(import_info_page(data=data, author=editor, now=now), editor, reviewer, now)
        index = import_event_index(parent=home, author=editor, reviewer=reviewer, now=now)
        for data in _read("events")["events"]:
            import_event(data=data, parent=index, author=editor, reviewer=reviewer, now=now)
        _load_letters(people, now)
        import_synonyms()
        sync_roles()
        _ask_again(chosen)


def _quieten(people: dict[str, User]) -> list[UserProfile]:
    """Stop letters about submissions to staff while everything is loaded; return what was chosen before."""
    profiles = [UserProfile.get_for_user(user) for user in people.values() if user.is_staff]
    chosen = [copy(profile) for profile in profiles]
    for profile in profiles:
        profile.submitted_notifications = profile.approved_notifications = profile.rejected_notifications = False
    UserProfile.objects.bulk_update(profiles, _NOTIFICATIONS)
    return chosen


def _ask_again(chosen: list[UserProfile]) -> None:
    UserProfile.objects.bulk_update(chosen, _NOTIFICATIONS)


def _load_lessons(home: HomePage, editor: User, reviewer: User, now: datetime) -> None:
    ensure_course_tree(home_page=home, author=editor, reviewer=reviewer, now=now)
    # Lessons hold drills, and drills name lessons: without those at first, with them once they are there.
    _load_drills(editor, reviewer, now)
    for data in _read_folder("lessons"):
        import_lesson(data=data, author=editor, reviewer=reviewer, now=now)
    for data in _read_folder("quizzes"):
        lesson = LessonPage.objects.get(code=data["lesson"])
        import_quiz(data=data, lesson_page=lesson, author=editor, reviewer=reviewer, now=now)
    for data in _read("tier_tests")["tests"]:
        import_tier_test(data=data, author=editor, reviewer=reviewer, now=now)
    for data in _read_folder("articles"):
        import_article(data=data, author=editor, reviewer=reviewer, now=now)
    import_glossary_terms(data=_read("glossary"), author=editor, reviewer=reviewer, now=now)
    _load_drills(editor, reviewer, now)
    # Those that others lead to come first.
    for data in sorted(_read_folder("paths"), key=lambda data: "follow_up" in data):
        import_path(data=data, author=editor, reviewer=reviewer, now=now)


def _load_drills(editor: User, reviewer: User, now: datetime) -> None:
    for data in _read_folder("drills"):
        import_drill(data=data, author=editor, reviewer=reviewer, now=now)


def _load_letters(people: dict[str, User], now: datetime) -> None:
    lessons = {lesson.code: lesson for lesson in LessonPage.objects.live()}
    import_demo_campaign(data=_read("newsletter"), author=people["marketing"], now=now, lessons=lessons)
    import_demo_subscriptions(investors=[people[f"investor{number}"] for number in SUBSCRIBED], now=now)


def _publish_if_new(page: Any, author: User, reviewer: User, now: datetime) -> None:
    if not page.live or page.has_unpublished_changes:
        publish_through_review(page=page, author=author, reviewer=reviewer, now=now)


def _read(name: str) -> dict[str, Any]:
    with (CONTENT / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _read_folder(name: str) -> Iterator[dict[str, Any]]:
    for path in sorted((CONTENT / name).glob("*.toml")):
        yield _read(f"{name}/{path.stem}")
