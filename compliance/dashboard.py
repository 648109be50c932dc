"""What the staff's first page says of facts."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.models import Fact
from compliance.queries import due_facts
from core.dashboard import Waiting, WaitingPanel

_SHOWN = 8
_AHEAD = timedelta(days=30)


def fact_panels(user: Any, *, today: date) -> list[WaitingPanel]:
    """Return the facts that are due within a month or overdue, to editors."""
    if not user.has_perm("compliance.change_fact") or not user.has_perm("compliance.add_fact"):
        return []
    due = due_facts(today + _AHEAD)
    name = Fact.snippet_viewset.get_url_name("list")  # type: ignore[attr-defined]
    more = (gettext("全部 %(count)d 条") % {"count": len(due)}, reverse(name) + "?ordering=review_by")
    return [
        WaitingPanel(
            name="facts-due",
            order=335,
            heading=_("到期要核对的事实"),
            rows=[
                Waiting(row.title, row.edit_url, gettext("%(day)s 到期") % {"day": row.due.isoformat()})
                for row in due[:_SHOWN]
            ],
            empty=_("三十天内没有到期要核对的事实。"),
            more=more if len(due) > _SHOWN else None,
        )
    ]
