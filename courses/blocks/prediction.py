"""A guess before the explanation."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.blocks import TEXT_FEATURES
from courses.blocks.address import GUESS_KEYS, address_without, asked, kept


class PredictionOptionBlock(blocks.StructBlock):  # type: ignore[misc]
    """One guess."""

    text = blocks.CharBlock(label=_("选项"), max_length=60)
    answer = blocks.BooleanBlock(label=_("这是本课的答案"), required=False)


class PredictionBlock(blocks.StructBlock):  # type: ignore[misc]
    """A guess before the explanation. Options are a, b, c … in their order; ``?guess=b`` shows choice and answer."""

    question = blocks.CharBlock(label=_("问题"), max_length=120)
    options = blocks.ListBlock(PredictionOptionBlock(), label=_("选项"), min_num=2, max_num=len(GUESS_KEYS))
    reveal = blocks.RichTextBlock(label=_("猜完以后显示"), features=TEXT_FEATURES)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if sum(bool(option["answer"]) for option in cleaned["options"]) != 1:
            raise blocks.StructBlockValidationError(
                block_errors={"options": ValidationError(gettext("请标出一个答案，只标一个。"))}
            )
        return cleaned

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        guess = asked(context, "guess")
        options = [
            {"key": key, "text": option["text"], "answer": option["answer"], "chosen": key == guess}
            for key, option in zip(GUESS_KEYS, value["options"], strict=False)
        ]
        chosen = next((option for option in options if option["chosen"]), None)
        answer = next((option for option in options if option["answer"]), None)
        return {
            **context,
            "options": options,
            "chosen": chosen,
            "answer": answer,
            "kept": kept(context, "guess"),
            "again": address_without(context, "guess"),
        }

    class Meta:
        label = _("先猜一猜")
        icon = "help"
        template = "blocks/prediction.html"
