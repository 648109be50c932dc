"""What belongs to each tool: its form, and what makes an answer of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from courses.tools.answer import Answer
from courses.tools.answers import allocation, compound, drawdown, emergency_fund, fees, goal, regular_investing
from courses.tools.catalog import BY_SLUG, Tool
from courses.tools.explanations import EXPLANATIONS, Explanation
from courses.tools.forms import (
    CompoundForm,
    DrawdownForm,
    FeesForm,
    GoalForm,
    RegularForm,
    ReserveForm,
    ToolForm,
)
from courses.tools.lab_form import AllocationForm


@dataclass(frozen=True)
class Machine:
    """One tool at work."""

    tool: Tool
    form: type[ToolForm]
    answer: Callable[[Any], Answer]
    explanation: Explanation


def _from_values(answer: Callable[[Mapping[str, Any]], Answer]) -> Callable[[ToolForm], Answer]:
    return lambda form: answer(form.cleaned_data)


def _machine(slug: str, form: type[ToolForm], answer: Callable[[Any], Answer]) -> Machine:
    return Machine(BY_SLUG[slug], form, answer, EXPLANATIONS[slug])


MACHINES: dict[str, Machine] = {
    machine.tool.slug: machine
    for machine in (
        _machine("compound", CompoundForm, _from_values(compound.answer)),
        _machine("regular-investing", RegularForm, _from_values(regular_investing.answer)),
        _machine("fees", FeesForm, _from_values(fees.answer)),
        _machine("emergency-fund", ReserveForm, _from_values(emergency_fund.answer)),
        _machine("goal", GoalForm, _from_values(goal.answer)),
        _machine("drawdown", DrawdownForm, _from_values(drawdown.answer)),
        _machine("allocation", AllocationForm, allocation.answer),
    )
}
