"""Regular investing against a lump sum."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.arithmetic import round_half_up
from courses.charts import Series, draw_curves, grouped
from courses.tools.answer import (
    Answer,
    Cell,
    Figure,
    Row,
    Scale,
    Table,
    amount,
    change,
    exact_amount,
    gap_in_words,
    month_ticks,
    percent,
    words_of,
)
from courses.tools.investing import Comparison, compare


def answer(values: Mapping[str, Any]) -> Answer:
    """Return both ways over the same months."""
    returns: tuple[Decimal, ...] = values["returns"]
    result = compare(amount=values["amount"], returns=[number / 100 for number in returns])
    regular, lump = result.regular[-1], result.lump[-1]
    return Answer(
        headline=_headline(result, len(returns)),
        lead=(
            _("两种办法手里都是 %(total)s：定投每月投 %(amount)s，没轮到的先放着，不算利息；一次投入第一天全投。")
            % {"total": amount(result.total), "amount": amount(values["amount"])},
        ),
        table=Table(
            caption=_("走完这段行情"),
            corner=_("项目"),
            columns=(_("定投"), _("一次投入")),
            rows=(
                Row(_("期末金额（元）"), (Cell(exact_amount(regular)), Cell(exact_amount(lump))), strong=True),
                Row(_("比投入"), (change(regular / result.total - 1), change(lump / result.total - 1))),
                Row(
                    _("途中最深回撤"),
                    (change(-result.regular_drawdown), change(-result.lump_drawdown)),
                    small=_("从途中最高点往下跌的最大幅度；定投把还没投的钱也算在内"),
                ),
                Row(_("平均每份成本"), (Cell(_price(result.average_cost)), Cell(_price(Decimal(1))))),
            ),
        ),
        figures=(_figure(result),),
        notes=(
            _("读到 %(count)s 个月，最高 %(high)s，最低 %(low)s。数字按百分数读：1.2 就是 1.2%%。")
            % {
                "count": len(returns),
                "high": _signed(max(returns)),
                "low": _signed(min(returns)),
            },
            _("买入那几个月的净值平均是 %(mean)s。定投的平均成本不会高于它，但这不等于会赚：期末净值是 %(last)s。")
            % {"mean": _price(result.average_price), "last": _price(result.prices[-1])},
            _("没有算进去的：申购费、赎回费、等着投的钱的利息。"),
        ),
    )


def _headline(result: Comparison, months: int) -> str:
    gap = result.regular[-1] - result.lump[-1]
    words = {"months": months, "gap": gap_in_words(result.regular[-1], result.lump[-1])}
    if round_half_up(gap, 0) == 0:
        return _("走完这 %(months)s 个月，两种办法期末差不到 1 元。") % words
    if gap > 0:
        return _("走完这 %(months)s 个月，定投比一次投入多 %(gap)s。换一段行情，可能反过来。") % words
    return _("走完这 %(months)s 个月，定投比一次投入少 %(gap)s。换一段行情，可能反过来。") % words


def _price(price: Decimal) -> str:
    return grouped(round_half_up(price, 4))


def _signed(number: Decimal) -> str:
    cell = change(number / 100, 2)
    return f"{cell.mark}{cell.text}"


def _figure(result: Comparison) -> Figure:
    months = len(result.regular) - 1
    columns = {_("定投"): result.regular, _("一次投入"): result.lump}
    scale = Scale.for_amounts([*result.regular, *result.lump])
    return Figure(
        title=_("两种办法手里一共有多少"),
        y_unit=scale.unit,
        chart=draw_curves(
            [Decimal(month) for month in range(months + 1)],
            tuple(Series(name, scale.values(numbers)) for name, numbers in columns.items()),
            ticks=month_ticks(months),
        ),
        summary=_("%(months)s 个月后——") % {"months": months}
        + words_of([(name, amount(numbers[-1])) for name, numbers in columns.items()])
        + _("途中最深回撤：定投 %(regular)s，一次投入 %(lump)s。")
        % {"regular": percent(result.regular_drawdown), "lump": percent(result.lump_drawdown)},
        table=Table(
            caption=_("每月月底的金额"),
            corner=_("第几个月"),
            columns=(_("净值"), _("定投（元）"), _("一次投入（元）")),
            rows=tuple(
                Row(
                    str(month),
                    (
                        Cell(_price(result.prices[month])),
                        Cell(exact_amount(result.regular[month])),
                        Cell(exact_amount(result.lump[month])),
                    ),
                )
                for month in range(months + 1)
            ),
        ),
    )
