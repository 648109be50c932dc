"""What a reviewer reads before they answer: the difference to what is public, the findings, who wrote what."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.admin.compare import (
    ListBlockComparison,
    StreamBlockComparison,
    StreamFieldComparison,
    StructBlockComparison,
    get_comparison_class_for_block,
)
from wagtail.admin.panels import get_edit_handler
from wagtail.fields import RichTextField
from wagtail.models import Page, Revision, TaskState, WorkflowMixin
from wagtail.utils.text import text_from_html

from accounts.models import User
from compliance.findings import PlacedFinding, findings_in
from compliance.models import FindingOverride, ReviewDeadline
from compliance.publication import releases_of
from compliance.text_of import block_pieces, source_of, words_of
from core.facts import keys_in, shown_facts
from core.publishing import BOOKKEEPING
from core.registries import ShownFact, TextPiece
from core.revisions import revisions_since_live

_KEY = re.compile(r' data-block-key="[^"]*"')
_LINK = re.compile(r"<(a\b[^>]*)>")


@dataclass(frozen=True)
class Change:
    """One field or block that differs from what is public; ``html`` is safe and marks what went and what came."""

    label: str
    state: str
    html: SafeString


@dataclass(frozen=True)
class ReviewedFinding:
    """A finding, and the release that lets it pass, if any."""

    finding: PlacedFinding
    release: FindingOverride | None
    released_by: str = ""

    @property
    def stops(self) -> bool:
        """Whether it keeps the text from going live."""
        return self.finding.severity == "block" and self.release is None


def review_url(obj: Model) -> str:
    """Return the address of the page that shows ``obj`` to its reviewers."""
    kind = ContentType.objects.get_for_model(type(obj))
    return reverse("compliance_review", args=[kind.app_label, kind.model, obj.pk])


def may_edit(obj: Any, user: Any) -> bool:
    """Tell whether the admin lets ``user`` open the form of ``obj``."""
    if isinstance(obj, Page):
        return bool(obj.permissions_for_user(user).can_edit())
    opts = obj._meta
    return user.has_perm(f"{opts.app_label}.change_{opts.model_name}")


def may_review(obj: Any, user: Any) -> bool:
    """Tell whether ``user`` may read ``obj`` as it stands: who may edit it, and who may answer for it."""
    return user.has_perm(source_of(type(obj)).release_permission) or may_edit(obj, user)


def waiting_state(obj: Any) -> TaskState | None:
    """Return the step of the review that waits for an answer, or None."""
    if not isinstance(obj, WorkflowMixin):
        return None
    state = obj.current_workflow_task_state
    return state if state is not None and state.status == TaskState.STATUS_IN_PROGRESS else None


def deadline_of(state: TaskState | None) -> ReviewDeadline | None:
    """Return by when an answer is due."""
    return ReviewDeadline.objects.filter(task_state_id=state.pk).first() if state is not None else None


def revision_to_review(obj: Any, state: TaskState | None) -> Revision | None:
    """Return the revision that waits, else the latest; None for objects without."""
    if state is not None:
        return state.revision
    return obj.get_latest_revision() if hasattr(obj, "revisions") else None


def reviewed_findings(subject: Any) -> list[ReviewedFinding]:
    """Return the findings in ``subject``, what stops it first, each with its release. Raises ``TextTooLongError``."""
    findings = findings_in(subject)
    releases = releases_of(subject, findings)
    names = names_of([row.reviewer for row in releases.values()])
    rows = []
    for finding in findings:
        row = releases.get(finding.digest) if finding.severity == "block" else None
        rows.append(ReviewedFinding(finding, row, names.get(row.reviewer, row.reviewer) if row else ""))
    order = {"block": 0, "warn": 1, "note": 2}
    return sorted(rows, key=lambda row: (not row.stops, order[row.finding.severity]))


def names_of(keys: Sequence[str]) -> dict[str, str]:
    """Return the names of people by their keys; who left has none."""
    numbers = {int(key) for key in keys if key.isdigit()}
    return {str(user.pk): user.get_full_name() for user in User.objects.filter(pk__in=numbers)}


def authors_since_live(obj: Any, until: Revision | None) -> list[Mapping[str, Any]]:
    """Return who saved what since the live version, newest first."""
    if until is None:
        return []
    rows = revisions_since_live(obj, until).select_related("user").order_by("-pk")
    return [{"who": str(row.user) if row.user else "—", "when": row.created_at} for row in rows]


def facts_in(pieces: Sequence[TextPiece]) -> list[tuple[str, ShownFact | None]]:
    """Return the keys of the facts that the text refers to, in their order, each with what readers get for it now."""
    keys = keys_in(piece.text for piece in pieces)
    shown = shown_facts(keys)
    return [(key, shown.get(key)) for key in keys]


def changes_since_live(*, live: Any, draft: Any, request: Any) -> list[Change]:
    """Return what ``draft`` changes against ``live`` by Wagtail's own comparisons, down to the field of a block."""
    viewset = getattr(type(draft), "snippet_viewset", None)
    handler = viewset.get_edit_handler() if viewset else get_edit_handler(type(draft))
    panel = handler.get_bound_panel(instance=draft, request=request, form=None)
    comparisons = [comparison(live, draft) for comparison in panel.get_comparison()]
    return [
        change
        for comparison in comparisons
        if comparison.has_changed() and not (comparison.is_field and comparison.field.name in BOOKKEEPING)
        for change in _changes(comparison)
    ]


