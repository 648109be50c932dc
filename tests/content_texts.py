"""What a reader sees of a content file: its paragraphs by field, and its sentences."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

# What is addressed to the machine: names, formulas and the numbers that they start from.
_SILENT = {
    "type", "kind", "name", "key", "code", "formula", "change_formula", "decimals",
    "value", "result", "change_result", "min", "max", "step", "change", "shown",
}  # fmt: skip
# Columns of tables that quote what is wrong.
_QUOTING_COLUMNS = re.compile("就停|对方|说法|骗子")
FACT = re.compile(r"\{fact:([^{}]*)\}")
_SENTENCE_END = re.compile(r"[。！？；\n]")


def texts(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Yield (field, paragraph) for everything in ``value`` that a reader sees, without markup and phrase marks."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _SILENT and not (name == "answer" and len(str(inner)) == 1):
                yield from texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, field)
    elif isinstance(value, str):
        for part in re.split(r"</?(?:p|ul|ol|li|br)\b[^>]*>", value):
            text = unescape(re.sub(r"<[^>]+>", "", part)).replace("|", "").strip()
            if text:
                yield field, text


def table_texts(block: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of a table; cells of a column that quotes stand under the field of quotations."""
    yield from texts({"caption": block["caption"], "head": block["head"], "note": block.get("note", "")})
    for row in block["rows"]:
        for heading, cell in zip(block["head"], row, strict=True):
            yield from texts(cell, "say" if _QUOTING_COLUMNS.search(heading) else "cell")


def block_texts(blocks: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of the blocks of a body."""
    for block in blocks:
        yield from table_texts(block) if block["type"] == "table" else texts(block)


def sentences(paragraphs: Iterable[tuple[str, str]]) -> list[str]:
    """Return the sentences as read: a fact is as long as a number, quotation marks do not count."""
    found = []
    for _field, text in paragraphs:
        for part in _SENTENCE_END.split(FACT.sub("0.00%", text)):
            sentence = part.strip(" “”：，")
            if sentence:
                found.append(sentence)
    return found
