"""Fees of classes A and C over time."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.arithmetic import round_half_up
from courses.charts import Series, draw_curves
from courses.tools.answer import (
    Answer,
    Cell,
    Figure,
    Row,
    Scale,
    Table,
    amount,
    exact_amount,
    gap_in_words,
    month_ticks,
    words_of,
)
from courses.tools.fees import DAYS, Costs, ShareClass, break_even, run

_MONTHS = 12


def answer(values: Mapping[str, Any]) -> Answer:
    """Return the costs of both classes until the stated month."""
    months: int = values["months"]
    days = day_of(months)
    shared = {
        "amount": values["amount"],
        "growth": values["growth"] / 100,
        "running": values["running"] / 100,
        "redemption": values["redemption"] / 100,
        "days": days,
    }
    service_months: int = values["service_months"]
    one = run(ShareClass(front=values["front"] / 100), **shared)
    other = run(
        ShareClass(
            service=values["service"] / 100,
            service_days=day_of(service_months) if service_months else None,
        ),
        **shared,
    )
    return Answer(
        headline=_headline(one[-1], other[-1], months),
        lead=(_crossing(break_even(one, other), one, other),),
        table=_table(one[-1], other[-1]),
        figures=(_figure(one, other, months),),
        notes=(
            _("费率是您填的数，不是哪只产品的费率；实际的以基金合同、招募说明书和产品资料概要为准。"),
            _("图上没有算赎回费：它看持有多久，按您填的那一档，只算在赎回那天。买卖证券的交易费用也没有算。"),
        ),
    )


def day_of(months: int) -> int:
    """Return the day on which ``months`` months are over, a year having 365."""
    return int(round_half_up(Decimal(months) * DAYS / _MONTHS, 0))


def _headline(one: Costs, other: Costs, months: int) -> str:
    gap = other.total - one.total
    words = {
        "months": months,
        "one": amount(one.total),
        "other": amount(other.total),
        "gap": gap_in_words(one.total, other.total),
    }
    if round_half_up(gap, 0) == 0:
        return _("持有 %(months)s 个月，两类费用都约 %(one)s，几乎一样。") % words
    if gap > 0:
        return _("持有 %(months)s 个月，A 类费用约 %(one)s，C 类约 %(other)s，C 类多 %(gap)s。") % words
    return _("持有 %(months)s 个月，A 类费用约 %(one)s，C 类约 %(other)s，C 类少 %(gap)s。") % words


def _crossing(day: int | None, one: list[Costs], other: list[Costs]) -> str:
    if day is None:
        return _("在这段时间里，两条线没有相交。") if one[0].front else _("没有申购费，两条线从同一点出发。")
    if day == 0:
        return _("没有申购费，两条线从同一点出发。")
    return _("不算赎回费，大约第 %(day)s 天两类花的钱一样多；在那之前 C 类花得少，在那之后 A 类花得少。") % {"day": day}


def _table(one: Costs, other: Costs) -> Table:
    def row(label: str, name: str, *, strong: bool = False) -> Row:
        cells = tuple(Cell(exact_amount(getattr(costs, name))) for costs in (one, other))
        return Row(label, cells, strong=strong)

    return Table(
        caption=_("到赎回那天，一项一项看（元）"),
        corner=_("项目"),
        columns=(_("A 类"), _("C 类")),
        rows=(
            row(_("申购费"), "front"),
            row(_("管理费和托管费"), "running"),
            row(_("销售服务费"), "service"),
            row(_("赎回费"), "redemption"),
            row(_("费用合计"), "total", strong=True),
            row(_("赎回到手"), "received"),
        ),
    )


def _figure(one: list[Costs], other: list[Costs], months: int) -> Figure:
    shown = range(months + 1)
    columns = {
        name: [costs[day_of(month)].before_redemption for month in shown]
        for name, costs in ((_("A 类"), one), (_("C 类"), other))
    }
    scale = Scale.for_amounts(number for numbers in columns.values() for number in numbers)
    return Figure(
        title=_("花掉的费用累加起来"),
        y_unit=scale.unit,
        chart=draw_curves(
            [Decimal(month) for month in shown],
            tuple(Series(name, scale.values(numbers)) for name, numbers in columns.items()),
            ticks=month_ticks(months),
        ),
        summary=_("%(months)s 个月里累计（不含赎回费）——") % {"months": months}
        + words_of([(name, amount(numbers[-1])) for name, numbers in columns.items()]),
        table=Table(
            caption=_("每月月底累计的费用，不含赎回费（元）"),
            corner=_("第几个月"),
            columns=tuple(columns),
            rows=tuple(
                Row(str(month), tuple(Cell(exact_amount(numbers[month])) for numbers in columns.values()))
                for month in shown
            ),
        ),
    )
