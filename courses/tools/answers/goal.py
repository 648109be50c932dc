"""A sum at a date."""

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
    percent,
    words_of,
    year_ticks,
)
from courses.tools.goal import Plan, bearable_fall, path, plan


def answer(values: Mapping[str, Any]) -> Answer:
    """Return what must be saved each month, at the stated rate, without any, and where things go wrong."""
    rate: Decimal = values["rate"] / 100
    asked = {name: values[name] for name in ("goal", "saved", "years", "affordable")}
    plans = [plan(rate=each, **asked) for each in dict.fromkeys((rate, Decimal(0), -rate))]
    return Answer(
        headline=_headline(plans[0], values),
        lead=(_lead(plans[0], values),),
        table=_table(plans, values),
        figures=(_figure(plans[0], values),),
        notes=(
            _fall(values),
            _(
                "每月月底存，收益率一年一个样的起伏没有算；费用、税和物价上涨也没有算。到期那年的物价，可以在“复利与通胀”里看。"
            ),
        ),
    )


def _headline(planned: Plan, values: Mapping[str, Any]) -> str:
    words = {"years": values["years"], "goal": amount(values["goal"]), "monthly": amount(planned.monthly)}
    if not planned.monthly:
        return _("按假设的收益率，已经存的钱 %(years)s 年后就到 %(goal)s。") % words
    return _("%(years)s 年后要 %(goal)s，按假设的收益率，每月约要存 %(monthly)s。") % words


def _lead(planned: Plan, values: Mapping[str, Any]) -> str:
    if values["affordable"] >= planned.monthly:
        return _("您每月最多能存 %(affordable)s，在这个假设下够得到。假设低一点呢？看下面的表。") % {
            "affordable": amount(values["affordable"])
        }
    return _(
        "您每月最多能存 %(affordable)s，在这个假设下会到 %(reached)s。"
        "可以改的是三样：目标小一点、时间长一点、每月多存一点。把收益率填高，改不了真实的结果。"
    ) % {"affordable": amount(values["affordable"]), "reached": amount(planned.reached)}


def _table(plans: list[Plan], values: Mapping[str, Any]) -> Table:
    return Table(
        caption=_("收益率不一样，要存的就不一样"),
        corner=_("每年收益率（假设）"),
        columns=(_("每月要存（元）"), _("照最多能存的，会到（元）")),
        rows=tuple(
            Row(
                percent(each.rate, 2),
                (Cell(exact_amount(each.monthly)), Cell(exact_amount(each.reached))),
                strong=place == 0,
            )
            for place, each in enumerate(plans)
        ),
    )


def _fall(values: Mapping[str, Any]) -> str:
    fall = bearable_fall(held=values["goal"], loss=values["loss"])
    if fall is None or fall >= 1:
        return _("您填的最多少掉的数，已经不小于目标本身。")
    return _("快到期时手里约有 %(goal)s，那时跌 %(fall)s，就碰到您填的底线 %(loss)s。") % {
        "goal": amount(values["goal"]),
        "fall": percent(fall),
        "loss": amount(values["loss"]),
    }


def _figure(planned: Plan, values: Mapping[str, Any]) -> Figure:
    years: int = values["years"]
    shared = {"saved": values["saved"], "monthly": planned.monthly, "years": years}
    columns = {
        _("按假设"): path(rate=planned.rate, **shared),
        _("没有收益"): path(rate=Decimal(0), **shared),
    }
    scale = Scale.for_amounts(number for numbers in columns.values() for number in numbers)
    return Figure(
        title=_("每月存同样多，有收益和没有收益"),
        y_unit=scale.unit,
        chart=draw_curves(
            [Decimal(year) for year in range(years + 1)],
            tuple(Series(name, scale.values(numbers)) for name, numbers in columns.items()),
            ticks=year_ticks(years),
        ),
        summary=_("%(years)s 年后——") % {"years": years}
        + words_of([(name, amount(numbers[-1])) for name, numbers in columns.items()]),
        table=Table(
            caption=_("每年年底有多少（元）"),
            corner=_("第几年"),
            columns=tuple(columns),
            rows=tuple(
                Row(str(year), tuple(Cell(exact_amount(numbers[year])) for numbers in columns.values()))
                for year in range(years + 1)
            ),
        ),
    )
