"""Text with gaps: what is the same for everybody is made once, and each person's fields are filled in.

A gap is found by a mark that is drawn at random when the frame is made, so nothing that an editor or a reader typed
can be taken for one.
"""

import html
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django.utils.translation import gettext as _

from messaging.errors import TemplateError
from messaging.transfer import QUOTED_PRINTABLE, encoded, joined, quoted_piece

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
# What no HTML document may hold, however it is written.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Form = Callable[[Any], str]


def one_line(value: Any) -> str:
    """Return ``value`` with every run of control characters and line breaks turned into one space."""
    return _CONTROL.sub(" ", str(value)).strip()


def plain(value: Any) -> str:
    """Return ``value`` for a plain-text body."""
    return _FORBIDDEN.sub(" ", str(value))


def in_text(value: Any) -> str:
    """Return ``value`` for the text of an HTML page, its line breaks kept."""
    return html.escape(_FORBIDDEN.sub(" ", str(value))).replace("\n", "<br />")


def in_attribute(value: Any) -> str:
    """Return ``value`` for an attribute or a title of an HTML page."""
    return html.escape(one_line(value))


class Marks(dict[str, str]):
    """For each field name a mark of letters and digits that no escaping changes and no content can hold."""

    def __init__(self, names: Iterable[str]) -> None:
        self.nonce = secrets.token_hex(12)
        super().__init__((name, f"g{self.nonce}n{number}n") for number, name in enumerate(names))


@dataclass(frozen=True)
class Gap:
    """Where a field goes, and how its value is written there."""

    field: str
    form: Form


@dataclass(frozen=True)
class Frame:
    """Literal text and gaps, in order."""

    parts: tuple[str | Gap, ...]

    @classmethod
    def of_text(cls, text: str, placeholder: re.Pattern[str], form: Form) -> Self:
        """Return the frame of a template's own text, whose gaps ``placeholder`` finds."""
        pieces = placeholder.split(text)
        return cls(tuple(Gap(piece, form) if index % 2 else piece for index, piece in enumerate(pieces)))

    @classmethod
    def of_page(cls, page: str, marks: Marks) -> Self:
        """Return the frame of an HTML page with ``marks`` in it; each gap is escaped as its place demands."""
        fields = list(marks)
        pieces = re.split(f"g{marks.nonce}n([0-9]+)n", page)
        parts: list[str | Gap] = []
        inside = False
        for index, piece in enumerate(pieces):
            if index % 2:
                parts.append(Gap(fields[int(piece)], in_attribute if inside else in_text))
            else:
                parts.append(piece)
                inside = _ends_in_attribute(piece, inside=inside)
        return cls(tuple(parts))

    def bind(self, values: Mapping[str, Any]) -> Self:
        """Return the frame with those gaps filled that ``values`` has; neighbouring literals become one."""
        parts: list[str | Gap] = []
        for part in self.parts:
            bound: str | Gap = part
            if isinstance(part, Gap) and values.get(part.field) is not None:
                bound = part.form(values[part.field])
            if isinstance(bound, str) and parts and isinstance(parts[-1], str):
                parts[-1] += bound
            else:
                parts.append(bound)
        return type(self)(tuple(parts))

    @cached_property
    def is_quoted(self) -> bool:
        """Whether the text is best carried in quoted-printable, judged by what is the same for everybody."""
        return encoded("".join(part for part in self.parts if isinstance(part, str)))[0] == QUOTED_PRINTABLE

    @cached_property
    def _quoted(self) -> tuple[bytes | Gap, ...]:
        return tuple(quoted_piece(part) if isinstance(part, str) else part for part in self.parts)

    def fill_quoted(self, values: Mapping[str, Any]) -> bytes:
        """Return what ``fill`` returns, as the quoted-printable body of a mail; what is literal is encoded once."""
        return joined(
            part if isinstance(part, bytes) else quoted_piece(self._value(part, values)) for part in self._quoted
        )

    def fill(self, values: Mapping[str, Any]) -> str:
        """Return the text with every gap filled; raise ``TemplateError`` that names a missing field."""
        return "".join(part if isinstance(part, str) else self._value(part, values) for part in self.parts)

    def _value(self, gap: Gap, values: Mapping[str, Any]) -> str:
        value = values.get(gap.field)
        if value is None:
            raise TemplateError(_("缺少字段：%(name)s。") % {"name": gap.field})
        return gap.form(value)


def _ends_in_attribute(piece: str, *, inside: bool) -> bool:
    """Tell whether what follows ``piece`` stands inside a tag or in the page's title."""
    opened, closed = piece.rfind("<"), piece.rfind(">")
    if opened == closed:  # neither occurs
        return inside
    return opened > closed or piece.rfind("<title") > piece.rfind("</title")
