"""What the pages of a quiz show. Until a question is answered, only ``AskedQuestion`` leaves this module for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Max, Prefetch, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.registries import quiz_result_panels
from quizzes.drafts import AttemptDraft
from quizzes.enums import QuestionKind, RiskDimension
from quizzes.models import AttemptQuestion, Option, QuestionVersion, Quiz, QuizAttempt, Response
from quizzes.models.attempts import shuffled

LETTERS = "ABCDEFGH"
_KEEP_LABEL = "记一句："
# From this share of right answers on, "most of it" is a fair word.
_MOST = 0.6
_ON_DESK = 5


@dataclass(frozen=True)
class AskedOption:
    """An option as it is asked: its letter on this page and its words."""

    letter: str
    text: str


@dataclass(frozen=True)
class AskedQuestion:
    """A question before its answer: nothing in here tells which option is right."""

    position: int
    total: int
    dimension: str
    multiple: bool
    stem: str
    ask: str
    options: tuple[AskedOption, ...]


@dataclass(frozen=True)
class AnsweredOption:
    """An option after the answer, with what it has to say about the reader's choice."""

    letter: str
    text: str
    correct: bool
    chosen: bool
    true_part: str
    breaks: str
    remedy: str
    belief: str
    correction: str

    @property
    def missed(self) -> bool:
        return self.correct and not self.chosen

    @property
    def mistaken(self) -> bool:
        return self.chosen and not self.correct


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question after its answer; ``answered`` is False when the attempt ended without one."""

    position: int
    total: int
    dimension: str
    multiple: bool
    stem: str
    ask: str
    options: tuple[AnsweredOption, ...]
    answered: bool
    correct: bool
    explanation: str
    keep: str
    section: int | None
    # Of a drawn quiz or a review: the public lesson that the question belongs to.
    lesson: Page | None

    @property
    def mistaken_options(self) -> list[AnsweredOption]:
        return [option for option in self.options if option.mistaken]

    @property
    def missed_options(self) -> list[AnsweredOption]:
        return [option for option in self.options if option.missed]

    @property
    def right_options(self) -> list[AnsweredOption]:
        return [option for option in self.options if option.correct]


@dataclass(frozen=True)
class DimensionResult:
    """How many questions of one dimension were answered right; ``cells`` has one entry a question."""

    label: str
    right: int
    total: int
    weakest: bool

    @property
    def cells(self) -> list[tuple[int, bool]]:
        """Left edge of each cell in the drawing, and whether it is filled: right answers first."""
        return [(index * 36, index < self.right) for index in range(self.total)]

    @property
    def width(self) -> int:
        return max(144, self.total * 36)

    @property
    def word(self) -> str:
        if self.right == self.total:
            return _("都答对了")
        if self.weakest:
            return _("先补这里")
        missing = self.total - self.right
        return _("差一题") if missing == 1 else _("差 %(count)d 题") % {"count": missing}


@dataclass(frozen=True)
class AttemptState:
    """Where an attempt stands: for each place whether it is answered, and rightly."""

    marks: tuple[bool | None, ...]

    @property
    def next_position(self) -> int | None:
        return next((index for index, mark in enumerate(self.marks, start=1) if mark is None), None)

    def next_after(self, position: int) -> int | None:
        """The next unanswered place after ``position``, else the first one left, else None."""
        later = [index for index, mark in enumerate(self.marks, start=1) if mark is None and index > position]
        return later[0] if later else self.next_position


def public_quizzes() -> QuerySet[Quiz]:
    """Return the published quizzes with lesson and number of questions."""
    return (
        Quiz.objects.filter(live=True)
        .select_related("lesson")
        .annotate(question_count=Coalesce("draw_count", Count("questions")))
        .filter(question_count__gt=0)
        # Those that draw from several lessons stand first.
        .order_by(F("draw_count").asc(nulls_last=True), "slug")
    )


def dimensions_of(quizzes: Iterable[Quiz]) -> dict[int, list[str]]:
    """Return the labels of the dimensions that each quiz covers, in the fixed order of dimensions."""
    rows = Quiz.objects.filter(pk__in=[quiz.pk for quiz in quizzes]).values_list("pk", "questions__version__dimension")
    found: dict[int, set[str]] = {}
    for pk, dimension in rows.distinct():
        found.setdefault(pk, set()).add(dimension)
    return {
        pk: [str(choice.label) for choice in RiskDimension if choice.value in dimensions]
        for pk, dimensions in found.items()
    }


def first_question(draft: AttemptDraft) -> AskedQuestion:
    """Return the first question of an attempt that is not stored yet."""
    version = QuestionVersion.objects.prefetch_related("options").get(pk=draft.version_ids[0])
    return asked_version(version, seed=draft.seed, position=1, total=len(draft.version_ids))


def place_of(attempt: QuizAttempt, position: int) -> AttemptQuestion | None:
    """Return the frozen question at ``position`` with its version and options, or None."""
    options = Prefetch("version__options", queryset=Option.objects.select_related("misconception"))
    places = attempt.places.select_related("version__question__lesson").prefetch_related(options)
    return places.filter(position=position).first()


def asked_question(attempt: QuizAttempt, place: AttemptQuestion) -> AskedQuestion:
    """Return the question as it is asked in ``attempt``."""
    return asked_version(place.version, seed=attempt.seed, position=place.position, total=attempt.total)


def answered_question(attempt: QuizAttempt, place: AttemptQuestion, response: Response | None) -> AnsweredQuestion:
    """Return the question with its solution; only for answered questions and finished attempts."""
    return answered_version(
        place.version,
        seed=attempt.seed,
        chosen=response.chosen if response else [],
        is_answered=response is not None,
        is_correct=bool(response and response.correct),
        with_lesson=attempt.quiz.is_drawn,
        position=place.position,
        total=attempt.total,
    )


def answered_version(
    version: QuestionVersion,
    *,
    seed: str,
    chosen: Sequence[str],
    is_answered: bool,
    is_correct: bool,
    with_lesson: bool,
    position: int = 1,
    total: int = 1,
) -> AnsweredQuestion:
    """Return ``version`` with its solution and what it says about the ``chosen`` keys; never before the answer."""
    order = shuffled(list(version.options.all()), seed=seed, version_id=version.pk)
    explanation, _label, keep = version.explanation.partition(_KEEP_LABEL)
    return AnsweredQuestion(
        position=position,
        total=total,
        dimension=version.get_dimension_display(),
        multiple=version.kind == QuestionKind.MULTIPLE,
        stem=version.stem,
        ask=version.ask,
        options=tuple(
            _answered_option(letter, option, chosen=option.key in chosen)
            for letter, option in zip(LETTERS, order, strict=False)
        ),
        answered=is_answered,
        correct=is_correct,
        explanation=explanation.strip(),
        keep=keep.strip(),
        section=version.section,
        lesson=_lesson_of(version) if with_lesson else None,
    )


def _lesson_of(version: QuestionVersion) -> Page | None:
    lesson = version.question.lesson
    return lesson if lesson is not None and lesson.live else None


def keys_of_letters(attempt_seed: str, version: QuestionVersion, letters: Sequence[str]) -> list[str]:
    """Translate the letters of a page into option keys; a letter that the page did not show stays as it is."""
    order = shuffled(list(version.options.all()), seed=attempt_seed, version_id=version.pk)
    keys = {letter: option.key for letter, option in zip(LETTERS, order, strict=False)}
    return [keys.get(letter, f"?{letter}") for letter in letters]


def attempt_state(attempt: QuizAttempt) -> AttemptState:
    """Return which questions of ``attempt`` are answered, and which rightly."""
    marks = dict(attempt.responses.values_list("version_id", "correct"))
    versions = attempt.places.order_by("position").values_list("version_id", flat=True)
    return AttemptState(marks=tuple(marks.get(version_id) for version_id in versions))


def answered_questions(attempt: QuizAttempt) -> list[AnsweredQuestion]:
    """Return every question of a finished attempt with its solution, in order."""
    options = Prefetch("version__options", queryset=Option.objects.select_related("misconception"))
    places = attempt.places.select_related("version__question__lesson").prefetch_related(options).order_by("position")
    responses = {response.version_id: response for response in attempt.responses.all()}
    return [answered_question(attempt, place, responses.get(place.version_id)) for place in places]


def dimension_results(questions: Iterable[AnsweredQuestion]) -> list[DimensionResult]:
    """Return right and total a dimension, the weakest first."""
    counts: dict[str, list[int]] = {}
    for question in questions:
        count = counts.setdefault(question.dimension, [0, 0])
        count[0] += question.correct
        count[1] += 1
    ordered = sorted(counts.items(), key=lambda item: (item[1][0] / item[1][1], -item[1][1]))
    return [
        DimensionResult(label=label, right=right, total=total, weakest=index == 0 and right < total)
        for index, (label, (right, total)) in enumerate(ordered)
    ]


def headline(attempt: QuizAttempt, dimensions: Sequence[DimensionResult]) -> str:
    """Return the result in words, phrases divided at ``|``."""
    score = attempt.score or 0
    weak = dimensions[0].label if dimensions and dimensions[0].weakest else ""
    if score == attempt.total:
        return _("这一级的要点，|都看懂了") if attempt.quiz.is_drawn else _("这一课的要点，|都看懂了")
    if score == 0:
        return _("先不急，|回到课文再读一遍")
    if score >= attempt.total * _MOST:
        return _("大部分看懂了，|%(dimension)s再补一补") % {"dimension": weak}
    return _("看懂了一部分，|先从%(dimension)s补起") % {"dimension": weak}


def attempts_of(user: Any, public_ids: Iterable[str]) -> QuerySet[QuizAttempt]:
    """Return the attempts of an account, or of a guest's session by the ids it holds."""
    if user is not None and user.is_authenticated:
        return QuizAttempt.objects.filter(user=user)
    return QuizAttempt.objects.filter(user__isnull=True, public_id__in=list(public_ids))


