"""The allocation lab: mixes beside each other. It compares and never chooses."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

from django.utils.translation import gettext as _

from courses.charts import Series, draw_curves
from courses.tools.allocation import FINAL_QUANTILES, PATHS, Assumptions, Outcome
from courses.tools.answer import (
    Answer,
    Cell,
    Figure,
    Row,
    Scale,
    Table,
    amount,
    percent,
    whole_amount,
    words_of,
    year_ticks,
)
from courses.tools.lab import lab_outcomes
from courses.tools.lab_form import CLASSES, MIXES, AllocationForm

START = Decimal(10_000)
# Nineteen of twenty draws lie within so many standard errors.
_ERRORS = 1.96
_LOW, _MIDDLE, _HIGH = range(3)
# The middle first: it has the line that is not broken.
_SHOWN = (_MIDDLE, _LOW, _HIGH)


def answer(form: AllocationForm) -> Answer:
    """Return what the mixes of a checked form may come to."""
    assumptions = form.assumptions()
    found = lab_outcomes(assumptions)
    names = [str(MIXES[mix]) for mix in form.used_mixes()]
    return Answer(
        headline=_("10,000 元放 %(years)s 年：看中间，也看最差的一成。") % {"years": assumptions.years},
        lead=tuple(
            _("%(mix)s：一半的结果高于 %(middle)s，最差的一成低于 %(low)s，亏钱的可能约 %(loss)s。")
            % {
                "mix": name,
                "middle": amount(_yuan(outcome.yearly[-1][_MIDDLE])),
                "low": amount(_yuan(outcome.yearly[-1][_LOW])),
                "loss": percent(outcome.loss_probability),
            }
            for name, outcome in zip(names, found, strict=True)
        ),
        table=_table(names, assumptions, found),
        figures=tuple(_figures(names, assumptions, found)),
        notes=tuple(_notes(assumptions, found)),
    )


def _yuan(multiple: float) -> Decimal:
    return START * Decimal(multiple)


def _mix_text(weights: Sequence[float]) -> str:
    return "、".join(
        f"{label} {percent(weight, 0 if round(weight * 100, 6).is_integer() else 2)}"
        for label, weight in zip(CLASSES.values(), weights, strict=True)
        if weight
    )


def _table(names: Sequence[str], assumptions: Assumptions, found: Sequence[Outcome]) -> Table:
    def money(label: str, values: Sequence[float], small: str = "", *, strong: bool = False) -> Row:
        return Row(label, tuple(Cell(whole_amount(_yuan(value))) for value in values), small=small, strong=strong)

    rows = [
        money(_("中间的结果"), [row.yearly[-1][_MIDDLE] for row in found], _("一半高于它，一半低于它"), strong=True),
        money(_("最差一成的界线"), [row.yearly[-1][_LOW] for row in found], _("十次里有一次比它还低")),
        money(_("最差一成的平均"), [row.worst_mean for row in found]),
        Row(
            _("亏钱的可能"),
            tuple(Cell(percent(row.loss_probability)) for row in found),
            small=_("到期时少于 10,000 元"),
        ),
        money(_("平均"), [row.mean for row in found], _("按公式算；被少数很高的结果拉高，比中间的结果大")),
        money(_("标准差"), [row.deviation for row in found], _("按公式算；越大，散得越开")),
    ]
    return Table(
        caption=_("%(years)s 年以后（元）") % {"years": assumptions.years},
        corner=_("项目"),
        columns=tuple(names),
        rows=tuple(rows),
    )


def _figures(names: Sequence[str], assumptions: Assumptions, found: Sequence[Outcome]) -> list[Figure]:
    scale = Scale.for_amounts(_yuan(max(outcome.yearly[-1])) for outcome in found)
    highest = max(_yuan(max(row)) for outcome in found for row in outcome.yearly) / scale.divisor
    labels = (_("中间"), _("最差一成"), _("最好一成"))
    figures = []
    for name, weights, outcome in zip(names, assumptions.weights, found, strict=True):
        columns = [[_yuan(row[place]) for row in outcome.yearly] for place in _SHOWN]
        series = tuple(Series(label, scale.values(column)) for label, column in zip(labels, columns, strict=True))
        figures.append(
            Figure(
                title=_("%(mix)s：%(weights)s") % {"mix": name, "weights": _mix_text(weights)},
                y_unit=scale.unit,
                chart=draw_curves(
                    [Decimal(year) for year in range(assumptions.years + 1)],
                    series,
                    ticks=year_ticks(assumptions.years),
                    band=(_SHOWN.index(_LOW), _SHOWN.index(_HIGH)),
                    highest=highest,
                ),
                summary=_("%(years)s 年后——") % {"years": assumptions.years}
                + words_of([(label, amount(column[-1])) for label, column in zip(labels, columns, strict=True)])
                + _("越往后，好和差的两条线离得越开。"),
                table=_figure_table(labels, columns, outcome),
            )
        )
    return figures


def _figure_table(labels: Sequence[str], columns: Sequence[Sequence[Decimal]], outcome: Outcome) -> Table:
    rows = [
        Row(str(year), tuple(Cell(whole_amount(column[year])) for column in columns)) for year in range(len(columns[0]))
    ]
    return Table(
        caption=_("每年年底的结果（元），最差和最好一成写的是界线；最后一年从低到高的 %(shares)s：%(values)s")
        % {
            "shares": "、".join(f"{share}%" for share in FINAL_QUANTILES),
            "values": "、".join(whole_amount(_yuan(value)) for value in outcome.final),
        },
        corner=_("第几年"),
        columns=tuple(labels),
        rows=tuple(rows),
    )


def _notes(assumptions: Assumptions, found: Sequence[Outcome]) -> list[str]:
    drawn = [outcome for outcome in found if outcome.drawn_mean is not None]
    notes = []
    if drawn:
        error = max(
            _ERRORS * sqrt(outcome.loss_probability * (1 - outcome.loss_probability) / PATHS) for outcome in drawn
        )
        apart = max(abs((outcome.drawn_mean or 0) / outcome.mean - 1) for outcome in drawn)
        notes.append(
            _(
                "画了 %(paths)s 条随机的路。亏钱的可能有正负约 %(error)s 的抽样误差；"
                "抽样的平均和公式的平均相差 %(apart)s。"
            )
            % {"paths": f"{PATHS:,}", "error": percent(error, 2), "apart": percent(apart, 2)}
        )
    if len(drawn) < len(found):
        notes.append(_("只放一类资产的组合有精确公式，没有用随机数。"))
    notes.append(_("这里只比较，不说选哪个：要不要多担一份波动，看这笔钱什么时候用、亏多少受得了。"))
    return notes
