"""What the quizzes app knows about a person."""

from collections.abc import Mapping
from typing import Any

from core.registries import PersonalDataProvider
from quizzes.models import QuizAttempt, Review, ReviewItem, ReviewPlan


def _export(user: Any) -> Mapping[str, Any]:
    attempts = QuizAttempt.objects.filter(user=user).select_related("quiz").order_by("started_at")
    return {
        "attempts": [
            {
                "quiz": attempt.quiz.title,
                "started_at": attempt.started_at.isoformat(),
                "finished_at": attempt.finished_at.isoformat() if attempt.finished_at else None,
                "score": attempt.score,
                "total": attempt.total,
                "answers": [
                    {
                        "question": response.version.question.code,
                        "version": response.version.number,
                        "chosen": [
                            option.text for option in response.version.options.all() if option.key in response.chosen
                        ],
                        "correct": response.correct,
                        "answered_at": response.answered_at.isoformat(),
                    }
                    for response in attempt.responses.all()
                ],
            }
            for attempt in attempts.prefetch_related("responses__version__question", "responses__version__options")
        ],
        "reviews": _export_reviews(user),
    }


def _export_reviews(user: Any) -> Mapping[str, Any]:
    plan = ReviewPlan.objects.filter(user=user).first()
    items = ReviewItem.objects.filter(user=user).select_related("question").order_by("pk")
    reviews = Review.objects.filter(user=user).select_related("version__question").order_by("day")
    return {
        "paused_at": plan.paused_at.isoformat() if plan and plan.paused_at else None,
        "mail": plan.mail if plan else None,
        "schedule": [
            {
                "question": item.question.code,
                "status": item.status,
                "learnt_on": item.learnt_on.isoformat(),
                "due_on": item.due_on.isoformat() if item.due_on else None,
            }
            for item in items
        ],
        "asked": [
            {
                "question": review.version.question.code,
                "version": review.version.number,
                "day": review.day.isoformat(),
                "interval": review.interval,
                "chosen": [
                    option.text for option in review.version.options.all() if option.key in (review.chosen or [])
                ],
                "correct": review.correct,
                "answered_at": review.answered_at.isoformat() if review.answered_at else None,
            }
            for review in reviews.prefetch_related("version__options")
        ],
    }


def _erase(user: Any) -> None:
    QuizAttempt.objects.filter(user=user).delete()
    # Items take their reviews along.
    ReviewItem.objects.filter(user=user).delete()
    ReviewPlan.objects.filter(user=user).delete()


provider = PersonalDataProvider(export=_export, erase=_erase)
