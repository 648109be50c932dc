"""StreamField blocks of the home page."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.blocks import TEXT_FEATURES

GUESS_KEYS = ("a", "b", "c", "d")


class GuessOptionBlock(blocks.StructBlock):  # type: ignore[misc]
    """One answer to choose, and what to say to whoever chose it."""

    key = blocks.ChoiceBlock(label=_("代号"), choices=[(key, key) for key in GUESS_KEYS])
    text = blocks.CharBlock(label=_("选项"), max_length=40)
    reply = blocks.CharBlock(label=_("选了它，对他说"), max_length=120, required=False)


class QuestionBlock(blocks.StructBlock):  # type: ignore[misc]
    """一分钟想一想: a real situation, answerable in place."""

    label = blocks.CharBlock(label=_("小标"), max_length=20, default="一分钟想一想")
    situation = blocks.CharBlock(label=_("情境"), max_length=80, required=False)
    say = blocks.CharBlock(label=_("原话"), max_length=60, help_text=_("真有人这样说过的话，连引号一起写。"))
    question = blocks.CharBlock(label=_("问什么"), max_length=80, help_text=_("想在哪里换行，就在那里写一个“|”。"))
    options = blocks.ListBlock(GuessOptionBlock(), label=_("选项"), min_num=2, max_num=len(GUESS_KEYS))
    answer = blocks.ChoiceBlock(label=_("答案"), choices=[(key, key) for key in GUESS_KEYS])
    button = blocks.CharBlock(label=_("按钮"), max_length=12, default="看答案")
    button_note = blocks.CharBlock(label=_("按钮旁的话"), max_length=20, required=False)
    result_right = blocks.CharBlock(label=_("答对的标题"), max_length=40)
    result_wrong = blocks.CharBlock(label=_("没答对的标题"), max_length=40)
    reveal = blocks.RichTextBlock(label=_("为什么"), features=TEXT_FEATURES)
    risk = blocks.CharBlock(label=_("风险揭示"), max_length=120)
    lesson = blocks.CharBlock(label=_("接着读哪一课"), max_length=8, help_text=_("课程编号，例如 D-03。"))
    next_text = blocks.CharBlock(label=_("去读这一课的话"), max_length=60)

    def clean(self, value: Any) -> Any:
        """Refuse an answer that is not among the options, and a key used twice."""
        result = super().clean(value)
        keys = [option["key"] for option in result["options"]]
        if len(set(keys)) != len(keys):
            raise blocks.StructBlockValidationError(
                block_errors={"options": ValidationError(gettext("每个选项的代号要不一样。"))}
            )
        if result["answer"] not in keys:
            raise blocks.StructBlockValidationError(
                block_errors={"answer": ValidationError(gettext("答案要是上面的选项之一。"))}
            )
        return result

    class Meta:
        label = _("想一想")
        icon = "help"


class DoorBlock(blocks.StructBlock):  # type: ignore[misc]
    """A way in, in the reader's own words."""

    title = blocks.CharBlock(label=_("门上的话"), max_length=12)
    text = blocks.CharBlock(label=_("下面一行"), max_length=24)
    link = blocks.RegexBlock(
        label=_("通向"),
        regex=r"^/[\w\-./?=&#]*$",
        error_messages={"invalid": _("写本站的地址，以“/”开头。")},
    )
    icon = blocks.ChoiceBlock(
        label=_("图"), choices=[("compass", _("罗盘")), ("shield", _("盾")), ("scale", _("天平"))], default="compass"
    )

    class Meta:
        label = _("门")
        icon = "arrow-right"


class TrackBlock(blocks.StructBlock):  # type: ignore[misc]
    """One of the three tracks in a line."""

    slug = blocks.ChoiceBlock(
        label=_("主线"),
        choices=[("decision", _("投资决策")), ("allocation", _("资产配置")), ("rights", _("权益保护"))],
    )
    title = blocks.CharBlock(label=_("名称"), max_length=12)
    text = blocks.CharBlock(label=_("一句话"), max_length=60)

    class Meta:
        label = _("主线")
        icon = "list-ul"
