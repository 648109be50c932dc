"""Where the words of the home page and the information pages stand, for the phrase check and its reviewers."""

from collections.abc import Iterator, Mapping

from compliance.text_of import TITLE, pieces_of
from core.registries import TextPiece, TextSource
from edu_site.pages import HomePage, InfoPage

_SEARCH = ("seo_title", "search_description")
_HOME = (
    "title", "promise", "promise_sub", "alert_text", "question", "doors", "tracks_heading", "tracks", "events_empty",
    "subscribe_heading", "subscribe_text", *_SEARCH,
)  # fmt: skip


def home_pieces(page: HomePage) -> Iterator[TextPiece]:
    """Return the words of the home page; what is said to the person in its question is quoted."""
    kinds = {"question.question.say": "quotation", "question.question.options.text": "distractor"}
    return pieces_of(page, _HOME, kinds=kinds)


def info_pieces(page: InfoPage) -> Iterator[TextPiece]:
    """Return the words of an information page; a question of its readers claims nothing."""
    kinds = {"title": TITLE, "seo_title": TITLE, "body.faq.question": "question"}
    return pieces_of(page, ("title", "intro", "body", "sources", "author_name", "reviewer_name", *_SEARCH), kinds=kinds)


TEXT_SOURCES: Mapping[str, TextSource] = {
    "edu_site.home": TextSource(HomePage, "page", home_pieces),
    "edu_site.info": TextSource(InfoPage, "page", info_pieces),
}
