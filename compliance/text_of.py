"""The words of a page, snippet or letter as pieces: what an editor fills in, field by field and block by block."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from django.utils.text import capfirst
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.fields import StreamField

from compliance.rules import context_words
from core.publishing import GatedMixin
from core.registries import TextPiece, TextSource, text_source_of

# Blocks that hold what a reader reads; numbers, choices, addresses and formulas are none.
_WORDS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock, blocks.RawHTMLBlock)
_ARROW = " › "
_PARAGRAPH_END = re.compile(r"</(?:p|li|h[1-6])>|<br\s*/?>")
_SENTENCE = re.compile(r"[^？?]+[？?]?|[？?]")
# What Wagtail keeps of a page beside its words.
_NO_WORDS = frozenset({"slug", "path", "url_path", "draft_title"})
# The kind of a field whose questions only ask.
TITLE = "title"


def source_of(model: Any) -> TextSource:
    """Return where the words of ``model`` stand; all its texts where no app said it, so that nothing passes unread."""
    return text_source_of(model) or TextSource(model, "", _all_pieces)


def is_text(model: Any) -> bool:
    """Tell whether ``model`` is something that is written and reviewed; people and messages are not."""
    return text_source_of(model) is not None or issubclass(model, GatedMixin)


def words_of(pieces: Iterable[TextPiece]) -> list[tuple[str, str]]:
    """Return what ``pieces`` say, place by place, without markup: to be read by a person."""
    rows = []
    for _place, group in groupby(pieces, key=lambda piece: piece.place):
        runs = list(group)
        html = "".join(run.text for run in runs)
        rows.append((runs[0].label, strip_tags(_PARAGRAPH_END.sub("\n", html)).strip()))
    return rows


def _all_pieces(obj: Any) -> Iterator[TextPiece]:
    names = [
        field.name
        for field in obj._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | StreamField)
        and field.editable
        and field.name not in _NO_WORDS
        and not field.choices
    ]
    return pieces_of(obj, names)


def pieces_of(
    obj: Any, fields: Collection[str], *, kinds: Mapping[str, str] | None = None, skip: Collection[str] = ()
) -> Iterator[TextPiece]:
    """Return the words of ``fields`` in their order, runs of HTML as they are stored.

    ``kinds`` gives the kind of a field or of a block by its path of names (``body.scene.say``; items of a list add
    nothing to the path), ``TITLE`` that of a field whose questions only ask; ``skip`` names paths that no reader sees.
    """
    for name in fields:
        field = obj._meta.get_field(name)
        value = getattr(obj, name)
        label = str(capfirst(field.verbose_name))
        if isinstance(field, StreamField):
            walk = _Walk(kinds or {}, skip)
            yield from walk.stream(value, name, name, label)
        elif value and name not in skip:
            yield from _field(name, str(value), label, (kinds or {}).get(name, ""))


def _field(place: str, text: str, label: str, kind: str) -> Iterator[TextPiece]:
    if kind == TITLE:
        yield from title_pieces(place=place, text=text, label=label)
    else:
        yield TextPiece(place=place, text=text, label=label, kind=kind)


def title_pieces(*, place: str, text: str, label: str) -> Iterator[TextPiece]:
    """Return the sentences of a title as runs of one block; one that asks lays a claim before the reader to judge."""
    for sentence in _SENTENCE.findall(text):
        kind = "question" if sentence.rstrip().endswith(("？", "?")) else ""
        yield TextPiece(place=place, text=sentence, label=label, kind=kind)


def block_pieces(block: Any, value: Any) -> list[TextPiece]:
    """Return the words of one block, each under the name of its field."""
    pieces = _Walk({}, ()).block(block, value, "block", "", "")
    return [replace(piece, label=piece.label.removeprefix(_ARROW).strip()) for piece in pieces]


def quoting_column(heading: str) -> str:
    """Return the kind of the cells below ``heading``: 「对方说」 announces somebody else's words."""
    return "quotation" if re.search(context_words()["quoting_headings"], heading) else ""


class _Walk:
    """Goes through the blocks of a stream in reading order."""

    def __init__(self, kinds: Mapping[str, str], skip: Collection[str]) -> None:
        self._kinds = kinds
        self._skip = skip

    def stream(self, value: Any, place: str, path: str, label: str) -> Iterator[TextPiece]:
        for number, child in enumerate(value or (), start=1):
            yield from self.block(
                child.block,
                child.value,
                f"{place}.{child.id or number}",
                f"{path}.{child.block_type}",
                f"{label}{_ARROW}{number} {child.block.label}",
            )

    def block(self, block: Any, value: Any, place: str, path: str, label: str) -> Iterator[TextPiece]:
        if path in self._skip or value is None:
            return
        if isinstance(block, TypedTableBlock):
            yield from self._table(value, place, path, label)
        elif isinstance(block, blocks.StructBlock):
            for name, child in block.child_blocks.items():
                yield from self.block(
                    child, value.get(name), f"{place}.{name}", f"{path}.{name}", f"{label}{_ARROW}{child.label}"
                )
        elif isinstance(block, blocks.ListBlock):
            for number, item in enumerate(getattr(value, "bound_blocks", ()), start=1):
                yield from self.block(
                    block.child_block, item.value, f"{place}.{item.id or number}", path, f"{label} {number}"
                )
        elif isinstance(block, blocks.StreamBlock):
            yield from self.stream(value, place, path, label)
        elif isinstance(block, _WORDS):
            text = str(getattr(value, "source", value))
            if text:
                yield from _field(place, text, label, self._kinds.get(path, ""))

    def _table(self, table: Any, place: str, path: str, label: str) -> Iterator[TextPiece]:
        kind = self._kinds.get(path, "")
        headings = [str(column["heading"]) for column in table.columns]
        columns = [kind or quoting_column(heading) for heading in headings]
        cells = [(table.caption, kind), *((heading, kind) for heading in headings)]
        cells += [cell for row in table.row_data for cell in zip(map(str, row["values"]), columns, strict=False)]
        for number, (text, cell_kind) in enumerate(cells):
            if text:
                # Cells stand apart: each is a block of its own to the check, and all are found at the table.
                yield TextPiece(place=f"{place}#{number}", text=text, label=label, kind=cell_kind)
