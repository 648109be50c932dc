"""The shape of a drill: steps and endings, and the choices between them. Pure; what a step says is not looked at.

The first step is where everybody begins. Two choices may lead to the same step; none may lead back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST_CHOICES = 8
FEWEST_ENDINGS = 2
FEWEST_WAYS = 2


@dataclass(frozen=True)
class Node:
    """A step with the keys that its choices lead to, or an ending, which leads nowhere."""

    key: str
    ways: tuple[str, ...] = ()
    is_ending: bool = False


@dataclass(frozen=True)
class Problem:
    """What is wrong: with the node at ``place``, with its choice ``way``, or (neither given) with the whole."""

    message: str
    place: int | None = None
    way: int | None = None


def problems(nodes: Sequence[Node]) -> list[Problem]:
    """Return what keeps ``nodes`` from being walked from the first step to an ending on every way; empty when nothing.

    What follows from something already said is not said again.
    """
    if not nodes:
        return [Problem(_("还没有写步骤。"))]
    found = [*_shape(nodes), *_lost_ways(nodes)]
    if found:
        return found
    places = {node.key: place for place, node in enumerate(nodes)}
    backwards = list(_ways_back(nodes, places))
    reached = set(_reachable(nodes, places))
    found = backwards + [
        Problem(_("从开头走不到这里：没有选项通到“%(key)s”。") % {"key": node.key}, place)
        for place, node in enumerate(nodes)
        if place not in reached
    ]
    return found or list(_too_long(nodes, places))


def _shape(nodes: Sequence[Node]) -> Iterator[Problem]:
    if nodes[0].is_ending:
        yield Problem(_("第一块是开头，要是“一步”，不能是“结局”。"), 0)
    if sum(node.is_ending for node in nodes) < FEWEST_ENDINGS:
        yield Problem(_("至少要有两个结局。"))
    seen: set[str] = set()
    for place, node in enumerate(nodes):
        if node.key in seen:
            yield Problem(_("编号“%(key)s”用了两次，请换一个。") % {"key": node.key}, place)
        seen.add(node.key)
        if not node.is_ending and len(node.ways) < FEWEST_WAYS:
            yield Problem(_("这一步至少要有两个选项，不然走到这里就停住了。"), place)


def _lost_ways(nodes: Sequence[Node]) -> Iterator[Problem]:
    known = {node.key for node in nodes}
    for place, node in enumerate(nodes):
        for way, key in enumerate(node.ways):
            if key not in known:
                yield Problem(_("没有编号叫“%(key)s”的一步或结局。") % {"key": key}, place, way)


def _reachable(nodes: Sequence[Node], places: dict[str, int]) -> Iterator[int]:
    seen, waiting = {0}, [0]
    while waiting:
        place = waiting.pop()
        yield place
        for key in nodes[place].ways:
            if places[key] not in seen:
                seen.add(places[key])
                waiting.append(places[key])


def _ways_back(nodes: Sequence[Node], places: dict[str, int]) -> Iterator[Problem]:
    """Yield the choices that lead to where the reader came by; each node is entered once, from every beginning."""
    done: set[int] = set()
    for start in range(len(nodes)):
        if start in done:
            continue
        trail = [(start, iter(enumerate(nodes[start].ways)))]
        while trail:
            place, ways = trail[-1]
            step = next(ways, None)
            if step is None:
                done.add(place)
                trail.pop()
                continue
            way, key = step
            if any(places[key] == earlier for earlier, _rest in trail):
                yield Problem(_("选这一项会绕回“%(key)s”，走不到结局。") % {"key": key}, place, way)
            elif places[key] not in done:
                trail.append((places[key], iter(enumerate(nodes[places[key]].ways))))


def _too_long(nodes: Sequence[Node], places: dict[str, int]) -> Iterator[Problem]:
    """Yield the nodes that the longest way reaches after too many choices; there is no way back here."""
    depths = {0: 0}
    waiting = [0]
    while waiting:
        place = waiting.pop(0)
        for key in nodes[place].ways:
            if depths.get(places[key], -1) < depths[place] + 1:
                depths[places[key]] = depths[place] + 1
                waiting.append(places[key])
    for place, depth in sorted(depths.items()):
        if depth > MOST_CHOICES:
            yield Problem(
                _("从开头走到这里要选 %(depth)d 次，最多 %(most)d 次。") % {"depth": depth, "most": MOST_CHOICES}, place
            )
