"""A tool within a lesson, with the numbers that the author chose."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.tools.catalog import TOOLS, Text
from courses.tools.forms import ToolForm
from courses.tools.registry import MACHINES

_LINE = re.compile(r"([^=＝:：]+)[=＝:：](.*)")


def tool_choices() -> list[tuple[str, Text]]:
    """Return the tools to choose from."""
    return [(tool.slug, tool.title) for tool in TOOLS]


def read_numbers(text: str, form: type[ToolForm]) -> dict[str, str]:
    """Return the numbers that an author wrote: a tool's address, what stands after its ``?``, or a line for each.

    A line names the number by its label or by its name in the address. Raises ``ValidationError`` for any other text.
    """
    plain = text.strip().split("#")[0]
    query = plain.rpartition("?")[2]
    if "&" in query or "?" in plain:
        pairs = parse_qsl(query, keep_blank_values=True)
    else:
        matches = [(line, _LINE.fullmatch(line.strip())) for line in text.splitlines() if line.strip()]
        unread = [line for line, match in matches if match is None]
        if unread:
            raise ValidationError(gettext("“%(line)s”看不懂，请写成 名字=数。") % {"line": unread[0].strip()[:40]})
        pairs = [(match.group(1).strip(), match.group(2).strip()) for _text, match in matches if match]
    labels = {str(field.label): name for name, field in form.base_fields.items()}  # type: ignore[attr-defined]
    known = form.starting_numbers()
    numbers = {}
    for name, value in pairs:
        found = labels.get(name, name)
        if found not in known:
            raise ValidationError(
                gettext("这个工具没有叫“%(name)s”的数，可以写的是：%(names)s。")
                % {"name": name[:40], "names": "、".join(known)}
            )
        numbers[found] = value
    return numbers


class ToolBlock(blocks.StructBlock):  # type: ignore[misc]
    """The result of a tool for the author's numbers, and the way to change them."""

    tool = blocks.ChoiceBlock(label=_("工具"), choices=tool_choices)
    numbers = blocks.TextBlock(
        label=_("起始的数"),
        required=False,
        help_text=_(
            "在工具页把数改好，复制整个网址贴在这里；或者一行一个，写成 名字=数。"
            "没写到的用工具自己的起始数。写虚构的人和假设的数。"
        ),
    )

    def clean(self, value: Any) -> Any:
        """Return the cleaned value; refuse numbers that the tool itself would refuse, beside their field."""
        cleaned = super().clean(value)
        try:
            form = _form_of(cleaned)
        except ValidationError as error:
            raise blocks.StructBlockValidationError(block_errors={"numbers": error}) from error
        if not form.is_valid():
            name, errors = next(iter(form.errors.items()))
            label = str(form.fields[name].label) if name in form.fields else ""
            message = gettext("%(label)s：%(error)s") % {"label": label, "error": errors[0]}
            raise blocks.StructBlockValidationError(block_errors={"numbers": ValidationError(message)})
        return cleaned

    def get_searchable_content(self, value: Any) -> list[str]:
        """Return nothing: the tool is found by itself, and numbers in an address are no words to read."""
        return []

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Add the answer; none where a tool has changed since and does not take these numbers any more."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        machine = MACHINES.get(value["tool"])
        if machine is None:
            return context
        try:
            form = _form_of(value)
        except ValidationError:
            form = machine.form.filled({})
        answer = machine.answer(form) if form.is_valid() else None
        address = machine.tool.get_absolute_url()
        return {
            **context,
            "tool": machine.tool,
            "answer": answer,
            "numbers": form.in_words() if answer else "",
            # The numbers of a planner never stand in an address.
            "address": address if machine.tool.personal or not answer else f"{address}?{form.query()}",
            "place": f"tool-{context.get('anchor') or '1'}",
        }

    class Meta:
        label = _("工具")
        icon = "cogs"
        template = "blocks/tool.html"


def _form_of(value: Any) -> ToolForm:
    form = MACHINES[value["tool"]].form
    return form.filled(read_numbers(value["numbers"] or "", form))
