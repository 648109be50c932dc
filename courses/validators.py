"""Checks of what editors write."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_PHRASINGS, MAX_PHRASING_LENGTH = 20, 40


def lines_of(text: str) -> list[str]:
    """Return the lines of ``text`` that hold something, without the spaces around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def validate_phrasings(text: str) -> None:
    """Refuse more than ``MAX_PHRASINGS`` lines, and lines of more than ``MAX_PHRASING_LENGTH`` characters."""
    lines = lines_of(text)
    errors = []
    if len(lines) > MAX_PHRASINGS:
        errors.append(_("最多 %(most)d 行，现在有 %(number)d 行。") % {"most": MAX_PHRASINGS, "number": len(lines)})
    errors += [
        _("一行最多 %(most)d 个字，这一行太长：“%(line)s…”") % {"most": MAX_PHRASING_LENGTH, "line": line[:12]}
        for line in lines
        if len(line) > MAX_PHRASING_LENGTH
    ]
    if errors:
        raise ValidationError(errors)
