"""Blocks of running text in which the first mention of a term leads to the glossary, unless the author says no."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText

from core.blocks import TEXT_FEATURES, FaqBlock, StepsBlock


def link_terms_block() -> blocks.BooleanBlock:
    """Return the switch that each of these blocks has."""
    return blocks.BooleanBlock(
        label=_("链接词典里的词"),
        required=False,
        default=True,
        help_text=_("一页里第一次出现的词，读者点一下就能看到解释。"),
    )


class LinksTermsMixin:
    """Links the terms in what a block renders, where the page gives ``term_links`` and the author left it on."""

    def render(self, value: Any, context: Mapping[str, Any] | None = None) -> Any:
        html = super().render(value, context=context)  # type: ignore[misc]
        links = (context or {}).get("term_links")
        return links.link(html) if links is not None and value.get("link_terms") else html


class LinkedText(blocks.StructValue):  # type: ignore[misc]
    """Running text with its switch; in a template it stands for the text."""

    def __html__(self) -> str:
        return str(self["html"])

    def __str__(self) -> str:
        return str(self["html"])

    @property
    def source(self) -> str:
        """The text as it is stored."""
        return str(self["html"].source)


class _LinkedTextBlock(LinksTermsMixin, blocks.StructBlock):  # type: ignore[misc]
    """Rich text and its switch. Running text alone, as it was stored before there was a switch, is read as well."""

    html = blocks.RichTextBlock(label=_("文字"), features=TEXT_FEATURES)
    link_terms = link_terms_block()

    def to_python(self, value: Any) -> Any:
        return super().to_python(_with_switch(value))

    def bulk_to_python(self, values: list[Any]) -> list[Any]:
        return super().bulk_to_python([_with_switch(value) for value in values])  # type: ignore[no-any-return]

    def normalize(self, value: Any) -> Any:
        return super().normalize(_with_switch(value))

    class Meta:
        value_class = LinkedText
        form_layout = blocks.BlockGroup(children=["html"], settings=["link_terms"])


def _with_switch(value: Any) -> Any:
    return {"html": value, "link_terms": True} if isinstance(value, str | RichText) else value


class LinkedTextBlock(_LinkedTextBlock):
    """Running text."""

    class Meta:
        label = _("正文")
        icon = "pilcrow"
        template = "blocks/text.html"
        help_text = _("第一次出现的术语用加粗。")


class LinkedKeyIdeaBlock(_LinkedTextBlock):
    """The one idea that the reader is to take along."""

    class Meta:
        label = _("要点")
        icon = "pick"
        template = "blocks/key_idea.html"


class LinkedStepsBlock(LinksTermsMixin, StepsBlock):
    """Numbered steps."""

    link_terms = link_terms_block()

    class Meta:
        form_layout = blocks.BlockGroup(children=["items"], settings=["link_terms"])


class LinkedFaqBlock(LinksTermsMixin, FaqBlock):
    """A question and its answer."""

    link_terms = link_terms_block()

    class Meta:
        form_layout = blocks.BlockGroup(children=["question", "answer"], settings=["link_terms"])
