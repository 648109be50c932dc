"""The way to the quiz."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class QuizLinkBlock(blocks.StructBlock):  # type: ignore[misc]
    """The way to the lesson's quiz."""

    quiz = blocks.RegexBlock(
        label=_("测验的网址名"),
        regex=r"^[a-z0-9-]{1,60}$",
        error_messages={"invalid": _("网址名像 d-03 这样写。")},
    )
    text = blocks.CharBlock(label=_("一句话"), max_length=60)

    class Meta:
        label = _("检查一下")
        icon = "check"
        template = "blocks/quiz_link.html"
