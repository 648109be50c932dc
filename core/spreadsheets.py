"""Tables for spreadsheet programs."""

from typing import Any

# A spreadsheet runs a cell that begins with one of these; full-width forms too, where the input method makes them so.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> str:
    """Return ``value`` as text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA_SIGNS) or text.startswith(_FORMULA_SIGNS) else text
