"""Loading lessons, articles and the glossary from parsed files. An import run again changes nothing that is the same.

Publishing goes through the gate as two people would do it: the author saves and submits, the reviewer approves.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.actions.publishing import publish_through_review
from core.fact_texts import texts_of
from core.facts import unknown_keys
from courses.actions.block_importing import body_to_stream
from courses.enums import Column, Tier, Track
from courses.errors import ContentInvalidError
from courses.models import GlossaryTerm
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

TRACK_INTROS = {
    Track.DECISION: "看懂一只基金、一份资料、一个说法，再决定要不要买。",
    Track.ALLOCATION: "钱放在几个篮子里，各放多少，什么时候调整。",
    Track.RIGHTS: "知道自己有哪些权利，怎么识破骗局，出了问题找谁。",
}
TIER_INTROS = {
    Tier.BEGINNER: "从零开始，每课十分钟以内。",
    Tier.INTERMEDIATE: "会比较，会算，会看长一点的时间。",
    Tier.ADVANCED: "把学过的连起来，应对少见的情形。",
}
COLUMN_INTROS = {
    Column.COLUMNS: "一篇讲清一件事。",
    Column.ALERTS: "近来常见的骗局和误导，怎么认，怎么办。",
    Column.POLICY: "新规改了什么，和您有什么关系。",
    Column.CASES: "别人的经历，拆开来看。",
    Column.RECAPS: "活动讲了什么，问了什么。",
}


def ensure_course_tree(*, home_page: Page, author: Any, reviewer: Any, now: datetime) -> None:
    """Make and publish the pages above lessons and articles below ``home_page``, where they are missing."""
    with transaction.atomic():
        by = {"author": author, "reviewer": reviewer, "now": now}
        courses = _ensure_page(
            CourseIndexPage,
            parent=home_page,
            slug="courses",
            title="学习",
            values={"intro": "三条主线，三个级别。写好的课都能直接打开，不用登录，不用先考试。"},
            **by,
        )
        for track in Track:
            track_page = _ensure_page(
                TrackPage,
                parent=courses,
                slug=track.value,
                title=str(track.label),
                values={"intro": TRACK_INTROS[track]},
                **by,
            )
            for tier in Tier:
                values = {"intro": TIER_INTROS[tier]}
                _ensure_page(CoursePage, parent=track_page, slug=tier.value, title=str(tier.label), values=values, **by)
        articles = _ensure_page(
            ArticleIndexPage,
            parent=home_page,
            slug="articles",
            title="文章",
            values={"intro": "比一课短，讲一件最近的事。"},
            **by,
        )
        for column in Column:
            values = {"intro": COLUMN_INTROS[column]}
            _ensure_page(ColumnPage, parent=articles, slug=column.value, title=str(column.label), values=values, **by)


def import_lesson(*, data: Mapping[str, Any], author: Any, reviewer: Any, now: datetime) -> LessonPage:
    """Create or change the lesson of a file, with its misconceptions, and publish it; return the live page.

    Raises ``ContentInvalidError`` for a block that does not hold together, such as a result that does not recompute.
    """
    with transaction.atomic():
        page, changed = _write_lesson(data)
        import_misconceptions(data=data, lesson_page=Page.objects.get(pk=page.pk))
        if changed or not page.live:
            page = publish_through_review(page=page, author=author, reviewer=reviewer, now=now)
    return page


def import_article(*, data: Mapping[str, Any], author: Any, reviewer: Any, now: datetime) -> ArticlePage:
    """Create or change the article of a file, with its misconceptions, and publish it; return the live page."""
    with transaction.atomic():
        column = ColumnPage.objects.filter(slug=data["column"]).first()
        if column is None:
            raise ContentInvalidError(_("没有“%(name)s”这个栏目。") % {"name": data["column"]})
        values = {
            **_text_values(data),
            "summary": data["summary"],
            "dimensions": list(data.get("dimensions", [])),
            "minutes": data.get("minutes", 5),
            "alert_line": data.get("alert_line", ""),
            "alert_until": data.get("alert_until"),
        }
        found = ArticlePage.objects.child_of(column).filter(slug=data["slug"]).first()
        page, changed = _write_page(found or ArticlePage(slug=data["slug"]), column, values, data)
        import_misconceptions(data=data, lesson_page=Page.objects.get(pk=page.pk))
        if changed or not page.live:
            page = publish_through_review(page=page, author=author, reviewer=reviewer, now=now)
    return page


def import_glossary_terms(*, data: Mapping[str, Any], author: Any, reviewer: Any, now: datetime) -> list[GlossaryTerm]:
    """Create or change the terms of a file and publish them; return them in the order of the file."""
    with transaction.atomic():
        dates = {"checked_on": data.get("checked_on"), "review_by": data.get("review_by")}
        return [
            import_glossary_term(data={**dates, **entry}, author=author, reviewer=reviewer, now=now)
            for entry in data["terms"]
        ]


def import_glossary_term(*, data: Mapping[str, Any], author: Any, reviewer: Any, now: datetime) -> GlossaryTerm:
    """Create or change one term and publish it; lessons that do not exist (yet) are left out."""
    with transaction.atomic():
        term = GlossaryTerm.objects.filter(slug=data["slug"]).first() or GlossaryTerm(slug=data["slug"])
        values = {
            "term": data["term"],
            "english": data.get("english", ""),
            "pinyin": data["pinyin"],
            "plain": data["plain"],
            "example": data.get("example", ""),
            "aliases": "\n".join(data.get("aliases", [])),
            "unlinked": "\n".join(data.get("unlinked", [])),
            "checked_on": data.get("checked_on"),
            "review_by": data.get("review_by"),
        }
        lessons = list(LessonPage.objects.filter(code__in=data.get("lessons", [])))
        changed = _set_values(term, values)
        _check_facts(term, data)
        linked = {lesson.pk for lesson in term.lessons.all()} if term.pk else set()
        if term.live and not changed and linked == {lesson.pk for lesson in lessons}:
            return term
        term.lessons = lessons
        if term.pk is None:
            term.full_clean()
            term.save()
        published: GlossaryTerm = publish_through_review(page=term, author=author, reviewer=reviewer, now=now)
    return published


def _ensure_page(
    model: type[Any],
    *,
    parent: Page,
    slug: str,
    title: str,
    values: Mapping[str, Any],
    author: Any,
    reviewer: Any,
    now: datetime,
) -> Any:
    page = model.objects.child_of(parent).filter(slug=slug).first()
    if page is None:
        page = model(slug=slug, title=title, live=False, **values)
        parent.add_child(instance=page)
    if not page.live:
        page = publish_through_review(page=page, author=author, reviewer=reviewer, now=now)
    return page


def _write_lesson(data: Mapping[str, Any]) -> tuple[LessonPage, bool]:
    course = CoursePage.objects.filter(
        slug=data["tier"], url_path__endswith=f"/{data['track']}/{data['tier']}/"
    ).first()
    if course is None:
        raise ContentInvalidError(_("没有“%(name)s”这个系列。") % {"name": f"{data['track']}/{data['tier']}"})
    found = LessonPage.objects.filter(code=data["code"]).first()
    if found is not None and found.live and not data.get("body"):
        return found, False
    values = {
        **_text_values(data),
        "subtitle": data.get("subtitle", ""),
        "objective": data["objective"],
        "asked_as": "\n".join(data.get("asked_as", [])),
        "mastery": data["mastery"],
        "purposes": list(data.get("purposes", [])),
        "stages": list(data.get("stages", [])),
        "dimensions": list(data.get("dimensions", [])),
        "minutes": data.get("minutes", 8),
    }
    return _write_page(found or LessonPage(code=data["code"], slug=data["slug"]), course, values, data)


def _text_values(data: Mapping[str, Any]) -> dict[str, Any]:
    sources = [
        {"type": "source", "value": {"text": row["text"], "url": row.get("url", "")}} for row in data.get("sources", [])
    ]
    return {
        "title": data["title"],
        "search_description": data.get("search_description", ""),
        "author_name": data.get("author", ""),
        "reviewer_name": data.get("reviewer", ""),
        "checked_on": data.get("checked_on"),
        "review_by": data.get("review_by"),
        "body": body_to_stream(data.get("body", [])),
        "sources": sources,
    }


def _write_page(page: Any, parent: Page, values: dict[str, Any], data: Mapping[str, Any]) -> tuple[Any, bool]:
    """Put the values on the page in memory (a new page is added as a draft); return it and whether anything changed."""
    streams = {name: values.pop(name) for name in ("body", "sources")}
    changed = _set_values(page, values)
    for name, raw in streams.items():
        block = page._meta.get_field(name).stream_block
        cleaned = _cleaned(block, raw, data)
        if _signature(getattr(page, name)) != _signature(cleaned):
            _keep_section_ids(getattr(page, name), cleaned)
            setattr(page, name, cleaned)
            changed = True
    tags = sorted(data.get("tags", []))
    if sorted(tag.name for tag in page.tags.all()) != tags:
        page.tags.set(tags)
        changed = True
    _check_facts(page, data)
    if page.pk is None:
        page.live = False
        _add_in_order(page, parent)
    return page, changed


def _keep_section_ids(old: Any, new: Any) -> None:
    """Let a section that keeps its title keep its id: by it readers come back to their place."""
    known = {block.value["title"]: block.id for block in old or () if block.block_type == "section"}
    for block in new:
        if block.block_type == "section":
            block.id = known.pop(block.value["title"], None)


def _check_facts(obj: Any, data: Mapping[str, Any]) -> None:
    lost = unknown_keys(texts_of(obj))
    if lost:
        raise ContentInvalidError(
            _("%(name)s 里用到的事实“%(keys)s”没有发布，或编号写错了。")
            % {"name": data.get("code") or data["slug"], "keys": "”、“".join(lost)}
        )


def _add_in_order(page: Any, parent: Page) -> None:
    """Add ``page`` below ``parent``; a lesson stands before those with a higher code."""
    later = None
    if isinstance(page, LessonPage):
        later = LessonPage.objects.child_of(parent).filter(code__gt=page.code).order_by("path").first()
    if later is None:
        parent.add_child(instance=page)
    else:
        later.add_sibling("left", instance=page)


def _cleaned(block: Any, raw: list[dict[str, Any]], data: Mapping[str, Any]) -> Any:
    from django.core.exceptions import ValidationError

    try:
        return block.clean(block.to_python(raw))
    except ValidationError as error:
        name = data.get("code") or data["slug"]
        raise ContentInvalidError(
            _("%(name)s 的内容不对：%(error)s") % {"name": name, "error": describe(error)}
        ) from error


def describe(error: Any) -> str:
    """Return the messages inside a block's error, wherever they sit."""
    nested: list[Any] = []
    for attribute in ("block_errors", "cell_errors"):
        found = getattr(error, attribute, None) or {}
        nested += found.values() if isinstance(found, dict) else [item for item in found if item]
    nested += list(getattr(error, "non_block_errors", None) or [])
    if nested:
        return "；".join(describe(item) for item in nested)
    return "；".join(getattr(error, "messages", [str(error)]))


def _signature(value: Any) -> Any:
    """Return a stream's content without the ids of its blocks."""
    return _without_ids(value.get_prep_value()) if hasattr(value, "get_prep_value") else _without_ids(list(value or []))


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(item) for key, item in value.items() if key != "id"}
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    return str(value) if value is not None else ""


def _set_values(target: Any, values: Mapping[str, Any]) -> bool:
    changed = False
    for name, value in values.items():
        if getattr(target, name) != value:
            setattr(target, name, value)
            changed = True
    return changed
