"""Loading misconceptions and quizzes from parsed files. Running an import again changes nothing that is the same."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.actions.publishing import publish_through_review
from core.facts import unknown_keys
from quizzes.actions.questions import relate_twin, save_question
from quizzes.content import OptionContent, QuestionContent
from quizzes.errors import QuestionInvalidError
from quizzes.models import Misconception, Question, QuestionVersion, Quiz, QuizQuestion, QuizTwin

# The files repeat the labels that the page sets beside these texts.
_LABELS = ("想得对的地方：", "在哪里断了：", "记一句：")


def import_misconceptions(*, data: Mapping[str, Any], lesson_page: Page | None) -> dict[str, Misconception]:
    """Create or update the misconceptions of a lesson or quiz file; return them by code.

    They are of the lesson of the file, except those that bring their own ``lesson_page``.
    Raises ``QuestionInvalidError`` for one that names a fact that is not public.
    """
    entries = data.get("misconceptions", [])
    lost = unknown_keys(
        text for entry in entries for text in (entry["belief"], entry["correction"], entry.get("why", ""))
    )
    if lost:
        raise QuestionInvalidError(
            _("误区里用到的事实“%(keys)s”没有发布，或编号写错了。") % {"keys": "”、“".join(lost)}
        )
    with transaction.atomic():
        codes = [entry["code"] for entry in entries]
        there = Misconception.objects.select_for_update().in_bulk(codes, field_name="code")
        for entry in entries:
            row = there.setdefault(entry["code"], Misconception(code=entry["code"]))
            before = _words(row)
            row.belief, row.correction, row.why = entry["belief"], entry["correction"], entry.get("why", "")
            row.lesson = entry.get("lesson_page", lesson_page)
            if row.pk is None or _words(row) != before:
                row.save()
        return there


def import_quiz(
    *, data: Mapping[str, Any], lesson_page: Page | None, author: Any, reviewer: Any, now: datetime
) -> Quiz:
    """Store the questions and the quiz of one file and publish it through the gate, approved by ``reviewer``.

    Twins, which ask the same misconception in another guise a month later, stand in the quiz for reviews alone. A
    question whose words changed gets a new version. Raises ``QuestionInvalidError`` for a question that does not
    hold together, and what the publish gate raises.
    """
    with transaction.atomic():
        import_misconceptions(data=data, lesson_page=lesson_page)
        known = known_misconceptions([*data["questions"], *data.get("twins", [])])
        versions = [_save(entry, known, lesson_page, author, now) for entry in data["questions"]]
        twins = [_save(entry, known, lesson_page, author, now) for entry in data.get("twins", [])]
        quiz = Quiz.objects.filter(slug=data["slug"]).first() or new_quiz(data, lesson_page, versions)
        if not (quiz.live and holds(quiz, data, lesson_page, versions, twins)):
            take_over(quiz, data, lesson_page, versions, twins)
            publish_through_review(page=quiz, author=author, reviewer=reviewer, now=now)
    return Quiz.objects.get(pk=quiz.pk)


def _words(row: Misconception) -> tuple[Any, ...]:
    return (row.belief, row.correction, row.why, row.lesson_id)


def _save(
    entry: Mapping[str, Any],
    misconceptions: Mapping[str, int],
    lesson_page: Page | None,
    author: Any,
    now: datetime,
) -> QuestionVersion:
    version, _new = store_question(entry, misconceptions, lesson_page, author, now)
    relate_twin(question=version.question, twin_of=original_of(entry))
    return version


def store_question(
    entry: Mapping[str, Any],
    misconceptions: Mapping[str, int],
    lesson_page: Page | None,
    author: Any,
    now: datetime,
) -> tuple[QuestionVersion, bool]:
    """Store one question of a file as ``save_question`` does, of ``lesson_page`` unless it brings its own.

    ``misconceptions`` are the keys of those that its options may name, by code.
    """
    lesson, content = entry.get("lesson_page", lesson_page), _question_content(entry, misconceptions)
    return save_question(code=entry["code"], lesson=lesson, content=content, user=author, now=now)


def original_of(entry: Mapping[str, Any]) -> Question | None:
    """Return the question that the one of ``entry`` asks in another guise; None where it asks for itself."""
    code = entry.get("twin_of", "")
    original = Question.objects.filter(code=code).first() if code else None
    if code and original is None:
        raise QuestionInvalidError(_("没有编号为 %(code)s 的题，不能说明是它的换一种问法。") % {"code": code})
    return original


def new_quiz(data: Mapping[str, Any], lesson_page: Page | None, versions: Sequence[QuestionVersion]) -> Quiz:
    """Make the quiz of a file, not yet public and without its twins; raise ``ValidationError`` as its form would."""
    quiz = Quiz(
        slug=data["slug"],
        title=data["title"],
        intro=data.get("intro", ""),
        lesson=lesson_page,
        pass_mark=data["pass_mark"],
        live=False,
    )
    quiz.questions.set(_places(versions))
    quiz.full_clean()
    quiz.save()
    return quiz


def _places(versions: Sequence[QuestionVersion]) -> list[QuizQuestion]:
    return [QuizQuestion(version=version, sort_order=order) for order, version in enumerate(versions)]


def holds(
    quiz: Quiz,
    data: Mapping[str, Any],
    lesson_page: Page | None,
    versions: Sequence[QuestionVersion],
    twins: Sequence[QuestionVersion],
) -> bool:
    """Tell whether ``quiz``, as it is in memory, says and asks what the file does."""
    return bool(
        _shown(quiz.questions) == [version.pk for version in versions]
        and _shown(quiz.twins) == [version.pk for version in twins]
        and (quiz.title, quiz.intro, quiz.pass_mark) == (data["title"], data.get("intro", ""), data["pass_mark"])
        and quiz.lesson_id == (lesson_page.pk if lesson_page else None)
    )


def _shown(places: Any) -> list[int]:
    return [place.version_id for place in sorted(places.all(), key=lambda place: place.sort_order or 0)]


def take_over(
    quiz: Quiz,
    data: Mapping[str, Any],
    lesson_page: Page | None,
    versions: Sequence[QuestionVersion],
    twins: Sequence[QuestionVersion],
) -> None:
    """Let ``quiz`` in memory say and ask what the file does; places of the same version stay."""
    quiz.title, quiz.intro, quiz.pass_mark = data["title"], data.get("intro", ""), data["pass_mark"]
    quiz.lesson = lesson_page
    quiz.questions.set(_kept_or_new(QuizQuestion, quiz.questions.all(), versions))
    quiz.twins.set(_kept_or_new(QuizTwin, quiz.twins.all(), twins))


def _kept_or_new(model: Any, there: Iterable[Any], versions: Sequence[QuestionVersion]) -> list[Any]:
    kept = {place.version_id: place for place in there}
    places = [kept.get(version.pk) or model(version=version) for version in versions]
    for order, place in enumerate(places):
        place.sort_order = order
    return places


def known_misconceptions(entries: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the keys of the misconceptions that the options of ``entries`` name, by code."""
    codes = {option.get("misconception", "") for entry in entries for option in entry["options"]}
    return dict(Misconception.objects.filter(code__in=codes).values_list("code", "pk"))


