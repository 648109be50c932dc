"""Where the words of event pages stand, for the phrase check and whoever reviews them."""

from collections.abc import Iterator, Mapping

from compliance.text_of import TITLE, pieces_of
from core.registries import TextPiece, TextSource
from events.pages import EventIndexPage, EventPage

_SEARCH = ("seo_title", "search_description")
_FIELDS = (
    "title", "summary", "city", "venue", "address", "access_note", "access_options", "contact", "agenda", "speakers",
    "body", *_SEARCH,
)  # fmt: skip


def event_pieces(page: EventPage) -> Iterator[TextPiece]:
    """Return the words of an event with its agenda and its speakers."""
    return pieces_of(page, _FIELDS, kinds={"title": TITLE, "seo_title": TITLE})


def index_pieces(page: EventIndexPage) -> Iterator[TextPiece]:
    """Return the words above the list of events."""
    return pieces_of(page, ("title", "intro", *_SEARCH))


TEXT_SOURCES: Mapping[str, TextSource] = {
    "events.event": TextSource(EventPage, "event", event_pieces),
    "events.index": TextSource(EventIndexPage, "section", index_pieces),
}
