"""Which role may do what with quizzes. Attempts of readers are nobody's to see."""

from collections.abc import Mapping

_WRITE = [
    f"quizzes.{action}_{model}"
    for model in ("misconception", "question", "quiz")
    for action in ("view", "add", "change", "delete")
]
_READ = ["quizzes.view_misconception", "quizzes.view_question", "quizzes.view_quiz"]

PERMISSIONS: Mapping[str, list[str]] = {
    "admin": [*_WRITE, "quizzes.publish_quiz"],
    "editor": _WRITE,
    "reviewer": [*_READ, "quizzes.change_quiz"],
    "analyst": _READ,
}