def _question_content(entry: Mapping[str, Any], misconceptions: Mapping[str, int]) -> QuestionContent:
    facility = entry.get("facility")
    return QuestionContent(
        kind=entry["kind"],
        dimension=entry["dimension"],
        stem=entry["stem"].strip(),
        ask=entry["ask"].strip(),
        explanation=entry["explanation"].strip(),
        section=entry.get("section"),
        expected_facility=None if facility is None else Decimal(str(facility)).quantize(Decimal("0.01")),
        options=tuple(
            _option_content(option, misconceptions)
            for option in sorted(entry["options"], key=lambda option: option["key"])
        ),
    )


def _option_content(entry: Mapping[str, Any], misconceptions: Mapping[str, int]) -> OptionContent:
    code = entry.get("misconception", "")
    if code and code not in misconceptions:
        raise QuestionInvalidError(_("没有编号为 %(code)s 的误区。") % {"code": code})
    return OptionContent(
        text=entry["text"].strip(),
        correct=bool(entry["correct"]),
        misconception_id=misconceptions.get(code),
        true_part=_without_label(entry.get("true_part", "")),
        breaks=_without_label(entry.get("breaks", "")),
        remedy=_without_label(entry.get("remedy", "")),
    )


def _without_label(text: str) -> str:
    text = text.strip()
    for label in _LABELS:
        text = text.removeprefix(label)
    return text
