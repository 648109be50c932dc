"""The parts a letter is made of. Links go to pages of this site only, by reference."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class ItemBlock(blocks.StructBlock):
    """One thing to read or to come to, with a link into this site."""

    page = blocks.PageChooserBlock(
        label=_("课、文章或活动"), required=False, help_text=_("选了页面，下面留空的标题和说明会自动填上。")
    )
    kind = blocks.CharBlock(
        label=_("小标"), required=False, max_length=40, help_text=_("例如：这个月的课 · 入门 · 约 8 分钟")
    )
    title = blocks.CharBlock(label=_("标题"), required=False, max_length=60)
    text = blocks.TextBlock(label=_("一两句话"), required=False, rows=2, max_length=200)
    path = blocks.RegexBlock(
        regex=r"^/[A-Za-z0-9/_\-]*$",
        label=_("站内地址"),
        required=False,
        help_text=_("没有可选的页面时才填，以 / 开头，例如 /help/now/。"),
        error_messages={"invalid": _("只能填本站地址，以 / 开头，例如 /help/now/。")},
    )
    link_text = blocks.CharBlock(label=_("链接文字"), required=False, max_length=20, help_text=_("例如：读这一课"))

    class Meta:
        icon = "doc-full"
        label = _("一节课、一篇文章或一场活动")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors: dict[str, ValidationError] = {}
        if not cleaned.get("page") and not cleaned.get("title"):
            errors["title"] = ValidationError(_("请填标题，或者在上面选一个页面。"))
        if cleaned.get("page") and cleaned.get("path"):
            errors["path"] = ValidationError(_("页面和站内地址只留一个。"))
        if errors:
            raise blocks.StructBlockValidationError(errors)
        return cleaned


class LetterBlock(blocks.StreamBlock):
    """The body of a letter, in reading order."""

    paragraph = blocks.RichTextBlock(label=_("正文"), features=["bold"], icon="pilcrow")
    keep = blocks.CharBlock(
        label=_("值得记住的一句"),
        max_length=40,
        icon="openquote",
        help_text=_("用朱色大字印出来，一封信最好只有一句。"),
    )
    note = blocks.TextBlock(label=_("小字说明"), rows=2, max_length=300, icon="info-circle")
    item = ItemBlock()

    class Meta:
        required = False
        block_counts = {"keep": {"max_num": 1}}
