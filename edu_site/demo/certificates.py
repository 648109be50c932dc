"""One learner of the demo who has passed the beginners' test, by the actions that pages call."""

from datetime import datetime

from accounts.models import User
from courses.actions.certificates import issue_certificate
from courses.models import Certificate, TierTest
from quizzes.actions.attempts import answer_question, start_attempt
from quizzes.drafts import draft_attempt

# Three slips of twenty: a result that looks like one.
_WRONG = {4, 9, 15}


def certify_beginner(*, user: User, now: datetime) -> Certificate:
    """Return the certificate of ``user`` for the beginners' tier; take the test first where there is none."""
    found = Certificate.objects.filter(user=user, tier="beginner").first()
    if found is not None:
        return found
    quiz = TierTest.objects.get(tier="beginner").quiz
    attempt = start_attempt(draft=draft_attempt(quiz, now=now), user=user, now=now)
    for place in attempt.places.select_related("version").prefetch_related("version__options"):
        options = list(place.version.options.all())
        right = [option.key for option in options if option.correct]
        wrong = [option.key for option in options if not option.correct][:1]
        chosen = wrong if place.position in _WRONG else right
        answer_question(attempt=attempt, position=place.position, chosen=chosen, now=now)
    return issue_certificate(user=user, attempt=attempt, now=now)
