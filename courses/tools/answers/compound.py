"""Compound growth and inflation."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from courses.charts import Series, draw_curves
from courses.tools.answer import Answer, Cell, Figure, Row, Scale, Table, amount, exact_amount, words_of, year_ticks
from courses.tools.growth import YearEnd, grow


def answer(values: Mapping[str, Any]) -> Answer:
    """Return the books after the stated years, and what they buy."""
    ends = grow(
        principal=values["principal"],
        monthly=values["monthly"],
        rate=values["rate"] / 100,
        inflation=values["inflation"] / 100,
        years=values["years"],
    )
    last = ends[-1]
    return Answer(
        headline=_("%(years)s 年后，账面约 %(nominal)s；按今天的物价，约值 %(real)s。")
        % {"years": last.year, "nominal": amount(last.nominal), "real": amount(last.real)},
        lead=(
            _("放进去的本金一共 %(paid)s。收益率和物价都是假设的数，换一个，结果就换一个。")
            % {"paid": amount(last.paid_in)},
        ),
        table=_table(last, values["monthly"]),
        figures=(_figure(ends),),
        notes=(_("没有算进去的：费用、税，还有收益每年有高有低。真实的路不会这么平。"),),
    )


def _table(last: YearEnd, monthly: Decimal) -> Table:
    rows = [
        Row(_("放进去的本金"), (Cell(exact_amount(last.paid_in)),)),
        Row(_("账面比本金多出"), (Cell(exact_amount(last.nominal - last.paid_in)),)),
        Row(_("账面金额"), (Cell(exact_amount(last.nominal)),), strong=True),
        Row(_("按今天的物价"), (Cell(exact_amount(last.real)),), small=_("账面金额 ÷（1 + 物价上涨）的年数次方")),
    ]
    if not monthly:
        rows.insert(3, Row(_("如果利息不再生利息"), (Cell(exact_amount(last.simple)),), small=_("单利，用来对照")))
    return Table(caption=_("到期时"), corner=_("项目"), columns=(_("金额（元）"),), rows=tuple(rows))


def _figure(ends: list[YearEnd]) -> Figure:
    columns = {
        _("账面金额"): [end.nominal for end in ends],
        _("购买力"): [end.real for end in ends],
        _("本金"): [end.paid_in for end in ends],
    }
    scale = Scale.for_amounts(number for numbers in columns.values() for number in numbers)
    series = tuple(Series(name, scale.values(numbers)) for name, numbers in columns.items())
    return Figure(
        title=_("账面金额、购买力和本金，一年一年看"),
        y_unit=scale.unit,
        chart=draw_curves([Decimal(end.year) for end in ends], series, ticks=year_ticks(ends[-1].year)),
        summary=_("%(years)s 年后——") % {"years": ends[-1].year}
        + words_of([(name, amount(numbers[-1])) for name, numbers in columns.items()]),
        table=Table(
            caption=_("每年年底的金额（元）"),
            corner=_("第几年"),
            columns=tuple(columns),
            rows=tuple(
                Row(str(end.year), tuple(Cell(exact_amount(numbers[place])) for numbers in columns.values()))
                for place, end in enumerate(ends)
            ),
        ),
    )
