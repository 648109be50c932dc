"""Where the words of quizzes, questions and misconceptions stand, for the phrase check and whoever reviews them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from compliance.text_of import TITLE, pieces_of, title_pieces
from core.registries import TextPiece, TextSource
from quizzes.content import OptionContent, QuestionContent
from quizzes.models import Misconception, Question, Quiz, with_versions


@dataclass(frozen=True)
class QuestionText:
    """The words of a question as the form holds them, before they are a version."""

    stem: str
    ask: str
    explanation: str
    options: tuple[tuple[str, OptionContent], ...] = ()

    @classmethod
    def of_form(cls, values: Mapping[str, Any]) -> "QuestionText":
        """Return what the form of a question holds; the options carry the ids of their blocks."""
        items = getattr(values.get("options"), "bound_blocks", ())
        return cls(
            stem=values.get("stem") or "",
            ask=values.get("ask") or "",
            explanation=values.get("explanation") or "",
            options=tuple((str(item.id), _option_of(item.value)) for item in items),
        )

    @classmethod
    def of(cls, content: QuestionContent) -> "QuestionText":
        """Return the words of a stored version."""
        options = tuple((str(number), option) for number, option in enumerate(content.options, start=1))
        return cls(content.stem, content.ask, content.explanation, options)


def _option_of(value: Mapping[str, Any]) -> OptionContent:
    return OptionContent(
        text=value.get("text") or "",
        correct=bool(value.get("correct")),
        true_part=value.get("true_part") or "",
        breaks=value.get("breaks") or "",
        remedy=value.get("remedy") or "",
    )


def misconception_pieces(row: Misconception, *, place: str = "") -> Iterator[TextPiece]:
    """Return the words of a misconception; ``place`` is where a page shows it."""
    label = f"{_('误区')} {row.code}"
    for name, kind in (("belief", "misconception"), ("correction", ""), ("why", "")):
        text = getattr(row, name)
        if text:
            title = str(getattr(row._meta.get_field(name), "verbose_name", name))
            at = f"{place}#{name}" if place else name
            yield TextPiece(place=at, text=text, label=f"{label} › {title}" if place else title, kind=kind)


def question_pieces(question: Question | QuestionText) -> Iterator[TextPiece]:
    """Return the words of a question as its form or its newest version has them."""
    if isinstance(question, QuestionText):
        return _question_pieces(question)
    newest = question.newest_version
    return _question_pieces(QuestionText.of(QuestionContent.of(newest))) if newest else iter(())


def _question_pieces(text: QuestionText, *, label: str = "") -> Iterator[TextPiece]:
    def piece(place: str, words: str, title: str, kind: str = "") -> Iterable[TextPiece]:
        if words:
            yield TextPiece(place=place, text=words, label=f"{label}{title}", kind=kind)

    # The situation quotes what somebody says to the person in it.
    yield from piece("stem", text.stem, _("情境"), "quotation")
    yield from title_pieces(place="ask", text=text.ask, label=f"{label}{_('问题')}")
    for number, (key, option) in enumerate(text.options, start=1):
        title = _("选项 %(number)d") % {"number": number}
        yield from piece(f"options.{key}.text", option.text, title, "" if option.correct else "distractor")
        yield from piece(f"options.{key}.true_part", option.true_part, f"{title} › {_('想得对的地方')}")
        yield from piece(f"options.{key}.breaks", option.breaks, f"{title} › {_('在哪里断了')}")
        yield from piece(f"options.{key}.remedy", option.remedy, f"{title} › {_('记一句')}")
    yield from piece("explanation", text.explanation, _("讲解"))


def quiz_pieces(quiz: Quiz) -> Iterator[TextPiece]:
    """Return the words of a quiz with every question that it asks."""
    yield from pieces_of(quiz, ("title", "intro"), kinds={"title": TITLE})
    for number, item in enumerate(with_versions(quiz.questions.all()), start=1):
        if item.version_id is not None:
            text = QuestionText.of(QuestionContent.of(item.version))
            label = _("第 %(number)d 题") % {"number": number} + " › "
            for part in _question_pieces(text, label=label):
                yield replace(part, place=f"questions#{number}.{part.place}")
    for number, twin in enumerate(with_versions(quiz.twins.all()), start=1):
        if twin.version_id is not None:
            text = QuestionText.of(QuestionContent.of(twin.version))
            label = _("换一种问法 %(number)d") % {"number": number} + " › "
            for part in _question_pieces(text, label=label):
                yield replace(part, place=f"twins#{number}.{part.place}")


TEXT_SOURCES: Mapping[str, TextSource] = {
    "quizzes.quiz": TextSource(Quiz, "quiz", quiz_pieces),
    "quizzes.question": TextSource(Question, "quiz", question_pieces, draft=QuestionText.of_form),
    "quizzes.misconception": TextSource(Misconception, "quiz", misconception_pieces),
}
