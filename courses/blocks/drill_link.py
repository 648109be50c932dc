"""The way to a drill."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.coreutils import resolve_model_string


class DrillChooserBlock(blocks.ChooserBlock):  # type: ignore[misc]
    """A drill out of the site's own."""

    @cached_property
    def target_model(self) -> Any:
        return resolve_model_string("courses.Drill")

    @cached_property
    def widget(self) -> Any:
        from wagtail.snippets.widgets import AdminSnippetChooser

        return AdminSnippetChooser(self.target_model)

    class Meta:
        icon = "snippet"


class DrillLinkBlock(blocks.StructBlock):  # type: ignore[misc]
    """What a drill is about and the way to it; nothing, for readers, while the drill is not public."""

    drill = DrillChooserBlock(label=_("演练"))
    text = blocks.CharBlock(
        label=_("一句话"), max_length=80, required=False, help_text=_("为什么现在走一遍。不写就用演练自己的简介。")
    )

    class Meta:
        label = _("情景演练")
        icon = "help"
        template = "blocks/drill.html"
