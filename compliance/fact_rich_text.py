"""A fact in rich text: ``<embed embedtype="fact" key="…"/>`` when stored, a chip in the editor, a span on the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.contentstate_models import Entity, EntityRange
from wagtail.admin.rich_text.converters.html_to_contentstate import KEEP_WHITESPACE, add_paragraph_block
from wagtail.rich_text import EmbedHandler

from core.facts import shown_facts, token

FEATURE = "fact"
ENTITY = "FACT"


class FactEmbedHandler(EmbedHandler):
    """Leaves the reference in the page: all of a page are filled in at once (``core.facts``)."""

    identifier = "fact"

    @staticmethod
    def expand_db_attributes(attrs: Mapping[str, str]) -> str:
        key = attrs.get("key", "")
        return format_html('<span class="fact" data-fact="{}">{}</span>', key, token(key))


class FactElementHandler:
    """Makes the chip of an embed: an entity within the line, whose text is what the fact says now."""

    def handle_starttag(self, name: str, attrs: Sequence[tuple[str, str]], state: Any, contentstate: Any) -> None:
        if state.current_block is None:
            add_paragraph_block(state, contentstate)
        key = dict(attrs).get("key", "")
        fact = shown_facts([key]).get(key)
        place = EntityRange(
            contentstate.add_entity(Entity(ENTITY, "IMMUTABLE", {"key": key, "display": fact.text if fact else ""}))
        )
        block = state.current_block
        text = fact.text if fact else token(key)
        place.offset, place.length = len(block.text), len(text)
        block.text += text
        block.entity_ranges.append(place)
        state.leading_whitespace = KEEP_WHITESPACE

    def handle_endtag(self, name: str, state: Any, contentstate: Any) -> None:
        """An embed holds nothing."""


def fact_element(props: Mapping[str, Any]) -> Any:
    """Return the stored form of a chip; the number shown on it is not stored."""
    return DOM.create_element("embed", {"embedtype": "fact", "key": props.get("key", "")})


CONVERSION = {
    "from_database_format": {'embed[embedtype="fact"]': FactElementHandler()},
    "to_database_format": {"entity_decorators": {ENTITY: fact_element}},
}
