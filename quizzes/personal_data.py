"""What the quizzes app knows about a person."""

from collections.abc import Mapping
from typing import Any

from core.registries import PersonalDataProvider
from quizzes.models import QuizAttempt


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
        ]
    }


def _erase(user: Any) -> None:
    QuizAttempt.objects.filter(user=user).delete()


provider = PersonalDataProvider(export=_export, erase=_erase)
