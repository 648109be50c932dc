"""What every backend promises."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    """One message ready to go: ``data`` is the whole mail, or the text of an SMS in UTF-8, signature included.

    ``delivery_id`` names the row, for a signed return address. An SMS also brings its template's key, the text as it
    was filed (placeholders in it) and the values that fill it, for gateways that take those instead of the text.
    """

    recipient: str
    data: bytes
    message_id: str
    delivery_id: int = 0
    template: str = ""
    filed_text: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


# Called while a backend waits for an answer; returns the message that may be asked for after the window, where it is
# known: a backend may get ready for it, but it must not leave. Never raises.
Meanwhile = Callable[[], Parcel | None]


def nothing_meanwhile() -> Parcel | None:
    """Have nothing to do and nothing to tell."""
    return None


class Backend(ABC):
    """Sends one message at a time and says what became of it; never raises for what the other side does."""

    @abstractmethod
    def send(self, parcel: Parcel) -> Outcome:
        """Send once. ``RETRY``, ``WAIT`` and ``FAILED`` mean that it was certainly not accepted."""

    def send_window(self, parcels: Sequence[Parcel], meanwhile: Meanwhile = nothing_meanwhile) -> Iterator[Outcome]:
        """Send each of ``parcels`` once and yield what became of it, in the same order.

        All of them are marked as leaving already, so a backend may overlap them on the wire. It may call ``meanwhile``
        while it waits for the answer to a message.
        """
        for parcel in parcels:
            yield self.send(parcel)

    def close(self) -> None:
        """Give back what the backend holds open."""
        return
