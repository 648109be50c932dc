"""Where the words of a fact stand, for the phrase check and whoever reviews it."""

from collections.abc import Iterator, Mapping

from compliance.models import Fact
from compliance.text_of import pieces_of
from core.registries import TextPiece, TextSource


def fact_pieces(fact: Fact) -> Iterator[TextPiece]:
    """Return the words of a fact that readers get, on its own list or in a sentence."""
    return pieces_of(fact, ("statement", "value", "display", "caution", "source"))


TEXT_SOURCES: Mapping[str, TextSource] = {"compliance.fact": TextSource(Fact, "fact", fact_pieces)}
