"""The filters of the search page: what can be chosen, how many hits each choice leaves, and which hits stay."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.registries import SearchHit, search_sources
from courses.enums import Purpose, Stage, Tier, Track


@dataclass(frozen=True)
class Choice:
    """One value of a filter, and how many hits have it beside the other filters that are set."""

    value: str
    label: Any
    count: int
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """One filter as the page shows it; ``total`` is how many hits stay without it."""

    name: str
    label: Any
    choices: Sequence[Choice]
    total: int

    @property
    def chosen(self) -> str:
        return next((choice.value for choice in self.choices if choice.chosen), "")


_MINUTES = [("short", _("5 分钟以内")), ("medium", _("6 到 10 分钟")), ("long", _("10 分钟以上"))]
_FILTERS: Sequence[tuple[str, Any, Any]] = (
    ("type", _("种类"), None),
    ("track", _("方向"), Track.choices),
    ("tier", _("级别"), Tier.choices),
    ("stage", _("投资的阶段"), Stage.choices),
    ("purpose", _("学它为了"), Purpose.choices),
    ("minutes", _("要多少时间"), _MINUTES),
)


def asked_filters(parameters: QueryDict) -> dict[str, str]:
    """Return the filters that the address sets to something that can be chosen; anything else is as if not there."""
    asked = {}
    for name, _label, choices in _options():
        value = parameters.get(name, "")
        if value in dict(choices):
            asked[name] = value
    return asked


def matching(hits: Sequence[SearchHit], asked: Mapping[str, str]) -> list[SearchHit]:
    """Return the hits that have everything that was asked for."""
    return [hit for hit in hits if all(value in _values(hit, name) for name, value in asked.items())]


def shown_filters(hits: Sequence[SearchHit], asked: Mapping[str, str]) -> list[Filter]:
    """Return the filters with their counts; a choice that leaves nothing is not offered, nor a filter without any."""
    shown = []
    for name, label, choices in _options():
        others = {other: value for other, value in asked.items() if other != name}
        rest = matching(hits, others)
        counts = Counter(value for hit in rest for value in set(_values(hit, name)))
        offered = [
            Choice(value, text, counts[value], chosen=asked.get(name) == value)
            for value, text in choices
            if counts[value] or asked.get(name) == value
        ]
        if len(offered) > 1 or asked.get(name):
            shown.append(Filter(name, label, offered, len(rest)))
    return shown


def _values(hit: SearchHit, name: str) -> Sequence[str]:
    return [hit.type] if name == "type" else hit.facets.get(name, ())


def _options() -> list[tuple[str, Any, Sequence[tuple[str, Any]]]]:
    kinds = [(name, source.label) for name, source in search_sources]
    return [(name, label, kinds if choices is None else choices) for name, label, choices in _FILTERS]
