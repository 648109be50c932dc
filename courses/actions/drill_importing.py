"""Loading drills from parsed files, through the publish gate. An import run again changes nothing that is the same."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.publishing import publish_through_review
from core.fact_texts import texts_of
from core.facts import unknown_keys
from courses.actions.block_importing import rich_text
from courses.actions.importing import describe
from courses.errors import ContentInvalidError
from courses.models import Drill
from courses.pages import LessonPage

_RICH = frozenset({"html", "pattern", "report"})


def import_drill(*, data: Mapping[str, Any], author: Any, reviewer: Any, now: datetime) -> Drill:
    """Create or change the drill of a file and publish it; lessons that do not exist (yet) are left out.

    Raises ``ContentInvalidError`` when it cannot be walked from its first step to an ending on every way.
    """
    with transaction.atomic():
        drill = Drill.objects.filter(slug=data["slug"]).first() or Drill(slug=data["slug"])
        changed = _set_values(drill, data)
        lessons = list(LessonPage.objects.filter(code__in=data.get("lessons", [])))
        linked = {lesson.pk for lesson in drill.lessons.all()} if drill.pk else set()
        if drill.live and not changed and linked == {lesson.pk for lesson in lessons}:
            return drill
        drill.lessons = lessons
        _check(drill)
        if drill.pk is None:
            drill.save()
        published: Drill = publish_through_review(page=drill, author=author, reviewer=reviewer, now=now)
    return published


def steps_to_stream(steps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps of a file in the form that their StreamField stores."""
    return [{"type": step["type"], "value": _step(step)} for step in steps]


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    value = {key: rich_text(text) if key in _RICH else text for key, text in step.items() if key != "type"}
    if step["type"] == "moment":
        value["messages"] = [{"own": False, **message} for message in step.get("messages", [])]
        value["ask"] = step.get("ask", "您怎么办？")
    return value


def _set_values(drill: Drill, data: Mapping[str, Any]) -> bool:
    values: dict[str, Any] = {
        "title": data["title"],
        "kind": data["kind"],
        "tier": data["tier"],
        "purposes": list(data["purposes"]),
        "dimensions": list(data.get("dimensions", [])),
        "intro": data["intro"],
        "minutes": data["minutes"],
        "author_name": data.get("author", ""),
        "reviewer_name": data.get("reviewer", ""),
        "checked_on": data.get("checked_on"),
        "review_by": data.get("review_by"),
    }
    streams = {
        "steps": steps_to_stream(data["steps"]),
        "sources": [
            {"type": "source", "value": {"text": row["text"], "url": row.get("url", "")}}
            for row in data.get("sources", [])
        ],
    }
    changed = [name for name, value in values.items() if getattr(drill, name) != value]
    for name in changed:
        setattr(drill, name, values[name])
    for name, raw in streams.items():
        read = _cleaned(drill, name, raw)
        if _words(getattr(drill, name)) != _words(read):
            setattr(drill, name, read)
            changed.append(name)
    return bool(changed)


def _check(drill: Drill) -> None:
    lost = unknown_keys(texts_of(drill))
    if lost:
        raise ContentInvalidError(
            _("%(name)s 里用到的事实“%(keys)s”没有发布，或编号写错了。")
            % {"name": drill.slug, "keys": "”、“".join(lost)}
        )
    drill.full_clean()


def _cleaned(drill: Drill, name: str, raw: list[dict[str, Any]]) -> Any:
    block = getattr(drill, name).stream_block
    try:
        return block.clean(block.to_python(raw))
    except ValidationError as error:
        raise ContentInvalidError(
            _("%(name)s 的内容不对：%(error)s") % {"name": drill.slug, "error": describe(error)}
        ) from error


def _words(stream: Any) -> Any:
    """Return what a stream stores, without the ids of its blocks."""
    return _without_ids(stream.get_prep_value())


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(item) for key, item in value.items() if key != "id"}
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    return value
