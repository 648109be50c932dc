"""Factories of the courses app. Pages are made and published the way people do it: author, then reviewer."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from wagtail.models import Page, Site

from accounts.actions.roles import sync_roles
from accounts.models import User
from accounts.roles import group_name
from compliance.actions.fact_importing import START_FILE, import_facts
from compliance.models import Fact
from core.actions.publishing import ensure_review_workflow
from core.facts import keys_in
from courses.actions.drill_importing import import_drill
from courses.actions.importing import (
    _write_lesson,
    ensure_course_tree,
    import_article,
    import_glossary_term,
    import_lesson,
)
from courses.enums import Column, Tier, Track
from courses.models import Drill, GlossaryTerm, LearningPath
from courses.pages import (
    ArticleIndexPage,
    ArticlePage,
    ColumnPage,
    CourseIndexPage,
    CoursePage,
    LessonPage,
    TrackPage,
)
from quizzes.actions.importing import import_misconceptions
from quizzes.models import Quiz
from tests.factories.accounts import StaffFactory

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CONTENT = Path(settings.BASE_DIR) / "edu_site" / "demo" / "content"


def read_content(path: str) -> dict[str, Any]:
    """Return one parsed file of the demo content."""
    return tomllib.loads((CONTENT / path).read_text(encoding="utf-8"))


class CourseSite:
    """A home page with the review workflow, the course tree, an author and a reviewer."""

    def __init__(self, *, reviewed: bool = False) -> None:
        sync_roles()
        self.author: User = StaffFactory(role="editor")
        self.reviewer: User = StaffFactory(role="reviewer")
        root = Page.get_first_root_node()
        ensure_review_workflow(
            reviewers=Group.objects.get(name=group_name("reviewer")),
            root_page=root,
            snippet_models=(Fact, Drill, GlossaryTerm, LearningPath, Quiz),
        )
        site = Site.objects.filter(is_default_site=True).first()
        self.home: Page = site.root_page if site else root.add_child(title="首页", slug="home")
        if site is None:
            Site.objects.create(hostname="localhost", root_page=self.home, is_default_site=True)
        if reviewed:
            ensure_course_tree(home_page=self.home, author=self.author, reviewer=self.reviewer, now=NOW)
        else:
            self._plant_tree()
        sync_roles()

    def _plant_tree(self) -> None:
        """Make the tree without reviews, which take seconds: it is scenery here, ``reviewed=True`` is the real way."""
        courses = self._plant(self.home, CourseIndexPage, "courses", "学习")
        for track in Track:
            parent = self._plant(courses, TrackPage, track.value, track.label)
            for tier in Tier:
                self._plant(parent, CoursePage, tier.value, tier.label)
        articles = self._plant(self.home, ArticleIndexPage, "articles", "文章")
        for column in Column:
            self._plant(articles, ColumnPage, column.value, column.label)

    def _plant(self, parent: Page, model: type[Any], slug: str, title: str) -> Any:
        page = parent.add_child(instance=model(slug=slug, title=str(title), live=False))
        Page.objects.filter(pk=page.pk).update(live=True, first_published_at=NOW, last_published_at=NOW)
        return model.objects.get(pk=page.pk)

    def lesson(self, **changes: Any) -> LessonPage:
        """Publish a lesson; keyword arguments replace entries of its file."""
        return import_lesson(data=lesson_data(**changes), author=self.author, reviewer=self.reviewer, now=NOW)

    def draft(self, **changes: Any) -> LessonPage:
        data = {**lesson_data(**changes), "body": []}
        page, _changed = _write_lesson(data)
        import_misconceptions(data=data, lesson_page=Page.objects.get(pk=page.pk))
        page.save_revision(user=self.author)
        return page

    def demo_lesson(self, name: str) -> LessonPage:
        data = read_content(f"lessons/{name}.toml")
        drills = [read_content(f"drills/{block['drill']}.toml") for block in data["body"] if block["type"] == "drill"]
        self.start_facts(keys_in([str([data, *drills])]))
        for drill in drills:
            import_drill(data=drill, author=self.author, reviewer=self.reviewer, now=NOW)
        return import_lesson(data=data, author=self.author, reviewer=self.reviewer, now=NOW)

    def start_facts(self, keys: list[str]) -> None:
        """Publish those of the first facts that ``keys`` name."""
        data = tomllib.loads(START_FILE.read_text(encoding="utf-8"))
        wanted = {**data, "facts": [entry for entry in data["facts"] if entry["key"] in keys]}
        import_facts(data=wanted, author=self.author, reviewer=self.reviewer, now=NOW)

    def article(self, **changes: Any) -> ArticlePage:
        data = {
            "slug": "sample-article",
            "title": "一篇文章",
            "column": "columns",
            "summary": "这一篇讲一件事。",
            "minutes": 4,
            "author": "林言",
            "reviewer": "周正",
            "body": [{"type": "text", "html": "<p>正文。</p>"}],
            **changes,
        }
        return import_article(data=data, author=self.author, reviewer=self.reviewer, now=NOW)

    def term(self, **changes: Any) -> GlossaryTerm:
        data = {
            "slug": "nav-per-unit",
            "term": "基金份额净值",
            "pinyin": "ji jin fen e jing zhi",
            "plain": "一份基金当天值多少钱。",
            "aliases": ["净值"],
            **changes,
        }
        return import_glossary_term(data=data, author=self.author, reviewer=self.reviewer, now=NOW)


def lesson_data(**changes: Any) -> dict[str, Any]:
    return {
        "code": "D-90",
        "slug": "sample-lesson",
        "title": "一课|样子",
        "subtitle": "",
        "track": "decision",
        "tier": "beginner",
        "objective": "能说出一件事。",
        "mastery": "know",
        "purposes": ["knowledge"],
        "stages": ["before"],
        "minutes": 8,
        "author": "林言",
        "reviewer": "周正",
        "body": [
            {"type": "section", "title": "第一节", "short": ""},
            {"type": "text", "html": "<p>正文。</p>"},
        ],
        **changes,
    }
