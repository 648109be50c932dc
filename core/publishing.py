"""The publish gate: nothing goes live that a second person has not approved, whoever asks and by whatever way.

``GatedMixin.publish`` serves button, bulk action, schedule, import and code, because Wagtail ends in it for all of
them; ``save`` refuses what tries to go live without it. Approval is the approved task state of Wagtail's workflow, so
it is bound to one revision.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from html import unescape
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Revision, TaskState
from wagtail.rich_text import expand_db_html

from core import pagecache
from core.editing import may_be_replaced
from core.errors import PublicationRefusedError
from core.fact_texts import check_facts, texts_of, written_fields
from core.facts import fill_in, keys_in, shown_facts
from core.models import ComplianceReviewTask, PublishedVersion
from core.readable import readable_text
from core.registries import check_for_publication
from core.revisions import revisions_since_live, wrote_since_live

APPROVE_PERMISSION = "core.approve_publication"


# What Wagtail keeps beside the content: the place in the tree, drafts, locks and dates.
BOOKKEEPING = frozenset(
    {
        "id",
        "page_ptr",
        "path",
        "depth",
        "numchild",
        "url_path",
        "translation_key",
        "locale",
        "alias_of",
        "owner",
        "draft_title",
        "live",
        "live_revision",
        "latest_revision",
        "latest_revision_created_at",
        "has_unpublished_changes",
        "first_published_at",
        "last_published_at",
        "go_live_at",
        "expire_at",
        "expired",
        "locked",
        "locked_at",
        "locked_by",
    }
)

# The objects whose publication passed the gate and is being carried out in this context.
_passing: ContextVar[frozenset[tuple[str, str]]] = ContextVar("publish_gate_passing", default=frozenset())


def _identity(obj: Any) -> tuple[str, str]:
    return (obj._meta.label_lower, str(obj.pk))


def _content_differs(obj: Any, stored: Any, update_fields: Any) -> bool:
    """Tell whether saving ``obj`` would change a stored column that readers see."""
    for field in obj._meta.concrete_fields:
        if field.name in BOOKKEEPING or not field.editable:
            continue
        if update_fields is not None and field.name not in update_fields and field.attname not in update_fields:
            continue
        if field.attname in obj.get_deferred_fields():
            continue
        if field.get_prep_value(field.value_from_object(obj)) != field.get_prep_value(field.value_from_object(stored)):
            return True
    return False


@contextmanager
def _gate_open_for(obj: Any) -> Iterator[None]:
    token = _passing.set(_passing.get() | {_identity(obj)})
    try:
        yield
    finally:
        _passing.reset(token)


def approval_of(revision: Revision) -> TaskState | None:
    """Return the approval of exactly this revision, or None."""
    return (
        TaskState.objects.filter(
            revision=revision,
            status=TaskState.STATUS_APPROVED,
            finished_by__isnull=False,
            # Wagtail can copy an approval to a later revision; a copy is older than what it claims to approve.
            finished_at__gte=revision.created_at,
            task__content_type=ContentType.objects.get_for_model(ComplianceReviewTask),
        )
        .select_related("finished_by")
        .order_by("-finished_at")
        .first()
    )


def check_publication(obj: Any, revision: Revision) -> TaskState:
    """Return the approval that lets ``revision`` go live; raise ``PublicationRefusedError`` when there is none."""
    approval = approval_of(revision)
    if approval is None:
        raise PublicationRefusedError(_("这一版还没有通过审核，不能发布。请提交审核，由另一位同事通过。"))
    approver = approval.finished_by
    if revision.user_id is None:
        raise PublicationRefusedError(_("这一版没有记录作者，不能发布。"))
    if wrote_since_live(obj, approver, revision):
        raise PublicationRefusedError(_("审核人参与撰写了这一版，需要由没有参与撰写的同事审核。"))
    if not approver.is_active or not approver.has_perm(APPROVE_PERMISSION):
        raise PublicationRefusedError(_("审核人没有审核权限，不能发布。"))
    return approval


class GatedMixin:
    """Puts the gate in front of ``publish`` and ``save`` of a page or a publishable snippet."""

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        """Publish or schedule ``revision``.

        Raises ``PublicationRefusedError`` unless it was properly approved and passes every registered check.

        Writes a ``PublishedVersion``, for itself and for each object whose public text changes with it, and empties
        the page cache after commit when the object is live afterwards.
        """
        with transaction.atomic():
            approval = check_publication(self, revision)
            published = revision.as_object()
            self.check_release(published, approval)
            released = check_for_publication(published)
            authors = sorted(
                {
                    str(author)
                    for author in revisions_since_live(self, revision).values_list("user_id", flat=True)
                    if author
                }
            )
            _refuse_unknown_facts(published)
            if published.expire_at and published.expire_at <= timezone.now():
                raise PublicationRefusedError(_("这一版写的下线时间已经过去了，不能发布。请改下线时间，再提交审核。"))
            with _gate_open_for(self):
                super().publish(revision, *args, **kwargs)  # type: ignore[misc]
            if not (published.go_live_at and published.go_live_at > timezone.now()):
                _record_published_version(published, revision.pk, approval, authors, released)
                for changed in self.changes_with_this():
                    _record_published_version(changed, changed.live_revision_id or 0, approval, authors, [])
            pagecache.purge_on_commit()

    def check_release(self, published: Any, approval: TaskState) -> None:
        """Raise ``PublicationRefusedError`` where ``published``, what ``approval`` lets go live, must not do so.

        For what one kind of object asks besides the registered checks.
        """

    def save_revision(self, *args: Any, overwrite_revision: Revision | None = None, **kwargs: Any) -> Revision:
        """Save a revision; one that somebody was asked to judge, or that is public, is never replaced in place."""
        if overwrite_revision is not None and not may_be_replaced(overwrite_revision, self):
            overwrite_revision = None
        saved: Revision = super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)  # type: ignore[misc]
        return saved

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        super().unpublish(*args, **kwargs)  # type: ignore[misc]
        pagecache.purge_on_commit()

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save; raise ``PublicationRefusedError`` when that would change what readers see without the gate."""
        if self.live and not self._gate_is_open():  # type: ignore[attr-defined]
            stored = type(self)._base_manager.filter(pk=self.pk, live=True).first() if self.pk else None  # type: ignore[attr-defined]
            if stored is None:
                raise PublicationRefusedError(_("新内容要先存为草稿，经审核后发布。"))
            if _content_differs(self, stored, kwargs.get("update_fields")):
                raise PublicationRefusedError(_("已发布的内容不能直接改。请存为草稿，经审核后发布。"))
        return super().save(*args, **kwargs)  # type: ignore[misc]

    def clean(self) -> None:
        """Refuse a fact that does not exist beside the field that names it."""
        super().clean()  # type: ignore[misc]
        check_facts(self)

    def fact_keys(self) -> list[str]:
        """Return the keys of the facts that this object's own words name."""
        return keys_in(texts_of(self))

    def shown_fact_keys(self) -> list[str]:
        """Return the keys of all facts that a reader of this object gets, those of what it shows besides included."""
        return self.fact_keys()

    def changes_with_this(self) -> Iterable[Any]:
        """Return the live objects whose public text is another one once this is published."""
        return ()

    def _gate_is_open(self) -> bool:
        passing = _passing.get()
        # An alias repeats its source: it goes live with it.
        source = getattr(self, "alias_of_id", None)
        return _identity(self) in passing or bool(source and (self._meta.label_lower, str(source)) in passing)  # type: ignore[attr-defined]

    def published_text(self) -> str:
        """Return the words a reader sees, for the record of published versions."""
        written = [(name, value) for name, value in written_fields(self) if name not in BOOKKEEPING]
        parts = [str(self), *(_readable(self._meta.get_field(name), value) for name, value in written)]  # type: ignore[attr-defined]
        return "\n".join(dict.fromkeys(part for part in parts if part))


