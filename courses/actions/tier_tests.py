"""Setting up the test of a tier from a file, reviewed as every quiz is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from core.actions.publishing import publish_through_review
from courses.models import TierTest
from courses.pages import CoursePage
from quizzes.models import DrawMinimum, Quiz, QuizPool


def import_tier_test(*, data: Mapping[str, Any], author: Any, reviewer: Any, now: datetime) -> TierTest:
    """Store the drawn quiz of a tier, over its lessons in every track, publish it through the gate, and name it.

    Raises what the publish gate raises. The same again changes nothing.
    """
    with transaction.atomic():
        quiz = Quiz.objects.filter(slug=data["slug"]).first() or Quiz(slug=data["slug"], live=False)
        pages = list(CoursePage.objects.filter(slug=data["tier"], live=True).order_by("path"))
        if not _is_published_as(quiz, data, pages):
            quiz.title, quiz.intro = data["title"], data["intro"]
            quiz.draw_count, quiz.pass_mark = data["draw_count"], data["pass_mark"]
            quiz.pool.set([QuizPool(page=page, sort_order=order) for order, page in enumerate(pages)])
            quiz.minimums.set(
                [
                    DrawMinimum(dimension=dimension, count=count, sort_order=order)
                    for order, (dimension, count) in enumerate(data["minimums"].items())
                ]
            )
            if quiz.pk is None:
                quiz.save()
            quiz = publish_through_review(page=quiz, author=author, reviewer=reviewer, now=now)
        test, _created = TierTest.objects.update_or_create(tier=data["tier"], defaults={"quiz": quiz})
    return test


def _is_published_as(quiz: Quiz, data: Mapping[str, Any], pages: list[CoursePage]) -> bool:
    return bool(
        quiz.live
        and (quiz.title, quiz.intro) == (data["title"], data["intro"])
        and (quiz.draw_count, quiz.pass_mark) == (data["draw_count"], data["pass_mark"])
        and [item.page_id for item in quiz.pool.all()] == [page.pk for page in pages]
        and {item.dimension: item.count for item in quiz.minimums.all()} == data["minimums"]
    )
