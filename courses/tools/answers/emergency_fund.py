"""The emergency fund."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

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
    month_ticks,
    short_number,
)
from courses.tools.reserve import MOST_MONTHS, Reserve, reserve

_SHOWN_LEAST, _SHOWN_MOST = 6, 36


def answer(values: Mapping[str, Any]) -> Answer:
    """Return how long the money lasts and what the wished months take."""
    asked = {name: values[name] for name in ("expenses", "debt", "other_income", "savings", "wanted_months", "aside")}
    known = reserve(**asked, shown_months=0)
    lasts = known.covered if known.covered is not None else 0
    shown = min(max(lasts + 1, values["wanted_months"], _SHOWN_LEAST), _SHOWN_MOST)
    result = reserve(**asked, shown_months=shown)
    return Answer(
        headline=_headline(result),
        lead=_lead(result, values["wanted_months"]),
        table=_table(result, values),
        figures=(_figure(result),) if result.need else (),
        notes=(
            _("3 到 6 个月只是常见经验，不是标准。收入稳不稳、有没有人要靠您、手里还有没有别的钱，都会改变它。"),
            _("按每月支出不变、这笔钱没有利息来算。真到那时，支出往往能省下一些，也可能多出一笔急用。"),
        ),
    )


def _headline(result: Reserve) -> str:
    if result.covered is None or result.exact is None:
        return _("其他收入已经够付每月支出，这笔钱暂时用不到。")
    if result.exact >= MOST_MONTHS:
        return _("手头的钱够用五十年以上。")
    if result.exact < 1:
        return _("手头的钱不够用一个月。")
    return _("没有工作收入的话，手头的钱大约够用 %(months)s 个月。") % {"months": short_number(result.exact, 1)}


def _lead(result: Reserve, wanted_months: int) -> tuple[str, ...]:
    return (_gap(result, wanted_months),) if result.need else ()


def _gap(result: Reserve, wanted_months: int) -> str:
    if not result.gap:
        return _("您定的是 %(months)s 个月，已经够了。") % {"months": wanted_months}
    words = {"months": wanted_months, "gap": amount(result.gap), "fill": result.months_to_fill}
    if result.months_to_fill is None:
        return _("您定的是 %(months)s 个月，还差 %(gap)s。") % words
    return _("您定的是 %(months)s 个月，还差 %(gap)s；按每月能放的数，要 %(fill)s 个月补上。") % words


def _table(result: Reserve, values: Mapping[str, Any]) -> Table:
    return Table(
        caption=_("一项一项看"),
        corner=_("项目"),
        columns=(_("金额（元）"),),
        rows=(
            Row(
                _("每月要从积蓄里拿"),
                (Cell(exact_amount(result.need)),),
                small=_("必要支出 + 还贷和房租 − 照样有的收入"),
            ),
            Row(_("现在有"), (Cell(exact_amount(values["savings"])),)),
            Row(
                _("%(months)s 个月要") % {"months": values["wanted_months"]},
                (Cell(exact_amount(result.wanted)),),
            ),
            Row(_("还差"), (Cell(exact_amount(result.gap)),), strong=True),
        ),
    )


def _figure(result: Reserve) -> Figure:
    months = len(result.left) - 1
    scale = Scale.for_amounts(result.left)
    name = _("还剩下")
    return Figure(
        title=_("这笔钱一个月一个月怎么用掉"),
        y_unit=scale.unit,
        chart=draw_curves(
            [Decimal(month) for month in range(months + 1)],
            (Series(name, scale.values(result.left)),),
            ticks=month_ticks(months),
        ),
        summary=_("开始时 %(first)s，%(months)s 个月后 %(last)s。")
        % {"first": amount(result.left[0]), "months": months, "last": amount(result.left[-1])},
        table=Table(
            caption=_("每月月底还剩多少（元）"),
            corner=_("第几个月"),
            columns=(name,),
            rows=tuple(Row(str(month), (Cell(exact_amount(left)),)) for month, left in enumerate(result.left)),
        ),
    )
