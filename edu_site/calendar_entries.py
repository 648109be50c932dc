"""What the editorial calendar reads: everything that is due, whoever knows of it, in a fixed number of queries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Model, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, Page, Revision, TaskState
from wagtail.snippets.models import get_snippet_models

from core.dates import start_of_day
from core.publishing import GatedMixin
from core.registries import review_dues
from edu_site.plans import EditorialPlan


class Kind(models.TextChoices):
    """Why something stands on a day."""

    DRAFT = "draft", _("计划写完")
    REVIEW = "review", _("等审核")
    PUBLISH = "publish", _("定时发布")
    EXPIRE = "expire", _("到期下线")
    RECHECK = "recheck", _("该复审")


class Who(models.TextChoices):
    """Whose entries are shown."""

    ALL = "all", _("全部")
    MINE = "mine", _("我负责的")
    NOBODY = "nobody", _("还没有人负责")


@dataclass(frozen=True)
class Period:
    """The days from ``first`` (None: whatever is overdue too) up to, but without, ``end``."""

    first: date | None
    end: date

    @property
    def start_at(self) -> datetime | None:
        return start_of_day(self.first) if self.first else None

    @property
    def end_at(self) -> datetime:
        return start_of_day(self.end)

    def moments(self, name: str) -> Q:
        """Return the condition that the moment in field ``name`` lies within."""
        lower = Q(**{f"{name}__gte": self.start_at}) if self.first else Q()
        return lower & Q(**{f"{name}__lt": self.end_at})

    def holds(self, day: date) -> bool:
        return day < self.end and (self.first is None or day >= self.first)


@dataclass(frozen=True)
class Entry:
    """One thing on one day. ``clock`` is its time of day where it has one; ``who`` is empty for nobody."""

    kind: Kind
    day: date
    clock: str
    title: str
    content_type_id: int
    object_id: str
    responsible_id: int | None = None
    who: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        """What sort of thing it is."""
        return str(self._model()._meta.verbose_name)

    @property
    def edit_url(self) -> str:
        model = self._model()
        if issubclass(model, Page):
            return reverse("wagtailadmin_pages:edit", args=[self.object_id])
        return reverse(model.snippet_viewset.get_url_name("edit"), args=[self.object_id])

    @property
    def review_url(self) -> str:
        return reverse("compliance_review", args=self._names())

    @property
    def plan_url(self) -> str:
        return reverse("editorial_plan", args=self._names())

    def _model(self) -> Any:
        return ContentType.objects.get_for_id(self.content_type_id).model_class()

    def _names(self) -> list[str]:
        kind = ContentType.objects.get_for_id(self.content_type_id)
        return [kind.app_label, kind.model, self.object_id]


def may_be_planned(model: type[Model] | None) -> bool:
    """Tell whether ``model`` is something that is written and published: a page or snippet behind the gate."""
    return model is not None and issubclass(model, GatedMixin)


def calendar_entries(
    *, period: Period, user: Any, who: str = Who.ALL, kinds: Sequence[str] = Kind.values
) -> list[Entry]:
    """Return what is due in ``period``, the earliest first; days are those of the site's zone.

    ``who`` tells by the plan of a thing whose it is: without a plan that names somebody it is nobody's. The number of
    queries depends on the kinds of content, not on how many there are.
    """
    sources = {
        Kind.DRAFT: _drafts,
        Kind.REVIEW: _reviews,
        Kind.PUBLISH: _publications,
        Kind.EXPIRE: _expiries,
        Kind.RECHECK: _rechecks,
    }
    found = [entry for kind in Kind if kind in kinds for entry in sources[kind](period)]
    shown = [entry for entry in _assigned(found) if _is_of(entry, who, user)]
    return sorted(shown, key=lambda entry: (entry.day, entry.clock, Kind.values.index(entry.kind), entry.title))


def _is_of(entry: Entry, who: str, user: Any) -> bool:
    if who == Who.MINE:
        return entry.responsible_id == user.pk
    return who != Who.NOBODY or entry.responsible_id is None


def _assigned(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the entries with whom their plans name, in one query for all."""
    keys = {entry.object_id for entry in entries}
    plans = {
        (plan.content_type_id, plan.object_id): plan
        for plan in EditorialPlan.objects.filter(object_id__in=keys).select_related("responsible")
    }
    for entry in entries:
        plan = plans.get((entry.content_type_id, entry.object_id))
        person = plan.responsible if plan else None
        yield replace(
            entry,
            responsible_id=person.pk if person else None,
            who=(person.get_full_name() or person.get_username()) if person else "",
            note=plan.note if plan else "",
        )


