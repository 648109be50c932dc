"""The texts of a model in which a fact may be named, and the refusal of a key that names none, beside its field."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock, TypedTableBlockValidationError
from wagtail.fields import StreamField
from wagtail.rich_text import RichText

from core.facts import keys_in, unknown_keys


def texts_of(obj: Any) -> list[str]:
    """Return every text of ``obj`` that an editor writes, in the order of its fields."""
    return [text for _name, value in written_fields(obj) for text in _strings(_stored(value))]


def check_facts(obj: Any) -> None:
    """Raise ``ValidationError`` for each field that names a fact that is not live, at the block that names it."""
    unknown = set(unknown_keys(texts_of(obj)))
    if not unknown:
        return
    errors: dict[str, ValidationError] = {}
    for name, value in written_fields(obj):
        field = obj._meta.get_field(name)
        found = (
            block_error(field.stream_block, value, unknown)
            if isinstance(field, StreamField)
            else text_error([str(value)], unknown)
        )
        if found is not None:
            errors[name] = found
    raise ValidationError(errors)  # type: ignore[arg-type]  # an error of a block is an error


def check_texts(texts: Iterable[str]) -> None:
    """Raise ``ValidationError`` when ``texts`` name a fact that is not live."""
    held = list(texts)
    error = text_error(held, set(unknown_keys(held)))
    if error is not None:
        raise error


def text_error(texts: Sequence[str], unknown: set[str]) -> ValidationError | None:
    """Return what to say of the unknown keys that ``texts`` name; None when there are none."""
    keys = [key for key in keys_in(texts) if key in unknown]
    if not keys:
        return None
    return ValidationError(
        _("没有已发布的事实叫“%(keys)s”。请从“事实”里选，或检查编号的拼写。") % {"keys": "”、“".join(keys)}
    )


def block_error(block: Any, value: Any, unknown: set[str]) -> ValidationError | None:
    """Return the error of a block that names one of the ``unknown`` keys, nested as its form shows errors."""
    if isinstance(block, TypedTableBlock):
        return _table_error(value, unknown)
    if isinstance(block, blocks.BaseStreamBlock):
        return _nested(
            StreamBlockValidationError, ((place, part.block, part.value) for place, part in enumerate(value)), unknown
        )
    if isinstance(block, blocks.BaseStructBlock):
        return _nested(
            StructBlockValidationError,
            ((name, part, value.get(name)) for name, part in block.child_blocks.items()),
            unknown,
        )
    if isinstance(block, blocks.ListBlock):
        return _nested(
            ListBlockValidationError, ((place, block.child_block, part) for place, part in enumerate(value)), unknown
        )
    return text_error([_words(value)], unknown)


def _nested(kind: type[Any], parts: Iterable[tuple[Any, Any, Any]], unknown: set[str]) -> ValidationError | None:
    errors = {place: error for place, block, value in parts if (error := block_error(block, value, unknown))}
    return kind(block_errors=errors) if errors else None


def _table_error(table: Any, unknown: set[str]) -> ValidationError | None:
    cells: dict[int, dict[int, ValidationError]] = {}
    for row_place, row in enumerate(table.row_data):
        for place, column in enumerate(table.columns):
            error = block_error(column["block"], row["values"][place], unknown)
            if error is not None:
                cells.setdefault(row_place, {})[place] = error
    around = text_error([table.caption or "", *(column["heading"] for column in table.columns)], unknown)
    if not cells and around is None:
        return None
    return TypedTableBlockValidationError(cell_errors=cells, non_block_errors=around.messages if around else None)


def _words(value: Any) -> str:
    if isinstance(value, RichText):
        return str(value.source)
    return value if isinstance(value, str) else ""


def written_fields(obj: Any) -> Iterator[tuple[str, Any]]:
    """Return name and value of each field of ``obj`` that an editor writes words into."""
    for field in obj._meta.concrete_fields:
        if not field.editable or field.choices or isinstance(field, (models.SlugField, models.URLField)):
            continue
        if isinstance(field, (models.CharField, models.TextField, StreamField)):
            yield field.name, getattr(obj, field.attname)


def _stored(value: Any) -> Any:
    return value.get_prep_value() if isinstance(value, blocks.StreamValue) else value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _strings(part)
