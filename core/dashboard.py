"""The panels of the staff's first page: what waits for the person who signed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from wagtail.admin.ui.components import Component


@dataclass(frozen=True)
class Waiting:
    """One line: what it is, where it leads, and what is to be known about it."""

    title: str
    url: str
    detail: str = ""


class WaitingPanel(Component):
    """A short list under a heading; without lines it says so, and where to go on."""

    template_name = "core/admin/waiting_panel.html"

    def __init__(
        self,
        *,
        name: str,
        order: int,
        heading: str | Promise,
        rows: Sequence[Waiting],
        empty: str | Promise,
        more: tuple[str | Promise, str] | None = None,
    ) -> None:
        self.name = name
        self.order = order
        self.heading = heading
        self.rows = rows
        self.empty = empty
        self.more = more

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"name": self.name, "heading": self.heading, "rows": self.rows, "empty": self.empty, "more": self.more}
