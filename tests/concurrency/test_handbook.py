"""Eight requests for a handbook that is not built: one builds; without the claim several do."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection

from core import limits
from courses.actions import handbooks
from courses.actions.handbooks import handbook_of
from courses.errors import HandbookBusyError
from courses.models import Handbook, LearningPath
from courses.paths.handbook import Built
from tests.factories.courses import NOW

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
THREADS = 8


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Count the builds; each takes as long as it takes for all to have asked."""
    found: list[float] = []

    def build(_manuscript: object) -> Built:
        found.append(time.monotonic())
        time.sleep(0.5)
        return Built(b"%PDF-", 1)

    monkeypatch.setattr(handbooks, "write_handbook", build)
    return found


def _at_once(work: Callable[[], object]) -> list[object]:
    barrier = threading.Barrier(THREADS)
    outcomes: list[object] = []

    def run() -> None:
        try:
            barrier.wait(timeout=10)
            outcomes.append(work())
        except Exception as error:  # noqa: BLE001 -- the outcome is what the test looks at
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _turn in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def _path() -> LearningPath:
    return LearningPath.objects.create(slug="sample", title="样子", audience="谁", promise="什么。")


def test_one_of_eight_builds_and_the_others_hold_no_worker(builds: list[float]) -> None:
    path = _path()

    outcomes = _at_once(lambda: handbook_of(path=LearningPath.objects.get(pk=path.pk), now=NOW))

    assert len(builds) == 1
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Handbook", *["HandbookBusyError"] * 7]
    assert handbook_of(path=path, now=NOW) == Handbook.objects.get()
    assert {type(outcome) for outcome in outcomes} == {Handbook, HandbookBusyError}


def test_without_the_claim_several_build(builds: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    path = _path()
    monkeypatch.setattr(limits, "hit", lambda **_claim: 1)

    _at_once(lambda: handbook_of(path=LearningPath.objects.get(pk=path.pk), now=NOW))

    assert len(builds) > 1
