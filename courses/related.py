"""What else to read: lessons and articles that share tags or risk dimensions with a page."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext
from wagtail.models import Page

from courses.enums import Column, Tier, Track

RELATED = 4
# A tag says more than a dimension, a dimension more than the column, which only fills up.
_TAG, _DIMENSION, _COLUMN = 4, 2, 1


@dataclass(frozen=True)
class Related:
    """A public page worth reading next, with the words for what it is."""

    title: str
    url: str
    kind: str
    published_at: datetime
    minutes: int


def related_pages(page: Any) -> list[Related]:
    """Return up to four public lessons and articles, those that share most with ``page`` first, in one query.

    Articles of the same column stand at the end where too little is shared; a lesson has no such neighbours.
    """
    found = _scored(page).filter(score__gt=0).order_by("-score", "-first_published_at", "-pk")[:RELATED]
    return [
        Related(
            title=row.title,
            url=str(row.url),
            kind=_kind(row),
            published_at=row.first_published_at,
            minutes=row.minutes,
        )
        for row in found
    ]


def _scored(page: Any) -> QuerySet[Any]:
    tagged = [_shared_tags(page, model) for model in _tagged_models()]
    dimensions = Coalesce(
        Cast("articlepage__dimensions", TextField()),
        Cast("lessonpage__dimensions", TextField()),
        Value(""),
        output_field=TextField(),
    )
    # A JSON list as text: the quotes keep a value from matching inside another.
    shared = [_points(Q(dimension_text__contains=f'"{value}"'), _DIMENSION) for value in page.dimensions]
    column = getattr(page, "column", "")
    same_column = [_points(Q(articlepage__column=column), _COLUMN)] if column else []
    return (
        Page.objects.live()
        .filter(Q(articlepage__isnull=False) | Q(lessonpage__isnull=False))
        .exclude(pk=page.pk)
        .annotate(
            dimension_text=dimensions,
            column=F("articlepage__column"),
            track=F("lessonpage__track"),
            tier=F("lessonpage__tier"),
            minutes=Coalesce("articlepage__minutes", "lessonpage__minutes"),
        )
        .annotate(score=reduce(add, [*tagged, *shared, *same_column]))
    )


def _tagged_models() -> tuple[Any, Any]:
    from courses.pages.articles import ArticleTag
    from courses.pages.lessons import LessonTag

    return ArticleTag, LessonTag


def _shared_tags(page: Any, model: Any) -> Any:
    own = type(page).tags.through.objects.filter(content_object=page.pk).values("tag_id")
    counted = (
        model.objects.filter(content_object=OuterRef("pk"), tag_id__in=own)
        .order_by()
        .values("content_object")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0) * _TAG


def _points(condition: Q, points: int) -> Case:
    return Case(When(condition, then=Value(points)), default=Value(0), output_field=IntegerField())


def _kind(row: Any) -> str:
    if row.column is not None:
        return str(Column(row.column).label) if row.column else gettext("文章")
    names = [str(Track(row.track).label)] if row.track else []
    names += [str(Tier(row.tier).label)] if row.tier else []
    return " · ".join([gettext("课"), *names])
