"""Loading paths from parsed files, through the publish gate. An import run again changes nothing that is the same."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actions.publishing import publish_through_review
from core.facts import unknown_keys
from courses.errors import ContentInvalidError
from courses.models import Drill, LearningPath, PathItem
from courses.pages import LessonPage


def import_path(*, data: Mapping[str, Any], author: Any, reviewer: Any, now: datetime) -> LearningPath:
    """Create or change the path of a file and publish it.

    Raises ``ContentInvalidError`` when it names a lesson, drill or path that does not exist, or a lesson twice.
    """
    with transaction.atomic():
        path = LearningPath.objects.filter(slug=data["slug"]).first() or LearningPath(slug=data["slug"])
        values = {
            "title": data["title"],
            "audience": data["audience"],
            "promise": data["promise"],
            "order": data["order"],
            "follow_up": _named(LearningPath, "slug", data.get("follow_up", "")),
            "author_name": data.get("author", ""),
            "reviewer_name": data.get("reviewer", ""),
            "checked_on": data.get("checked_on"),
            "review_by": data.get("review_by"),
        }
        changed = [name for name, value in values.items() if getattr(path, name) != value]
        items = [
            PathItem(
                lesson=_named(LessonPage, "code", row["lesson"]),
                reason=row["reason"],
                drill=_named(Drill, "slug", row.get("drill", "")),
                tool=row.get("tool", ""),
                sort_order=place,
            )
            for place, row in enumerate(data["items"])
        ]
        held = [_said(item) for item in path.items.all()] if path.pk else []
        if path.live and not changed and held == [_said(item) for item in items]:
            return path
        for name in changed:
            setattr(path, name, values[name])
        path.items.set(items)
        problem = path.repeated()
        if problem or unknown_keys([path.reasons()]):
            raise ContentInvalidError(problem or _("%(name)s 里用到的事实没有发布。") % {"name": path.slug})
        for item in items:
            item.clean_fields(exclude=["path"])
        path.full_clean()
        if path.pk is None:
            path.save()
        published: LearningPath = publish_through_review(page=path, author=author, reviewer=reviewer, now=now)
    return published


def _said(item: PathItem) -> tuple[Any, ...]:
    return (item.lesson_id, item.reason, item.drill_id, item.tool)


def _named(model: Any, field: str, value: str) -> Any:
    if not value:
        return None
    found = model.objects.filter(**{field: value}).first()
    if found is None:
        raise ContentInvalidError(
            _("没有编号叫“%(value)s”的%(kind)s。") % {"value": value, "kind": model._meta.verbose_name}
        )
    return found
