"""Rows of a table with their column headings, for tables that become lists on a phone."""

from collections.abc import Iterator
from typing import Any

from django import template

register = template.Library()


@register.filter
def labelled_rows(table: Any) -> Iterator[list[tuple[str, Any]]]:
    """Yield each row of a typed table as pairs of column heading and cell."""
    headings = [column["heading"] for column in table.columns]
    for row in table.rows:
        yield list(zip(headings, row, strict=True))
