"""A fall and the way back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.arithmetic import round_half_up
from courses.charts import Series, Value, draw, draw_curves, grouped
from courses.tools.answer import Answer, Cell, Figure, Row, Table, change, percent, year_ticks
from courses.tools.drawdown import months_to_recover, needed_rise, recovery

_FALLS = (Decimal("0.1"), Decimal("0.2"), Decimal("0.3"), Decimal("0.5"))
_MONTHS = 12
_SHOWN_YEARS = 40
_SHOWN_LEAST = 5


def answer(values: Mapping[str, Any]) -> Answer:
    """Return the rise that brings back what was lost, and how long it would take."""
    fall, rate = values["fall"] / 100, values["rate"] / 100
    months = months_to_recover(fall=fall, rate=rate)
    return Answer(
        headline=_("跌 %(fall)s，要涨 %(rise)s 才回到原处。")
        % {"fall": percent(fall, 2), "rise": percent(needed_rise(fall), 2)},
        lead=(_waiting(months, rate),),
        table=Table(
            caption=_("10,000 元跌下去，再涨回来"),
            corner=_("项目"),
            columns=(_("结果"),),
            rows=(
                Row(_("跌到（元）"), (Cell(grouped(round_half_up(10_000 * (1 - fall), 2))),)),
                Row(
                    _("再涨同样的百分数，回到（元）"),
                    (Cell(grouped(round_half_up(10_000 * (1 - fall) * (1 + fall), 2))),),
                    small=_("还没回到 10,000 元：涨的时候，本金已经变小了"),
                ),
                Row(_("要涨多少才回本"), (change(needed_rise(fall), 2),), strong=True),
            ),
        ),
        figures=(_rises(fall), _way(fall, rate, months)),
        notes=(_("每年涨一样多只是为了好算。真实的市场可能更久，也可能不再回来；没有算费用和途中取用。"),),
    )


def _waiting(months: int | None, rate: Decimal) -> str:
    if months is None:
        if rate <= 0:
            return _("之后不涨或者还跌，就回不到原处。")
        return _("按这个假设，一百年也回不到原处。")
    years, rest = divmod(months, _MONTHS)
    words = {"years": years, "months": rest, "rate": percent(rate, 2)}
    if not years:
        return _("假设之后每年涨 %(rate)s，大约要 %(months)s 个月。") % words
    if not rest:
        return _("假设之后每年涨 %(rate)s，大约要 %(years)s 年。") % words
    return _("假设之后每年涨 %(rate)s，大约要 %(years)s 年 %(months)s 个月。") % words


def _rises(fall: Decimal) -> Figure:
    falls = sorted({*_FALLS, fall})
    name = _("要涨回")
    labels = [_("跌了 ▼%(fall)s") % {"fall": percent(each, 2)} for each in falls]
    values = tuple(_bar(needed_rise(each)) for each in falls)
    series = (Series(name, values),)
    return Figure(
        kind="bar",
        title=_("跌得越深，要涨回的越多"),
        y_unit="%",
        chart=draw("bar", labels, [], series),
        summary="".join(
            _("跌 %(fall)s 要涨 %(rise)s。") % {"fall": percent(each, 2), "rise": percent(needed_rise(each), 2)}
            for each in falls
        ),
        table=Table(
            caption=_("跌多少，要涨多少"),
            corner=_("跌了"),
            columns=(name,),
            rows=tuple(Row(f"▼ {percent(each, 2)}", (change(needed_rise(each), 2),)) for each in falls),
        ),
    )


def _bar(rise: Decimal) -> Value:
    shown = round_half_up(rise * 100, 1)
    return Value(number=shown, text=grouped(shown), exact=grouped(shown), mark="▲")


def _way(fall: Decimal, rate: Decimal, months: int | None) -> Figure:
    years = _SHOWN_YEARS if months is None else min(max(-(-months // _MONTHS), _SHOWN_LEAST), _SHOWN_YEARS)
    levels = recovery(fall=fall, rate=rate, years=years)
    before = _("跌之前")
    columns = {_("跌之后"): levels, before: [Decimal(100)] * (years + 1)}
    series = tuple(
        Series(
            name,
            tuple(
                Value(
                    number=round_half_up(number, 2),
                    text=grouped(round_half_up(number, 0)),
                    exact=grouped(round_half_up(number, 2)),
                )
                for number in numbers
            ),
        )
        for name, numbers in columns.items()
    )
    return Figure(
        title=_("把跌之前算作 100，之后每年涨一样多"),
        y_unit="",
        chart=draw_curves([Decimal(year) for year in range(years + 1)], series, ticks=year_ticks(years)),
        summary=_("跌之后从 %(first)s 开始，%(years)s 年后到 %(last)s；跌之前是 100。")
        % {
            "first": grouped(round_half_up(levels[0], 2)),
            "years": years,
            "last": grouped(round_half_up(levels[-1], 2)),
        },
        table=Table(
            caption=_("每年年底到多少（跌之前为 100）"),
            corner=_("第几年"),
            columns=tuple(columns),
            rows=tuple(
                Row(str(year), (Cell(grouped(round_half_up(level, 2))), Cell("100")))
                for year, level in enumerate(levels)
            ),
        ),
    )