def _changes(comparison: Any) -> Iterator[Change]:
    label = str(comparison.field_label())
    if isinstance(comparison, StreamFieldComparison):
        block = comparison.field.stream_block
        yield from _block_changes(StreamBlockComparison(block, True, True, comparison.val_a, comparison.val_b), label)
    elif comparison.is_child_relation:
        for child in comparison.get_child_comparisons():
            rows = [(row.field_label(), row.htmldiff()) for row in child.get_field_comparisons()]
            state = _("新增") if child.is_addition() else _("删去") if child.is_deletion() else _("改动")
            if child.is_addition() or child.is_deletion() or child.has_changed():
                yield Change(label, state, format_html_join("", "<p>{}：{}</p>", rows))
    elif isinstance(comparison.field, RichTextField):
        yield from _rich_change(comparison, label)
    else:
        yield Change(label, _("改动"), comparison.htmldiff())


def _rich_change(comparison: Any, label: str) -> Iterator[Change]:
    """Yield how running text changed; where the words stayed, the links are told, as they lead readers elsewhere."""
    before, after = (_settled(value) for value in (comparison.val_a, comparison.val_b))
    if text_from_html(before) != text_from_html(after):
        yield Change(label, _("改动"), comparison.htmldiff())
    elif before != after:
        links = [" ".join(_LINK.findall(html)) or "—" for html in (before, after)]
        words = escape(text_from_html(after))
        told = words if links[0] == links[1] else format_html("<p>{}</p><p>{} → {}</p>", words, *links)
        yield Change(label, _("文字没变，格式或链接变了"), told)


def _settled(value: Any) -> str:
    """Return running text without the keys that the editor gives its paragraphs, and with one name for each mark."""
    html = _KEY.sub("", str(getattr(value, "source", value) or ""))
    return html.replace("<strong>", "<b>").replace("</strong>", "</b>").replace("<em>", "<i>").replace("</em>", "</i>")


def _block_changes(comparison: Any, label: str) -> Iterator[Change]:
    """Yield what changed inside a block; what stayed is left out, and ids of blocks are no change."""
    block, before, after = comparison.block, comparison.val_a, comparison.val_b
    if comparison.is_new():
        yield Change(label, _("新增"), format_html('<div class="addition">{}</div>', _readable(comparison, after)))
    elif comparison.is_deleted():
        yield Change(label, _("删去"), format_html('<div class="deletion">{}</div>', _readable(comparison, before)))
    elif _content(block, before) == _content(block, after):
        return
    elif isinstance(comparison, StructBlockComparison):
        for name, child in block.child_blocks.items():
            compare = get_comparison_class_for_block(child)
            inner = compare(child, True, True, before[name], after[name])
            yield from _block_changes(inner, f"{label} › {child.label}")
    elif isinstance(comparison, StreamBlockComparison | ListBlockComparison):
        for number, inner in enumerate(comparison.get_block_comparisons(), start=1):
            yield from _block_changes(inner, f"{label} › {number} {inner.block.label or ''}".rstrip())
    elif isinstance(block, blocks.RichTextBlock):
        yield from _rich_change(comparison, label)
    elif isinstance(block, blocks.BooleanBlock):
        yield Change(label, _("改动"), format_html("{} → {}", _yes_or_no(before), _yes_or_no(after)))
    else:
        yield Change(label, _("改动"), comparison.htmldiff())


def _readable(comparison: Any, value: Any) -> SafeString:
    """Return the words of a whole block; what has none is shown as Wagtail would."""
    words = words_of(block_pieces(comparison.block, value))
    if not words:
        return comparison.htmlvalue(value)
    return format_html_join("", "<p>{}{}</p>", ((f"{label}：" if label else "", text) for label, text in words))


def _yes_or_no(value: Any) -> str:
    return _("是") if value else _("否")


def _content(block: Any, value: Any) -> Any:
    """Return what a block stores, without the ids that say nothing to a reader."""
    return _without_ids(block.get_prep_value(value))


def _without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    if isinstance(value, dict):
        is_block = {"type", "value"} <= value.keys()
        return {key: _without_ids(item) for key, item in value.items() if not (is_block and key == "id")}
    return value
