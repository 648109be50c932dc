"""Signed links: one purpose, an end, revocable."""

from datetime import timedelta

import pytest

from core.links import LinkExpiredError, LinkInvalidError, LinkRevokedError, make_token, read_token, revoke_token

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_token_gives_back_its_subject(now):
    token = make_token(purpose="confirm", subject="81", now=now, lifetime=DAY)
    assert read_token(token, purpose="confirm", now=now) == "81"


def test_a_token_made_for_another_purpose_is_invalid(now):
    token = make_token(purpose="confirm", subject="81", now=now, lifetime=DAY)
    with pytest.raises(LinkInvalidError):
        read_token(token, purpose="cancel", now=now)


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "🙂", "W10:1:2"])
def test_nonsense_is_invalid(token, now):
    with pytest.raises(LinkInvalidError):
        read_token(token, purpose="confirm", now=now)


def test_a_token_ends_exactly_at_its_time(now):
    token = make_token(purpose="confirm", subject="81", now=now, lifetime=DAY)
    assert read_token(token, purpose="confirm", now=now + DAY - timedelta(seconds=1)) == "81"
    with pytest.raises(LinkExpiredError):
        read_token(token, purpose="confirm", now=now + DAY)


def test_a_revoked_token_stays_revoked_and_others_live(now):
    token = make_token(purpose="confirm", subject="81", now=now, lifetime=DAY)
    other = make_token(purpose="confirm", subject="82", now=now, lifetime=DAY)
    revoke_token(token, now=now)
    revoke_token(token, now=now)
    with pytest.raises(LinkRevokedError):
        read_token(token, purpose="confirm", now=now)
    assert read_token(other, purpose="confirm", now=now) == "82"


def test_another_key_opens_nothing(now, settings):
    token = make_token(purpose="confirm", subject="81", now=now, lifetime=DAY)
    settings.TICKET_SIGNING_KEY = "another key"
    with pytest.raises(LinkInvalidError):
        read_token(token, purpose="confirm", now=now)
