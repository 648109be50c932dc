"""排队情况: how long the oldest due message waits, and how many wait how long, as charts without script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Channel
from messaging.admin.listing import PermittedViewSet
from messaging.admin.unknown import DeskView
from messaging.desk_queries import Queue, queue_now
from messaging.enums import Category

_AGES: dict[str, Any] = {
    "under_1": gettext_lazy("不到 1 分钟"),
    "under_5": gettext_lazy("1–5 分钟"),
    "under_15": gettext_lazy("5–15 分钟"),
    "under_60": gettext_lazy("15–60 分钟"),
    "over_60": gettext_lazy("超过 60 分钟"),
}
# In units of the drawing, which scales with the page.
_WIDTH, _LEFT, _RIGHT, _ROW, _BAR = 440, 152, 72, 30, 18
# Short, so that a name fits beside its bar.
_CHANNELS: dict[str, Any] = {Channel.EMAIL: gettext_lazy("邮件"), Channel.SMS: gettext_lazy("短信")}


@dataclass(frozen=True)
class Bar:
    """One bar: ``series`` numbers its colour; the label stands at its end."""

    name: str
    value: str
    series: int
    y: int
    text_y: int
    width: int
    label_x: int


@dataclass(frozen=True)
class Chart:
    """Bars under a title, with what they say in one sentence and as a table."""

    key: str
    title: str
    summary: str
    headings: Sequence[str]
    bars: Sequence[Bar]

    @property
    def height(self) -> int:
        return len(self.bars) * _ROW + 8

    @property
    def width(self) -> int:
        return _WIDTH

    @property
    def left(self) -> int:
        return _LEFT

    @property
    def name_x(self) -> int:
        return _LEFT - 12


class QueueView(DeskView):
    """The queue as it is now."""

    permission = "messaging.view_delivery"
    template_name = "messaging/admin/queue.html"
    page_title = gettext_lazy("排队情况")
    header_icon = "time"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        queue = queue_now(now)
        return {
            **super().get_context_data(**kwargs),
            "now": now,
            "total": queue.total,
            "charts": [wait_chart(queue, now), age_chart(queue)],
        }


def wait_chart(queue: Queue, now: datetime) -> Chart:
    """Return how long the oldest row of each class waits on each channel."""
    rows = [
        (
            f"{Category(entry.category).label} · {_CHANNELS[entry.channel]}",
            entry.waited(now).total_seconds(),
            span(entry.waited(now)) if entry.rows else _("没有"),
            _series(entry.channel),
        )
        for entry in queue.waiting
    ]
    longest = max(queue.waiting, key=lambda entry: entry.waited(now))
    summary = _("没有消息在等。")
    if longest.rows:
        summary = _("等得最久的是%(channel)s的%(category)s，已等 %(span)s。") % {
            "channel": _CHANNELS[longest.channel],
            "category": Category(longest.category).label,
            "span": span(longest.waited(now)),
        }
    return _chart("wait", _("最早到期的一条等了多久"), summary, [_("类别和渠道"), _("已等")], rows)


def age_chart(queue: Queue) -> Chart:
    """Return how many rows wait how long, on each channel."""
    rows = [
        (f"{_AGES[age]} · {_CHANNELS[channel]}", float(count), str(count), _series(channel))
        for age, counts in queue.ages.items()
        for channel, count in counts.items()
    ]
    late = sum(queue.ages["under_60"].values()) + sum(queue.ages["over_60"].values())
    summary = _("共 %(total)s 条在等，其中 %(late)s 条等了 15 分钟以上。") % {"total": queue.total, "late": late}
    return _chart("age", _("在等的消息，按已等的时间"), summary, [_("已等和渠道"), _("条数")], rows)


def span(waited: timedelta) -> str:
    """Return a time in the words of a glance: seconds, minutes or hours."""
    seconds = int(waited.total_seconds())
    if seconds < 120:  # noqa: PLR2004 -- two minutes
        return _("%(count)s 秒") % {"count": seconds}
    if seconds < 7200:  # noqa: PLR2004 -- two hours
        return _("%(count)s 分钟") % {"count": seconds // 60}
    return _("%(count)s 小时") % {"count": seconds // 3600}


def _series(channel: str) -> int:
    return Channel.values.index(channel) + 1


def _chart(
    key: str, title: str, summary: str, headings: Sequence[str], rows: Sequence[tuple[str, float, str, int]]
) -> Chart:
    most = max((number for _name, number, _value, _series_ in rows), default=0) or 1
    room = _WIDTH - _LEFT - _RIGHT
    bars = []
    for place, (name, number, value, series) in enumerate(rows):
        # What is there is seen, however small beside the rest.
        width = max(round(room * number / most), 2) if number > 0 else 0
        y = place * _ROW + 6
        bars.append(Bar(name, value, series, y, y + _BAR - 4, width, _LEFT + width + 8))
    return Chart(key, title, summary, headings, bars)


class QueueViewSet(PermittedViewSet):
    """排队情况."""

    name = "messaging_queue"
    url_prefix = "messages/queue"
    permission = QueueView.permission
    icon = "time"
    menu_label = gettext_lazy("排队情况")
    menu_name = "messages-queue"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", QueueView.as_view(), name="index")]