def desk_panel(user: Any, now: datetime) -> Mapping[str, Any] | None:
    """Return the quizzes that ``user`` tried, the latest first, with the last attempt and the best score."""
    rows = list(
        QuizAttempt.objects.filter(user=user)
        .values("quiz_id")
        .annotate(latest=Max("pk"), best=Max("score"))
        .order_by("-latest")[:_ON_DESK]
    )
    latest = QuizAttempt.objects.select_related("quiz").in_bulk([row["latest"] for row in rows])
    return {"rows": [{"attempt": latest[row["latest"]], "best": row["best"]} for row in rows]} if rows else None


def lessons_passed(user: Any, lesson_ids: Iterable[int] | None = None) -> dict[int, bool]:
    """Return for each lesson whose own quiz ``user`` finished whether the best attempt passed; in one query."""
    attempts = QuizAttempt.objects.filter(
        user=user, finished_at__isnull=False, quiz__lesson__isnull=False, quiz__draw_count__isnull=True
    )
    if lesson_ids is not None:
        attempts = attempts.filter(quiz__lesson__in=list(lesson_ids))
    best = Max(Case(When(score__gte=F("pass_mark"), then=1), default=0))
    rows = attempts.order_by().values_list("quiz__lesson_id").annotate(best=best)
    return {pk: bool(passed) for pk, passed in rows}


