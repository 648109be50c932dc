"""Two people at one text, and texts that save themselves: whose words would be lost, and what may be replaced.

Wagtail warns of a newer version and lets the form overwrite it; here a form that somebody else has overtaken is handed
back with what was typed. Autosave replaces the last revision of the same person in place: never one that was submitted,
approved, scheduled or published, because those are judged by what they held.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Revision, TaskState

_LARGEST_ID = 2**63 - 1


def overtaken_by(obj: Any, *, user: Any, posted: Mapping[str, Any]) -> Revision | None:
    """Return the newest revision that somebody else wrote after the one with which the form was opened, or None.

    One's own newer revisions do not count: autosave makes them. A form that names no revision is taken as it is.
    """
    typed = str(posted.get("loaded_revision_id") or "")
    if not (typed.isascii() and typed.isdigit()) or int(typed) > _LARGEST_ID:
        return None
    loaded = int(typed)
    newer = Q(pk__gt=loaded)
    opened_at = _moment(str(posted.get("loaded_revision_created_at") or ""))
    if opened_at is not None:
        # Replaced in place by its author's autosave: the number stays, the time moves.
        newer |= Q(pk=loaded, created_at__gt=opened_at)
    found: Revision | None = (
        obj.revisions.filter(newer).exclude(user_id=user.pk).select_related("user").defer("content").order_by("-pk")
    ).first()
    return found


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None


def overtaken_message(revision: Revision) -> str:
    """Say whose version would be lost, that nothing was saved, and how to go on."""
    return _(
        "%(name)s在 %(time)s 存了更新的一版。您的改动还没有保存，都还在下面的表单里。"
        "请先看对方改了什么；再按一次保存，就用您的这一版盖过去。"
    ) % {
        "name": get_user_display_name(revision.user) if revision.user else _("另一位同事"),
        "time": f"{timezone.localtime(revision.created_at):%H:%M}",
    }


def comparison_url(obj: Any, *, loaded: str, names: tuple[str, str]) -> str:
    """Return where the newest version can be seen beside the one that the form was opened with.

    ``names`` are those of the page that compares and of the list of versions: an overwritten one is gone, its place in
    the list is left.
    """
    compare, history = names
    newest = obj.latest_revision_id
    if loaded == str(newest) or not obj.revisions.filter(pk=loaded).exists():
        return reverse(history, args=[obj.pk])
    return reverse(compare, args=[obj.pk, loaded, newest])


def may_be_replaced(revision: Revision, obj: Any) -> bool:
    """Tell whether autosave may write over ``revision``: nobody was asked to judge it and nobody reads it."""
    if revision.approved_go_live_at is not None or revision.pk == obj.live_revision_id:
        return False
    return not TaskState.objects.filter(revision=revision).exists()


def in_review(obj: Any) -> bool:
    """Tell whether somebody is judging the text right now."""
    return bool(obj.workflow_in_progress)


def no_autosave_in_review() -> str:
    """Say why nothing is saved of its own accord."""
    return _("正在审核，不自动保存。要改，请按“保存草稿”；改过就要重新审核。")


def check_schedule(form: Any, *, now: datetime) -> None:
    """Refuse, beside its field, a time to go live that is over when it is typed.

    One that was typed in time and has passed since, while the text waited for its review, stays: it goes live when it
    is approved.
    """
    typed = form.cleaned_data.get("go_live_at")
    if typed is not None and "go_live_at" in form.changed_data and typed <= now:
        form.add_error("go_live_at", _("这个时间已经过去了。请选以后的时间；想通过审核就发布，请留空。"))
