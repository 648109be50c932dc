"""Where the words of drills stand, for the phrase check and whoever reviews them."""

from collections.abc import Iterator, Mapping

from compliance.text_of import TITLE, pieces_of
from core.registries import TextPiece, TextSource
from courses.models import Drill

# What others say, and what a reader may choose before the words about it take it apart.
_KINDS: Mapping[str, str] = {
    "title": TITLE,
    "steps.moment.messages.text": "quotation",
    "steps.moment.choices.text": "distractor",
}
_UNSEEN = frozenset({"steps.moment.key", "steps.ending.key", "steps.moment.choices.next"})


def drill_pieces(drill: Drill) -> Iterator[TextPiece]:
    """Return the words of a drill."""
    fields = ("title", "intro", "steps", "sources", "author_name", "reviewer_name")
    return pieces_of(drill, fields, kinds=_KINDS, skip=_UNSEEN)


# The page of every drill prints the line about risk itself.
TEXT_SOURCE = TextSource(Drill, "drill", drill_pieces)
