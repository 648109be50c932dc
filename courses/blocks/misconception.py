"""A misconception, named by its code."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class MisconceptionBlock(blocks.StructBlock):  # type: ignore[misc]
    """A misconception and the right idea, kept in one place for lesson and quiz and named here by its code."""

    code = blocks.RegexBlock(
        label=_("误区编号"),
        regex=r"^[A-Za-z0-9-]{3,24}$",
        error_messages={"invalid": _("编号像 D-03-1 这样写。")},
        help_text=_("误区在“误区”里写，这里填编号，例如 D-03-1。"),
    )

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {**context, "misconception": context.get("misconceptions", {}).get(value["code"])}

    class Meta:
        label = _("误区 → 正解")
        icon = "cross"
        template = "blocks/misconception.html"
