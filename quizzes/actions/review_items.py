"""Putting what was answered in quizzes on the learner's schedule of reviews."""

from django.utils import timezone

from quizzes.enums import ReviewStatus
from quizzes.models import QuizAttempt, ReviewItem
from quizzes.models.reviews import INTERVALS
from quizzes.reviews.schedule import due_on


def schedule_reviews(*, attempt: QuizAttempt) -> None:
    """Schedule what a finished attempt of an account answered, in the caller's transaction; again changes nothing.

    A question that is new begins at the first interval, counted from the day on which the attempt was finished. One
    that is known begins again when it was answered wrongly, and keeps its schedule when rightly. What the learner does
    not want to be asked stays so.
    """
    if attempt.user_id is None or attempt.finished_at is None:
        return
    day = timezone.localdate(attempt.finished_at)
    begin = {"learnt_on": day, "step": INTERVALS[0], "due_on": due_on(day, INTERVALS[0])}
    answers = dict(attempt.responses.values_list("version__question_id", "correct"))
    ReviewItem.objects.bulk_create(
        [
            ReviewItem(user_id=attempt.user_id, question_id=question_id, last_right=correct, **begin)
            for question_id, correct in answers.items()
        ],
        ignore_conflicts=True,
    )
    wrong = [question_id for question_id, correct in answers.items() if not correct]
    known = ReviewItem.objects.filter(user_id=attempt.user_id, question_id__in=wrong, learnt_on__lt=day)
    known.exclude(status=ReviewStatus.FORGOTTEN).update(status=ReviewStatus.SCHEDULED, last_right=False, **begin)
