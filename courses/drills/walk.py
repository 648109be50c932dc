"""A drill as its page shows it: every step and ending at once, each with an address of its own behind the ``#``.

A choice leads to ``#k3b``: the words about the second choice of the third part. They stand right before the part that
follows, and the style sheet shows the two together. What is behind the ``#`` never leaves the browser.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

_LETTERS = "abcdefgh"


@dataclass(frozen=True)
class Way:
    """A choice: its words, the words about it, and the part to which it leads (None while a draft is unfinished)."""

    anchor: str
    text: str
    feedback: str
    origin: int
    leads_to: int | None


@dataclass
class Part:
    """A step or an ending with the ways that come here and those that go on."""

    number: int
    block: Any
    came: list[Way] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"k{self.number}"

    @property
    def is_ending(self) -> bool:
        return bool(self.block.block_type == "ending")


def parts_of(steps: Any) -> list[Part]:
    """Return the parts of a drill in the order of its steps."""
    parts = [Part(number, block) for number, block in enumerate(steps, start=1)]
    by_key = {part.block.value["key"]: part for part in reversed(parts)}
    for part in parts:
        for letter, choice in zip(_LETTERS, part.block.value.get("choices") or (), strict=False):
            target = by_key.get(choice["next"])
            way = Way(
                anchor=f"{part.anchor}{letter}",
                text=choice["text"],
                feedback=choice["feedback"],
                origin=part.number,
                leads_to=target.number if target else None,
            )
            part.ways.append(way)
            if target is not None:
                target.came.append(way)
    return parts


@dataclass(frozen=True)
class Branch:
    """A line of the overview for editors: the choice that leads here, the part, and what follows from it."""

    choice: str
    part: Part | None
    below: tuple["Branch", ...]
    again: bool = False


def overview(parts: Sequence[Part]) -> Branch | None:
    """Return the tree from the first part; a part that stands in it already is named and not unfolded again."""
    if not parts:
        return None
    seen: set[int] = set()

    def branch(choice: str, number: int | None) -> Branch:
        part = parts[number - 1] if number else None
        if part is None or part.number in seen:
            return Branch(choice, part, (), again=part is not None)
        seen.add(part.number)
        return Branch(choice, part, tuple(branch(way.text, way.leads_to) for way in part.ways))

    return branch("", 1)


def lines_of(parts: Sequence[Part]) -> Iterator[str]:
    """Yield what a reader of the whole drill reads, for the record of published versions."""
    for part in parts:
        value = part.block.value
        for way in part.came:
            yield f"{way.text} {way.feedback}"
        yield str(value["title"]).replace("|", "")
        yield str(value["html"])
        if part.is_ending:
            yield str(value["pattern"])
            yield f"{value['rule']['if_text']} {value['rule']['then_text']}".replace("|", "")
            yield str(value["report"])
        else:
            for message in value["messages"]:
                yield f"{message['who']} {message['text']}"
            yield str(value["ask"])
            yield from (way.text for way in part.ways)
