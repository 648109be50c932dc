"""What must hold of quizzes at any time."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q

from quizzes.enums import ReviewStatus
from quizzes.models import AttemptQuestion, QuestionVersion, Quiz, QuizAttempt, Response, Review, ReviewItem
from quizzes.reviews.schedule import due_on


def attempts_hold() -> Iterator[str]:
    """Yield a sentence for each attempt whose answers or score do not fit its frozen questions."""
    frozen = AttemptQuestion.objects.filter(attempt=OuterRef("attempt"), version=OuterRef("version"))
    for response in Response.objects.filter(~Exists(frozen)).iterator():
        yield f"response {response.pk} answers a question that its attempt did not freeze"
    counted = QuizAttempt.objects.annotate(
        frozen=Count("places", distinct=True),
        answered=Count("responses", distinct=True),
        right=Count("responses", filter=Q(responses__correct=True), distinct=True),
    )
    for attempt in counted.exclude(frozen=F("total")).iterator():
        yield f"attempt {attempt.pk} froze {attempt.frozen} questions and says {attempt.total}"
    for attempt in counted.filter(answered__gt=F("frozen")).iterator():
        yield f"attempt {attempt.pk} has {attempt.answered} answers to {attempt.frozen} questions"
    for attempt in counted.filter(finished_at__isnull=False).exclude(score=F("right")).iterator():
        yield f"attempt {attempt.pk} says {attempt.score} right, its answers say {attempt.right}"
    for attempt in counted.filter(finished_at__isnull=True, answered=F("total")).iterator():
        yield f"attempt {attempt.pk} is fully answered and not finished"


def answers_graded() -> Iterator[str]:
    """Yield a sentence for each answer whose mark differs from a fresh grading."""
    responses = Response.objects.select_related("version").prefetch_related("version__options")
    for response in responses.iterator(chunk_size=500):
        right = {option.key for option in response.version.options.all() if option.correct}
        if (set(response.chosen) == right) != response.correct:
            yield f"response {response.pk} is marked {response.correct} against its options"


def published_quizzes_hold() -> Iterator[str]:
    """Yield a sentence for each public quiz that asks nothing, asks twice, or cannot be passed."""
    for quiz in Quiz.objects.filter(live=True).prefetch_related("questions__version", "pool__page", "minimums"):
        problem = quiz.problem()
        if problem:
            yield f"quiz {quiz.slug}: {problem}"
    for version in QuestionVersion.objects.annotate(n=Count("options")).filter(n__lt=2):
        yield f"question version {version.pk} has {version.n} options"


def reviews_hold() -> Iterator[str]:
    """Yield a sentence for each review that is somebody else's or wrongly marked, and each item off its calendar."""
    for review in Review.objects.exclude(user=F("item__user")).iterator():
        yield f"review {review.pk} belongs to another learner than its question"
    answered = Review.objects.filter(answered_at__isnull=False).select_related("version")
    for review in answered.prefetch_related("version__options").iterator(chunk_size=500):
        right = {option.key for option in review.version.options.all() if option.correct}
        if (set(review.chosen or []) == right) != review.correct:
            yield f"review {review.pk} is marked {review.correct} against its options"
    for item in ReviewItem.objects.filter(status=ReviewStatus.SCHEDULED).iterator():
        if item.due_on != due_on(item.learnt_on, item.step):
            yield f"review item {item.pk} is due on {item.due_on}, not {item.step} days after it was learnt"
