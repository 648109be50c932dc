"""What the rules of the events app refuse."""

from core.errors import DomainError


class EventError(DomainError):
    """A rule of sign-up, cancelling or the waitlist refused."""


class RegistrationClosedError(EventError):
    """Sign-up is not open: not yet, no longer, cancelled or over."""


class SessionFullError(EventError):
    """There are not enough seats and the guest did not ask for the waitlist, or there is none."""

    def __init__(self, message: str, *, waitlist: bool) -> None:
        super().__init__(message)
        self.waitlist = waitlist


class OfferLapsedError(EventError):
    """The seat that was offered has gone to the next person."""


class TooLateToCancelError(EventError):
    """The event has begun."""


class CapacityTooSmallError(EventError):
    """More seats are taken than the new capacity allows."""