def _at(kind: Kind, moment: datetime, title: str, content_type_id: int, object_id: Any) -> Entry:
    local = timezone.localtime(moment)
    return Entry(kind, local.date(), f"{local:%H:%M}", title.replace("|", ""), content_type_id, str(object_id))


def _drafts(period: Period) -> Iterator[Entry]:
    """Yield what is planned and not published since it was planned."""
    plans = EditorialPlan.objects.filter(planned_on__lt=period.end)
    if period.first:
        plans = plans.filter(planned_on__gte=period.first)
    by_key = {(plan.content_type_id, plan.object_id): plan for plan in plans}
    for content_type_id, obj in _subjects(by_key):
        plan = by_key[(content_type_id, str(obj.pk))]
        published = obj.last_published_at
        if obj.live and not obj.has_unpublished_changes and published and published > plan.changed_at:
            continue
        title = obj.get_admin_display_title() if isinstance(obj, Page) else str(obj)
        if plan.planned_on is not None:
            yield Entry(Kind.DRAFT, plan.planned_on, "", title.replace("|", ""), content_type_id, str(obj.pk))


def _subjects(keys: Iterable[tuple[int, str]]) -> Iterator[tuple[int, Any]]:
    """Yield the objects of ``keys``: all pages in one query, snippets in one for each kind."""
    pages: list[str] = []
    snippets: dict[int, list[str]] = {}
    for content_type_id, object_id in keys:
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        if model is not None and issubclass(model, Page):
            pages.append(object_id)
        elif model is not None:
            snippets.setdefault(content_type_id, []).append(object_id)
    if pages:
        yield from ((page.content_type_id, page) for page in Page.objects.filter(pk__in=pages))
    for content_type_id, numbers in snippets.items():
        manager = ContentType.objects.get_for_id(content_type_id).model_class()._default_manager  # type: ignore[union-attr]
        yield from ((content_type_id, obj) for obj in manager.filter(pk__in=numbers))


def _reviews(period: Period) -> Iterator[Entry]:
    """Yield the submissions that wait, on the day by which they are to be answered."""
    waiting = (
        TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
        .annotate(due_at=F("deadline__due_at"))
        .filter(period.moments("due_at"))
        .select_related("revision")
    )
    for state in waiting:
        revision = state.revision
        yield _at(Kind.REVIEW, state.due_at, revision.object_str, revision.content_type_id, revision.object_id)


def _publications(period: Period) -> Iterator[Entry]:
    """Yield what was approved for a later time."""
    for revision in Revision.objects.filter(period.moments("approved_go_live_at")):
        moment = revision.approved_go_live_at
        yield _at(Kind.PUBLISH, moment, revision.object_str, revision.content_type_id, revision.object_id)


def _expiries(period: Period) -> Iterator[Entry]:
    """Yield what is public and ends by itself."""
    expiring = Q(live=True) & period.moments("expire_at")
    for page in Page.objects.filter(expiring):
        yield _at(Kind.EXPIRE, page.expire_at, page.title, page.content_type_id, page.pk)
    for model in get_snippet_models():
        if issubclass(model, DraftStateMixin) and may_be_planned(model):
            number = ContentType.objects.get_for_model(model).pk
            for obj in model._default_manager.filter(expiring):
                yield _at(Kind.EXPIRE, obj.expire_at, str(obj), number, obj.pk)


def _rechecks(period: Period) -> Iterator[Entry]:
    """Yield what is to be looked at again, of every app that registered what it knows."""
    until = period.end - timedelta(days=1)
    for _name, dues in review_dues:
        for due in dues(until):
            if period.holds(due.due):
                number = ContentType.objects.get_for_model(type(due.subject)).pk
                yield Entry(Kind.RECHECK, due.due, "", due.title.replace("|", ""), number, str(due.subject.pk))
