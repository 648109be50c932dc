"""What every backend promises."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum

from messaging.enums import ErrorClass


class Verdict(Enum):
    """What became of one message."""

    SENT = "sent"
    RETRY = "retry"  # the other side asked to come again
    WAIT = "wait"  # the backend cannot be reached: it says nothing about this message
    FAILED = "failed"
    UNKNOWN = "unknown"  # the whole message went out and no answer came back


@dataclass(frozen=True)
class Outcome:
    """A verdict and its reason, in kinds and codes only: a server's words may hold an address."""

    verdict: Verdict
    error_class: str = ErrorClass.NONE
    error_code: str = ""
    provider_id: str = ""


SENT = Outcome(Verdict.SENT)


@dataclass(frozen=True)
class Parcel:
    """One message ready to go: ``data`` is the whole mail, or the text of an SMS in UTF-8."""

    recipient: str
    data: bytes
    message_id: str


class Backend(ABC):
    """Sends one message at a time and says what became of it; never raises for what the other side does."""

    @abstractmethod
    def send(self, parcel: Parcel) -> Outcome:
        """Send once. ``RETRY``, ``WAIT`` and ``FAILED`` mean that it was certainly not accepted."""

    def close(self) -> None:
        """Give back what the backend holds open."""
        return
