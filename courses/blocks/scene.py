"""The situation that a lesson starts from."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.blocks import TEXT_FEATURES
from courses.blocks.linked import LinksTermsMixin, link_terms_block


class SceneBlock(LinksTermsMixin, blocks.StructBlock):  # type: ignore[misc]
    """A situation in which somebody has to decide, before anything is explained."""

    html = blocks.RichTextBlock(label=_("情境"), features=TEXT_FEATURES)
    say = blocks.CharBlock(label=_("有人这样说"), required=False, help_text=_("写原话，带引号。"))
    after = blocks.RichTextBlock(label=_("要弄懂的问题"), features=TEXT_FEATURES, required=False)
    link_terms = link_terms_block()

    class Meta:
        label = _("情境")
        icon = "group"
        template = "blocks/scene.html"
        form_layout = blocks.BlockGroup(children=["html", "say", "after"], settings=["link_terms"])
