"""Where the words of paths stand, for the phrase check and whoever reviews them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from compliance.text_of import TITLE, pieces_of
from core.registries import TextPiece, TextSource
from courses.models import LearningPath


def path_pieces(path: LearningPath) -> Iterator[TextPiece]:
    """Return the words of a path and of the reasons of its items."""
    yield from pieces_of(path, ("title", "audience", "promise", "author_name", "reviewer_name"), kinds={"title": TITLE})
    for place, item in enumerate(path.items.all()):
        yield TextPiece(
            place=f"items-{place}-reason",
            label=_("第 %(number)d 课为什么在这里") % {"number": place + 1},
            text=item.reason,
        )


# The page of every path prints the line about risk itself.
TEXT_SOURCE = TextSource(LearningPath, "path", path_pieces)
