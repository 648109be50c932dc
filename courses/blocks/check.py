"""A check in the middle of a lesson: one question, answered where it stands, recorded nowhere."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.address import CHECK_KEYS, address_without, asked, kept


class CheckOptionBlock(blocks.StructBlock):  # type: ignore[misc]
    """An answer, and what is said to whoever chose it."""

    text = blocks.CharBlock(label=_("选项"), max_length=60)
    right = blocks.BooleanBlock(label=_("这是对的"), required=False)
    feedback = blocks.CharBlock(
        label=_("选了以后说什么"),
        max_length=160,
        help_text=_("选对选错都写：先说这样想对在哪里，再说断在哪里。不责备，不夸奖。"),
    )


class CheckBlock(blocks.StructBlock):  # type: ignore[misc]
    """A question on what was just read. Options are a, b, c, d in their order; ``?check=b`` shows what is said to b.

    Before the reader has chosen, the page holds no feedback.
    """

    question = blocks.CharBlock(label=_("问题"), max_length=120)
    options = blocks.ListBlock(CheckOptionBlock(), label=_("选项"), min_num=2, max_num=len(CHECK_KEYS))

    def clean(self, value: Any) -> Any:
        """Return the cleaned value; refuse a question that has no right answer or several, beside its options."""
        cleaned = super().clean(value)
        if sum(bool(option["right"]) for option in cleaned["options"]) != 1:
            raise blocks.StructBlockValidationError(
                block_errors={"options": ValidationError(gettext("请标出一个对的选项，只标一个。"))}
            )
        return cleaned

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        answer = asked(context, "check")
        options = [
            {"key": key, "text": option["text"], "right": option["right"], "feedback": option["feedback"]}
            for key, option in zip(CHECK_KEYS, value["options"], strict=False)
        ]
        return {
            **context,
            "options": options,
            "chosen": next((option for option in options if option["key"] == answer), None),
            "right": next((option for option in options if option["right"]), None),
            "kept": kept(context, "check"),
            "again": address_without(context, "check"),
        }

    class Meta:
        label = _("检查一下这一点")
        icon = "check"
        template = "blocks/check.html"
