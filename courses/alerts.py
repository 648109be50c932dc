"""The 风险提示 of the day: one line for readers, taken from an article and gone at its date by itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from core import pagecache
from core.dates import start_of_day
from courses.enums import Column


@dataclass(frozen=True)
class Alert:
    """One line. A browser on which it was put away shows it again only under another ``key``: a new alert.

    ``until`` is the last day on which it is shown, None for a line without an end.
    """

    key: str
    line: str
    url: str
    until: date | None = None

    def bound(self, request: HttpRequest) -> "Alert":
        """Return this alert, the page that answers ``request`` being kept by no cache beyond its last day."""
        if self.until is not None:
            pagecache.keep_until(request, start_of_day(self.until + timedelta(days=1)))
        return self


def current_alert(
    *, now: datetime, dimensions: Collection[str] | None = None, leave_out: int | None = None
) -> Alert | None:
    """Return the alert that was published last and has not ended, in one query; None when there is none.

    With ``dimensions`` only one that shares a risk dimension with them; ``leave_out`` is the article being read.
    """
    from courses.pages import ArticlePage

    if dimensions is not None and not dimensions:
        return None
    running = (
        ArticlePage.objects.live()
        .filter(column=Column.ALERTS, alert_until__gte=timezone.localdate(now))
        .exclude(alert_line="")
        .exclude(pk=leave_out)
        .order_by("-last_published_at", "-pk")
        .defer("body", "sources")
    )
    for article in running[:1] if dimensions is None else running:
        if dimensions is None or set(dimensions) & set(article.dimensions):
            return Alert(
                key=f"{article.pk}:{article.alert_line}",
                line=article.alert_line,
                url=str(article.url),
                until=article.alert_until,
            )
    return None