def _readable(field: Any, value: Any) -> str:
    if isinstance(field, RichTextField):
        return readable_text(expand_db_html(value or ""))
    return readable_text(str(value)) if isinstance(field, StreamField) else str(value or "").strip()


def _refuse_unknown_facts(obj: Any) -> None:
    keys = obj.fact_keys()
    found = shown_facts(keys) if keys else {}
    lost = [key for key in keys if key not in found]
    if lost:
        raise PublicationRefusedError(
            _("里面用到的事实“%(keys)s”没有发布，不能发布。请先发布它，或换一个。") % {"keys": "”、“".join(lost)}
        )


def _record_published_version(
    obj: Any, revision_id: int, approval: TaskState, authors: list[str], released: list[Mapping[str, Any]]
) -> None:
    """Keep what readers of ``obj`` get from now on, with the facts as they are now."""
    facts = shown_facts(obj.shown_fact_keys())
    PublishedVersion.objects.create(
        content_type=ContentType.objects.get_for_model(type(obj)),
        object_id=str(obj.pk),
        revision_id=revision_id,
        title=fill_in(str(obj))[:255],
        text=fill_in(unescape(obj.published_text())),
        facts={key: fact.revision_id for key, fact in facts.items()},
        authors=authors,
        approved_by=str(approval.finished_by_id),
        approved_at=approval.finished_at,
        published_at=timezone.now(),
        released=released,
    )
