"""What the tests of the accounts app share."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.signals import code_due


class Outbox(list):
    """Every code that was due, newest last."""

    @property
    def code(self) -> str:
        return self[-1]["code"]


@pytest.fixture
def codes() -> Iterator[Outbox]:
    """Collect what ``code_due`` announces."""
    outbox = Outbox()

    def collect(**kwargs: Any) -> None:
        outbox.append(kwargs)

    code_due.connect(collect, weak=False)
    yield outbox
    code_due.disconnect(collect)
