"""Factories of the quizzes app. Quizzes are published the way the site does it: through the gate."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import factory
from django.contrib.auth.models import Group, Permission
from factory.django import DjangoModelFactory
from wagtail.models import Locale, Page

from accounts.models import User
from core.actions.publishing import ensure_review_workflow, publish_through_review
from quizzes.actions.attempts import answer_question, start_attempt
from quizzes.actions.questions import relate_twin, save_question
from quizzes.actions.reviews import answer_review, open_review
from quizzes.content import OptionContent, QuestionContent
from quizzes.drafts import draft_attempt
from quizzes.models import (
    DrawMinimum,
    Misconception,
    Question,
    QuestionVersion,
    Quiz,
    QuizAttempt,
    QuizPool,
    QuizQuestion,
    QuizTwin,
    Review,
)

WRITTEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class MisconceptionFactory(DjangoModelFactory):
    class Meta:
        model = Misconception
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"T-{n:02d}-1")
    belief = factory.Sequence(lambda n: f"误区之念{n}")
    correction = factory.Sequence(lambda n: f"误区之解{n}")


def staff_pair() -> tuple[User, User]:
    """Return an author and a reviewer who may approve, and make the workflow."""
    author, _new = User.objects.get_or_create(
        username="author", defaults={"email": "author@example.com", "is_staff": True}
    )
    reviewer, _new = User.objects.get_or_create(
        username="reviewer", defaults={"email": "reviewer@example.com", "is_staff": True}
    )
    group, _new = Group.objects.get_or_create(name="内容审核")
    group.permissions.add(Permission.objects.get(codename="approve_publication"))
    reviewer.groups.add(group)
    ensure_review_workflow(reviewers=group, root_page=_root_page(), snippet_models=(Quiz,))
    return author, reviewer


def _root_page() -> Page:
    """Return the root of the page tree; tests with real transactions start without one."""
    locale, _new = Locale.objects.get_or_create(language_code="zh-hans")
    return Page.get_first_root_node() or Page.add_root(title="Root", slug="root", locale=locale)


def make_content(marker: str = "甲", *, right: str = "b", count: int = 4, **changes: Any) -> QuestionContent:
    """Return a question whose every hidden word carries ``marker``; ``right`` names the right keys."""
    misconception = MisconceptionFactory(
        code=f"M-{abs(hash(marker)) % 10**8}", belief=f"误念{marker}", correction=f"正念{marker}"
    )
    fields: dict[str, Any] = {
        "kind": "single" if len(right) == 1 else "multiple",
        "dimension": "fee",
        "stem": f"情境{marker}，老何买了一万元。",
        "ask": f"问句{marker}？",
        "explanation": f"讲解{marker}。记一句：总结{marker}。",
        "section": 2,
        "options": tuple(
            OptionContent(
                text=f"选项{marker}{key}",
                correct=key in right,
                misconception_id=None if key in right else misconception.pk,
                true_part=f"想对{marker}{key}",
                breaks=f"断处{marker}{key}",
                remedy=f"记住{marker}{key}",
            )
            for key in "abcdefgh"[:count]
        ),
    }
    return QuestionContent(**{**fields, **changes})


def make_version(code: str, marker: str = "甲", *, author: User | None = None, **changes: Any) -> QuestionVersion:
    content = make_content(marker, **changes)
    return save_question(code=code, lesson=None, content=content, user=author, now=WRITTEN)[0]


def make_quiz(
    slug: str = "d-03",
    *,
    contents: Sequence[QuestionContent] = (),
    pass_mark: int = 1,
    lesson: Page | None = None,
    publish: bool = True,
) -> Quiz:
    """Return a quiz of ``contents`` (three single questions when none are given), published through the gate."""
    author, reviewer = staff_pair()
    given = contents or [make_content(marker) for marker in ("甲", "乙", "丙")]
    quiz = Quiz(slug=slug, title=f"测验|{slug}", intro="几道小题。", pass_mark=pass_mark, lesson=lesson, live=False)
    quiz.questions.set(
        [
            QuizQuestion(
                version=save_question(
                    code=f"{slug}-Q{number}", lesson=lesson, content=content, user=author, now=WRITTEN
                )[0],
                sort_order=number,
            )
            for number, content in enumerate(given, start=1)
        ]
    )
    quiz.save()
    if publish:
        quiz = publish_through_review(page=quiz, author=author, reviewer=reviewer, now=WRITTEN)
    return quiz


def publish(quiz: Quiz) -> Quiz:
    """Publish ``quiz`` as it is, through the gate."""
    author, reviewer = staff_pair()
    published: Quiz = publish_through_review(page=quiz, author=author, reviewer=reviewer, now=WRITTEN)
    return published


def make_twinned_quiz(slug: str = "r-01") -> Quiz:
    """Return a published quiz of 甲 (whose twin is 子) and 乙; single questions, ``b`` is right."""
    quiz = make_quiz(slug, contents=[make_content(marker) for marker in "甲乙"])
    version = make_version(f"{slug}-Q1T", "子", author=staff_pair()[0])
    relate_twin(question=version.question, twin_of=Question.objects.get(code=f"{slug}-Q1"))
    quiz.twins.set([QuizTwin(version=version, sort_order=1)])
    return publish(quiz)


def make_drawn_quiz(
    slug: str = "tier",
    *,
    draw_count: int,
    minimums: Mapping[str, int],
    pass_mark: int = 1,
    tier: str = "beginner",
    publish: bool = True,
) -> Quiz:
    """Return a quiz that draws from the lessons of a tier of the track on decisions, published through the gate."""
    author, reviewer = staff_pair()
    quiz = Quiz(
        slug=slug, title="入门|测验", intro="从各课里抽。", pass_mark=pass_mark, draw_count=draw_count, live=False
    )
    page = Page.objects.get(url_path__endswith=f"/decision/{tier}/")
    quiz.pool.set([QuizPool(page=page, sort_order=1)])
    quiz.minimums.set(
        [
            DrawMinimum(dimension=name, count=count, sort_order=place)
            for place, (name, count) in enumerate(minimums.items())
        ]
    )
    quiz.save()
    if publish:
        quiz = publish_through_review(page=quiz, author=author, reviewer=reviewer, now=WRITTEN)
    return quiz


def make_attempt(
    quiz: Quiz, *, user: User | None = None, now: datetime = WRITTEN, right: Sequence[bool] = ()
) -> QuizAttempt:
    """Return an attempt with the first questions answered rightly or wrongly as ``right`` says."""
    attempt = start_attempt(draft=draft_attempt(quiz, now=now), user=user, now=now)
    for position, is_right in enumerate(right, start=1):
        answer_question(attempt=attempt, position=position, chosen=keys_for(attempt, position, right=is_right), now=now)
    attempt.refresh_from_db()
    return attempt


def keys_for(attempt: QuizAttempt, position: int, *, right: bool) -> list[str]:
    """Return option keys that answer a question rightly, or one that does not."""
    options = attempt.places.get(position=position).version.options.all()
    if right:
        return [option.key for option in options if option.correct]
    return [option.key for option in options if not option.correct][:1]


def letters_for(attempt: QuizAttempt, position: int, keys: Sequence[str]) -> list[str]:
    """Return the letters under which ``attempt`` shows these keys."""
    from quizzes.models.attempts import shuffled
    from quizzes.queries import LETTERS

    version = attempt.places.get(position=position).version
    order = shuffled(list(version.options.all()), seed=attempt.seed, version_id=version.pk)
    return [letter for letter, option in zip(LETTERS, order, strict=False) if option.key in keys]


def review_on(user: User, now: datetime, *, right: bool) -> Review:
    """Return today's review of ``user``, answered rightly or wrongly; all questions of the factory have ``b`` right."""
    review = open_review(user=user, now=now)
    assert review is not None
    return answer_review(review=review, chosen=["b" if right else "a"], now=now)
