"""What the rules of the accounts app refuse."""

from datetime import datetime

from core.errors import DomainError


class AccountError(DomainError):
    """The root of this app's errors."""


class CodeError(AccountError):
    """A code could not be sent or was not accepted; nothing else changed."""


class CodeWrongError(CodeError):
    """Not the code that was sent; ``tries_left`` more tries."""

    def __init__(self, message: str, *, tries_left: int) -> None:
        super().__init__(message)
        self.tries_left = tries_left


class CodeExpiredError(CodeError):
    """Right or wrong, it is too late for this code."""


class CodeUsedError(CodeError):
    """The code did its work already."""


class CodeLockedError(CodeError):
    """Too many wrong tries: a new code is needed."""


class CodeMissingError(CodeError):
    """No code was ever sent for this."""


class CodeNotSentError(CodeError):
    """Too many codes lately; ``retry_at`` is when another may be asked for."""

    def __init__(self, message: str, *, retry_at: datetime) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class ContactTakenError(AccountError):
    """The contact point belongs to another account."""


class LastContactError(AccountError):
    """An account keeps at least one contact point to sign in with."""


class SignInRefusedError(AccountError):
    """The account may not sign in."""
