"""Where the words of lessons, articles and terms stand, for the phrase check and whoever reviews them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext

from compliance.text_of import TITLE, pieces_of
from core.registries import TextPiece, TextSource
from courses.models import GlossaryTerm
from courses.pages import ArticleIndexPage, ArticlePage, ColumnPage, CourseIndexPage, CoursePage, LessonPage, TrackPage
from quizzes.texts import misconception_pieces

# Scenes and guesses show what others say, before the lesson takes it apart.
_TITLES = {"title": TITLE, "seo_title": TITLE}
_KINDS: Mapping[str, str] = {
    **_TITLES,
    # What readers ask is looked for, not claimed.
    "asked_as": "quotation",
    "body.scene.say": "quotation",
    "body.prediction.options.text": "distractor",
    "body.check.options.text": "distractor",
    # A sum is told of an invented person.
    "body.worked_example.caption": "case",
    "body.worked_example.assumptions": "case",
    "body.worked_example.lines.label": "case",
    "body.worked_example.inputs.label": "case",
}
_UNSEEN = frozenset(
    {
        "body.worked_example.lines.formula",
        "body.worked_example.total.formula",
        "body.worked_example.outcomes.formula",
        "body.worked_example.outcomes.change_formula",
        "body.figure.series.formula",
        "body.tool.numbers",
    }
)
_SIGNATURE = ("author_name", "reviewer_name")
_SEARCH = ("seo_title", "search_description")


def _body_pieces(page: Any, fields: tuple[str, ...]) -> Iterator[TextPiece]:
    right = _right_answers(page)
    named = (*fields, "body", "sources", "change_note", *_SIGNATURE, *_SEARCH)
    for piece in pieces_of(page, named, kinds=_KINDS, skip=_UNSEEN):
        # A wrong answer is laid before the reader to judge; the right one is ours.
        yield replace(piece, kind="") if piece.place in right else piece
    known = page.misconceptions_by_code
    for block in page.body:
        if block.block_type == "media" and block.value["media"] is not None:
            # Shown as the transcript where none is written, and below the picture in any case.
            for paragraph in block.value["media"].paragraphs:
                yield TextPiece(place=f"body.{block.id}", text=paragraph, label=str(gettext("字幕")))
        row = known.get(block.value["code"]) if block.block_type == "misconception" else None
        if row is not None:
            yield from misconception_pieces(row, place=f"body.{block.id}")


def _right_answers(page: Any) -> set[str]:
    """Return where in the form the right answers of the checks stand."""
    return {
        f"body.{block.id or number}.options.{option.id or place}.text"
        for number, block in enumerate(page.body, start=1)
        if block.block_type == "check"
        for place, option in enumerate(block.value["options"].bound_blocks, start=1)
        if option.value["right"]
    }


def lesson_pieces(lesson: LessonPage) -> Iterator[TextPiece]:
    """Return the words of a lesson with the misconceptions that its blocks name."""
    return _body_pieces(lesson, ("title", "subtitle", "objective", "asked_as"))


def article_pieces(article: ArticlePage) -> Iterator[TextPiece]:
    """Return the words of an article with the misconceptions that its blocks name."""
    return _body_pieces(article, ("title", "summary", "alert_line"))


def section_pieces(page: Any) -> Iterator[TextPiece]:
    """Return the words of a page that leads to others."""
    return pieces_of(page, ("title", "intro", *_SEARCH), kinds=_TITLES)


def term_pieces(term: GlossaryTerm) -> Iterator[TextPiece]:
    """Return the words of a term; what people call it is asked for, not claimed."""
    return pieces_of(term, ("term", "english", "plain", "example", "aliases"), kinds={"aliases": "alias"})


TEXT_SOURCES: Mapping[str, TextSource] = {
    "courses.lesson": TextSource(LessonPage, "lesson", lesson_pieces),
    "courses.article": TextSource(ArticlePage, "article", article_pieces),
    "courses.term": TextSource(GlossaryTerm, "glossary", term_pieces),
    **{
        f"courses.{model.__name__}": TextSource(model, "section", section_pieces)
        for model in (ArticleIndexPage, ColumnPage, CourseIndexPage, CoursePage, TrackPage)
    },
}
