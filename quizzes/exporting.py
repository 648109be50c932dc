"""The question bank as files of the form that ``actions.importing`` reads."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, Subquery

from quizzes.models import Misconception, Option, Question, QuestionVersion, Quiz

# Names the page of an id, None included, in a way that another site understands.
Reference = Callable[[int | None], str]


def exported_files(*, reference: Reference, slugs: Collection[str] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and content of one file after the other: a quiz each, then by lesson the questions of no quiz.

    They hold what editors work on: the newest words, those that wait for review included. ``slugs`` takes these
    quizzes alone. Quizzes that draw have no questions of their own and are left out. However many there are, one
    file at a time is in memory.
    """
    quizzes = Quiz.objects.filter(draw_count__isnull=True).order_by("slug")
    placed: set[int] = set()
    for quiz in (quizzes.filter(slug__in=slugs) if slugs else quizzes).iterator():
        latest = quiz.get_latest_revision_as_object()
        asked, twins = _asked(latest.questions.all()), _asked(latest.twins.all())
        placed.update(asked, twins)
        head = {
            "slug": latest.slug,
            "title": latest.title,
            "lesson": reference(latest.lesson_id),
            "pass_mark": latest.pass_mark,
            "intro": latest.intro,
        }
        yield latest.slug, _file(head, latest.lesson_id, {"questions": asked, "twins": twins}, reference)
    if not slugs:
        yield from _of_no_quiz(placed, reference)


def _of_no_quiz(placed: Collection[int], reference: Reference) -> Iterator[tuple[str, dict[str, Any]]]:
    rows = Question.objects.order_by("lesson_id", "code").values_list("lesson_id", "pk")
    left = ((lesson, pk) for lesson, pk in rows.iterator() if pk not in placed)
    for lesson, group in groupby(left, key=lambda row: row[0]):
        name = reference(lesson)
        questions = [pk for _lesson, pk in group]
        yield f"bank/{_file_name(name)}", _file({"lesson": name}, lesson, {"questions": questions}, reference)


def _file_name(reference: str) -> str:
    return reference.strip("/").replace("/", "-").lower() or "no-lesson"


def _asked(places: Any) -> list[int]:
    """Return the questions of the places in their order."""
    ordered = [place.version_id for place in sorted(places, key=lambda place: place.sort_order or 0)]
    questions = dict(QuestionVersion.objects.filter(pk__in=ordered).values_list("pk", "question_id"))
    return [questions[pk] for pk in ordered]


def _file(
    head: Mapping[str, Any], lesson_id: int | None, lists: Mapping[str, Sequence[int]], reference: Reference
) -> dict[str, Any]:
    versions = _newest([pk for questions in lists.values() for pk in questions])
    misconceptions: dict[str, Misconception] = {
        option.misconception.code: option.misconception
        for version in versions.values()
        for option in version.options.all()
        if option.misconception is not None
    }

    def named(row: Misconception | Question) -> dict[str, str]:
        return {} if row.lesson_id == lesson_id else {"lesson": reference(row.lesson_id)}

    return {
        **head,
        "misconceptions": [
            {"code": row.code, "belief": row.belief, "correction": row.correction, "why": row.why, **named(row)}
            for _code, row in sorted(misconceptions.items())
        ],
        **{
            name: [{**_question(versions[pk]), **named(versions[pk].question)} for pk in questions]
            for name, questions in lists.items()
        },
    }


def _newest(questions: Collection[int]) -> dict[int, QuestionVersion]:
    """Return by question its newest version."""
    newest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number").values("pk")[:1]
    chosen = Question.objects.filter(pk__in=questions).values_list(Subquery(newest), flat=True)
    versions = QuestionVersion.objects.filter(pk__in=list(chosen)).select_related("question__twin_of")
    return {version.question_id: version for version in versions.prefetch_related("options__misconception")}


def _question(version: QuestionVersion) -> dict[str, Any]:
    original = version.question.twin_of
    return {
        "code": version.question.code,
        **({"twin_of": original.code} if original is not None else {}),
        "kind": version.kind,
        "dimension": version.dimension,
        **({"facility": version.expected_facility} if version.expected_facility is not None else {}),
        **({"section": version.section} if version.section is not None else {}),
        "stem": version.stem,
        "ask": version.ask,
        "explanation": version.explanation,
        "options": [_option(option) for option in version.options.all()],
    }


def _option(option: Option) -> dict[str, Any]:
    misconception = option.misconception
    return {
        "key": option.key,
        "text": option.text,
        "correct": option.correct,
        **({"misconception": misconception.code} if misconception is not None else {}),
        "true_part": option.true_part,
        "breaks": option.breaks,
        "remedy": option.remedy,
    }


def toml_lines(data: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield the lines of ``data``: texts, numbers and truth values first, then the lists, which hold tables."""
    for name, value in data.items():
        if not isinstance(value, list):
            yield f"{name} = {_toml(value)}\n"
    for name, value in data.items():
        if isinstance(value, list):
            for table in value:
                yield f"\n[[{path}{name}]]\n" if not path else f"[[{path}{name}]]\n"
                yield from toml_lines(table, f"{path}{name}.")


def _toml(value: Any) -> str:
    if isinstance(value, str):
        # A text of JSON is one of TOML, but for the one control character that JSON leaves as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower()
