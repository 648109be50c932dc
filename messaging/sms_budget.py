"""How much of the codes by SMS is used, for the staff's health page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from accounts.actions.codes import sms_budget

Level = Literal["ok", "most", "all"]


@dataclass(frozen=True)
class CodeBudget:
    """One window: ``level`` is ``most`` from four fifths on, and ``all`` when further codes by SMS are refused."""

    hours: int
    used: int
    limit: int
    level: Level
    closes_at: datetime | None


def code_budgets(*, now: datetime) -> list[CodeBudget]:
    """Return the hour's and the day's use; a window that has not begun is empty and closes at no time."""
    return [
        CodeBudget(
            int(use.window.total_seconds()) // 3600, use.used, use.limit, _level(use.used, use.limit), use.closes_at
        )
        for use in sms_budget(now=now)
    ]


def _level(used: int, limit: int) -> Level:
    if used >= limit:
        return "all"
    return "most" if used * 5 >= limit * 4 else "ok"
