"""The sections of a lesson by the ids of their blocks, read without building the blocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Section:
    """A section of a lesson: its number from one, its block, its place on the page and its short title."""

    number: int
    block: str
    anchor: str
    title: str


@dataclass(frozen=True)
class Place:
    """How far somebody read: in the section ``number`` of ``total``."""

    number: int
    total: int
    anchor: str


def sections_of(lesson: Any) -> list[Section]:
    """Return the sections of ``lesson`` in order."""
    found: list[Section] = []
    for raw in lesson.body.raw_data:
        if raw["type"] != "section":
            continue
        number = len(found) + 1
        title = raw["value"].get("short") or raw["value"].get("title", "").replace("|", "")
        found.append(Section(number, str(raw.get("id") or ""), f"s{number}", title))
    return found


def place_in(sections: Sequence[Section], block: str) -> Place | None:
    """Return where ``block`` stands among ``sections``; None for a section that there is no more."""
    found = section_by(sections, block)
    return Place(found.number, len(sections), found.anchor) if found else None


def section_by(sections: Iterable[Section], block: str) -> Section | None:
    """Return the section of ``block``; None where there is none."""
    return next((section for section in sections if block and section.block == block), None)