def result_panels(attempt: QuizAttempt) -> list[dict[str, Any]]:
    """Return what upper apps have to say below the result of ``attempt``."""
    filled = [(entry.template, entry.context(attempt)) for _name, entry in quiz_result_panels]
    return [{"template": template, "context": context} for template, context in filled if context is not None]


def asked_version(version: QuestionVersion, *, seed: str, position: int = 1, total: int = 1) -> AskedQuestion:
    """Return ``version`` as it is asked, its options in the order of ``seed``."""
    order = shuffled(list(version.options.all()), seed=seed, version_id=version.pk)
    return AskedQuestion(
        position=position,
        total=total,
        dimension=version.get_dimension_display(),
        multiple=version.kind == QuestionKind.MULTIPLE,
        stem=version.stem,
        ask=version.ask,
        options=tuple(
            AskedOption(letter=letter, text=option.text) for letter, option in zip(LETTERS, order, strict=False)
        ),
    )


def _answered_option(letter: str, option: Option, *, chosen: bool) -> AnsweredOption:
    misconception = option.misconception
    return AnsweredOption(
        letter=letter,
        text=option.text,
        correct=option.correct,
        chosen=chosen,
        true_part=option.true_part,
        breaks=option.breaks,
        remedy=option.remedy,
        belief=misconception.belief if misconception else "",
        correction=misconception.correction if misconception else "",
    )
