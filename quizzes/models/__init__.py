"""Tables of the quizzes app."""

from quizzes.models.attempts import AttemptQuestion, QuizAttempt, Response
from quizzes.models.misconceptions import Misconception
from quizzes.models.questions import Option, Question, QuestionVersion
from quizzes.models.quizzes import DrawMinimum, Quiz, QuizPool, QuizQuestion, QuizTwin, with_versions
from quizzes.models.reviews import Review, ReviewItem, ReviewPlan

__all__ = [
    "AttemptQuestion",
    "DrawMinimum",
    "Misconception",
    "Option",
    "Question",
    "QuestionVersion",
    "Quiz",
    "QuizAttempt",
    "QuizPool",
    "QuizQuestion",
    "QuizTwin",
    "Response",
    "Review",
    "ReviewItem",
    "ReviewPlan",
    "with_versions",
]
