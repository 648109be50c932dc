"""What the rules of quizzes refuse; each message is a sentence for the reader."""

from core.errors import DomainError


class QuizError(DomainError):
    """The base of the app's errors."""


class QuizClosedError(QuizError):
    """The quiz is not public, or has no question."""


class DraftInvalidError(QuizError):
    """The sealed start of an attempt is altered, expired, or of another quiz."""


class NotOwnerError(QuizError):
    """The attempt belongs to somebody else."""


class QuestionUnknownError(QuizError):
    """The attempt has no such question."""


class ChoiceInvalidError(QuizError):
    """Nothing was chosen, too much, or something that is not an option."""


class AttemptFinishedError(QuizError):
    """The attempt is over: no further answer is taken."""


class ReviewClosedError(QuizError):
    """The question is not asked now: withdrawn, forgotten, answered anew in a quiz, or not due."""


class ReviewMailError(QuizError):
    """Letters about reviews cannot be turned on, for want of a verified address."""


class QuestionInvalidError(QuizError):
    """A question does not hold together, such as a single choice with two right options."""


class VersionImmutableError(QuizError):
    """Somebody tried to change a version that readers may have answered."""
