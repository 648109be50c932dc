"""Blocks of an event page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

RICH_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class EventBodyBlock(blocks.StreamBlock):
    """Headings and paragraphs under the facts."""

    heading = blocks.CharBlock(label=_("小标题"), max_length=60, icon="title")
    text = blocks.RichTextBlock(label=_("正文"), features=RICH_TEXT_FEATURES)


class AgendaItemBlock(blocks.StructBlock):
    """One line of the agenda."""

    time = blocks.RegexBlock(
        regex=r"^([01]\d|2[0-3]):[0-5]\d$",
        label=_("时间"),
        help_text=_("二十四小时制，例如 14:00。"),
        error_messages={"invalid": _("请写成 14:00 这样。")},
    )
    title = blocks.CharBlock(label=_("内容"), max_length=60)
    text = blocks.CharBlock(label=_("说明"), max_length=200, required=False)

    class Meta:
        icon = "time"
        label = _("议程")


class SpeakerBlock(blocks.StructBlock):
    """Someone who speaks."""

    name = blocks.CharBlock(label=_("姓名"), max_length=20)
    role = blocks.CharBlock(label=_("身份"), max_length=60, required=False)
    bio = blocks.CharBlock(label=_("介绍"), max_length=300, required=False, help_text=_("请写明是否承担销售任务。"))

    class Meta:
        icon = "user"
        label = _("主讲")
