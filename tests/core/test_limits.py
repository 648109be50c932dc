"""core.limits: what a window lets through."""

from datetime import timedelta

import pytest

from core import limits
from core.limits import LimitExceeded
from core.models import LimitCounter

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def hit(now, key="sign-in:203.0.113.7", limit=2):
    return limits.hit(key=key, limit=limit, window=MINUTE, now=now)


def test_hit_counts_up_to_the_limit_and_then_says_when_to_retry(now):
    assert [hit(now), hit(now)] == [1, 2]

    with pytest.raises(LimitExceeded) as refused:
        hit(now + timedelta(seconds=15))

    assert refused.value.retry_at == now + MINUTE
    assert str(refused.value) == "操作太频繁了，请45 秒后再试。"


def test_refused_hit_is_not_counted(now):
    hit(now, limit=1)
    with pytest.raises(LimitExceeded):
        hit(now, limit=1)

    assert limits.peek(key="sign-in:203.0.113.7", now=now) == 1


def test_window_opens_again_after_it_closed(now):
    hit(now)
    hit(now)

    assert hit(now + MINUTE) == 1
    assert limits.peek(key="sign-in:203.0.113.7", now=now + MINUTE) == 1


def test_keys_do_not_share_a_window(now):
    hit(now, key="a", limit=1)

    assert hit(now, key="b", limit=1) == 1


@pytest.mark.parametrize("opened", [True, False])
def test_limit_of_zero_lets_nothing_through(now, opened):
    if opened:
        hit(now - MINUTE * 2)

    with pytest.raises(LimitExceeded):
        hit(now, limit=0)


def test_clear_forgets_the_hits(now):
    hit(now, limit=1)

    limits.clear(key="sign-in:203.0.113.7")

    assert hit(now, limit=1) == 1


def test_key_is_not_readable_in_the_table(now):
    hit(now)

    assert "203.0.113.7" not in str(LimitCounter.objects.values().get())


def test_purge_deletes_closed_windows_only(now):
    hit(now, key="old")
    hit(now + MINUTE, key="new")

    assert limits.purge_expired(now=now + MINUTE) == 1
    assert LimitCounter.objects.count() == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 秒"), (59, "59 秒"), (99, "99 秒"), (101, "2 分钟"), (3600, "60 分钟"), (86400, "24 小时")],
)
def test_waiting_time_rounds_up_in_words(seconds, words):
    assert limits.waiting_time(timedelta(seconds=seconds)) == words
