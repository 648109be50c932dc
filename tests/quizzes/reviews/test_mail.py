"""Letters about reviews: only where asked for, once a day, and out in one step."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.test import Client

from accounts.actions.accounts import detach_contact, withdraw_consent
from accounts.enums import Channel, ConsentKind
from accounts.models import ContactPoint, User
from accounts.queries import consents_of, has_consented
from core.logs import JsonFormatter
from core.registries import personal_data_providers
from messaging.actions.suppression import suppress
from messaging.models import Delivery, Suppression
from messaging.rendering import render
from messaging.signals import opted_out
from messaging.templates import get_template
from quizzes.actions import review_mail
from quizzes.actions.review_mail import choose_mail, send_reviews
from quizzes.actions.reviews import answer_review, open_review, pause_reviews
from quizzes.enums import ReviewMail
from quizzes.errors import ReviewMailError
from quizzes.models import Quiz, Review, ReviewPlan
from tests.factories.accounts import ContactFactory, InvestorFactory
from tests.factories.quizzes import make_attempt, review_on

pytestmark = pytest.mark.django_db

# 2026-11-23 10:00 in Shanghai.
LEARNT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MORNING = LEARNT + timedelta(days=1)


@pytest.fixture
def plan(quiz: Quiz, learner: User, address: ContactPoint) -> ReviewPlan:
    """A learner who did the quiz and asked for letters when something is due."""
    make_attempt(quiz, user=learner, now=LEARNT, right=[True, True])
    return _choose(learner, address, ReviewMail.DUE)


def _choose(learner: User, address: ContactPoint, mail: str, now: datetime = LEARNT) -> ReviewPlan:
    return choose_mail(user=learner, mail=mail, contact_id=address.pk, wording="我同意。", now=now)


def _keys() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("event_key", flat=True))


def _text(delivery: Delivery) -> str:
    import json

    assert delivery.params is not None
    return render(get_template(delivery.template), json.loads(delivery.params), channel="email").text


def test_nobody_gets_letters_who_did_not_ask(quiz: Quiz, learner: User, address: ContactPoint) -> None:
    make_attempt(quiz, user=learner, now=LEARNT, right=[True, True])
    open_review(user=learner, now=MORNING)

    send_reviews(now=MORNING)

    assert (ReviewPlan.objects.get().mail, _keys()) == (ReviewMail.OFF, [])


def test_letter_asks_the_question_and_gives_nothing_away(plan: ReviewPlan, learner: User) -> None:
    send_reviews(now=MORNING)
    send_reviews(now=MORNING + timedelta(minutes=10))

    delivery = Delivery.objects.get()
    assert delivery.event_key == f"review:{learner.pk}:2026-11-24"
    assert delivery.expires_at == datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    text = _text(delivery)
    assert ("情境甲" in text, "问句甲？" in text, "/me/review/today/" in text) == (True, True, True)
    for hidden in ("选项甲", "讲解甲", "总结甲", "误念甲"):
        assert hidden not in text


@pytest.mark.parametrize("hour", [-3, 2, 10])
def test_nothing_is_written_outside_the_morning(plan: ReviewPlan, hour: int) -> None:
    assert send_reviews(now=MORNING + timedelta(hours=hour)) is False
    assert (_keys(), ReviewPlan.objects.get().mailed_on) == ([], None)


def test_unanswered_question_is_written_about_once_or_daily_as_chosen(
    plan: ReviewPlan, learner: User, address: ContactPoint
) -> None:
    for days in range(3):
        send_reviews(now=MORNING + timedelta(days=days))
    assert len(_keys()) == 1
    _choose(learner, address, ReviewMail.DAILY)

    send_reviews(now=MORNING + timedelta(days=3))

    assert len(_keys()) == 2


def test_daily_letter_says_when_nothing_is_due(plan: ReviewPlan, learner: User, address: ContactPoint) -> None:
    _choose(learner, address, ReviewMail.DAILY)
    for days in range(2):
        review_on(learner, MORNING + timedelta(days=days), right=True)
    send_reviews(now=MORNING + timedelta(days=1))
    assert _keys() == []

    send_reviews(now=MORNING + timedelta(days=2))

    assert "今天没有要复习的题。下一道在11月30日。" in _text(Delivery.objects.get())


def test_letters_go_on_where_they_stopped(plan: ReviewPlan, quiz: Quiz) -> None:
    other = InvestorFactory()
    make_attempt(quiz, user=other, now=LEARNT, right=[True, True])
    _choose(other, ContactFactory(user=other, verified_at=LEARNT), ReviewMail.DUE)

    first = (send_reviews(now=MORNING, limit=1), len(_keys()))
    rest = (send_reviews(now=MORNING, limit=1), len(_keys()))

    assert (first, rest, send_reviews(now=MORNING, limit=1), len(_keys())) == ((True, 1), (True, 2), False, 2)


def _lose_key(contact: ContactPoint) -> None:
    """What is stored of the address cannot be decrypted any more: its key is gone."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_contactpoint SET value = 'bm9uc2Vuc2U=' WHERE id = %s", [contact.pk])


def _leave_without_channel(contact: ContactPoint) -> None:
    """Messaging has no letter for this channel."""
    ContactPoint.objects.filter(pk=contact.pk).update(channel=Channel.SMS)


@pytest.mark.parametrize("break_it", [_lose_key, _leave_without_channel])
def test_one_learner_whose_letter_fails_holds_up_nobody_and_is_tried_again(
    plan: ReviewPlan,
    quiz: Quiz,
    address: ContactPoint,
    learner: User,
    break_it: Callable[[ContactPoint], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Even where a turn takes one learner and the failing one stands first."""
    stored = ContactPoint.objects.filter(pk=address.pk).values("channel")[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM accounts_contactpoint WHERE id = %s", [address.pk])
        encrypted = cursor.fetchone()[0]
    other = InvestorFactory()
    make_attempt(quiz, user=other, now=LEARNT, right=[True, True])
    _choose(other, ContactFactory(user=other, verified_at=LEARNT), ReviewMail.DUE)
    break_it(address)

    turns = [send_reviews(now=MORNING, limit=1) for _turn in range(2)]

    assert (turns, _keys()) == ([True, False], [f"review:{other.pk}:2026-11-24"])
    failed = [record for record in caplog.records if record.name == "quizzes.actions.review_mail"]
    assert [(record.levelname, record.plan) for record in failed] == [("ERROR", plan.pk)] * 2  # type: ignore[attr-defined]
    logged = " ".join(JsonFormatter().format(record) for record in failed)
    assert [hidden for hidden in (address.value, "问句甲") if hidden in logged] == []
    assert (ReviewPlan.objects.get(pk=plan.pk).mailed_on, Review.objects.filter(user=learner).count()) == (None, 0)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_contactpoint SET value = %s WHERE id = %s", [encrypted, address.pk])
    ContactPoint.objects.filter(pk=address.pk).update(**stored)
    for minutes in (10, 20):
        send_reviews(now=MORNING + timedelta(minutes=minutes))

    assert sorted(_keys()) == sorted(f"review:{user.pk}:2026-11-24" for user in (learner, other))


def test_end_of_the_time_of_a_turn_is_no_failure_of_a_learner(
    plan: ReviewPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_out(**_kwargs: Any) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(review_mail, "open_review", run_out)

    with pytest.raises(SoftTimeLimitExceeded):
        send_reviews(now=MORNING)

    assert ReviewPlan.objects.get().mailed_on is None


def test_paused_answered_or_stopped_meanwhile_is_not_sent(plan: ReviewPlan, learner: User) -> None:
    send_reviews(now=MORNING)
    delivery, template = Delivery.objects.get(), get_template("quizzes.review")
    review = Review.objects.get()
    params = [{"review": review.pk, "plan": plan.pk}]
    assert delivery.template == template.key

    before = list(template.still_wanted(params, MORNING))
    answer_review(review=review, chosen=["b"], now=MORNING)
    after = list(template.still_wanted(params, MORNING))
    pause_reviews(user=learner, now=MORNING)
    send_reviews(now=MORNING + timedelta(days=1))

    assert (before, after, len(_keys())) == ([True], [False], 1)


def test_address_that_left_the_account_gets_nothing(plan: ReviewPlan, learner: User, address: ContactPoint) -> None:
    ContactFactory(user=learner, verified_at=LEARNT)
    detach_contact(user=learner, contact_id=address.pk, now=LEARNT)

    send_reviews(now=MORNING)

    assert _keys() == []


def test_only_a_verified_address_of_ones_own_is_taken(quiz: Quiz, learner: User) -> None:
    for contact in (ContactFactory(user=learner), ContactFactory(user=InvestorFactory(), verified_at=LEARNT)):
        with pytest.raises(ReviewMailError):
            _choose(learner, contact, ReviewMail.DAILY)

    assert ReviewPlan.objects.filter(mail=ReviewMail.DAILY).count() == 0


def test_consent_is_asked_for_kept_word_for_word_and_withdrawn_in_the_privacy_centre(
    client_of_learner: Client, learner: User, address: ContactPoint
) -> None:
    without = client_of_learner.post("/me/review/mail/", {"mail": "due", "contact": address.pk})
    with_it = client_of_learner.post("/me/review/mail/", {"mail": "due", "contact": address.pk, "consent": "on"})

    assert (without.status_code, with_it.status_code) == (422, 303)
    assert "要先勾选同意" in without.content.decode()
    given = consents_of(address)
    assert [(row["kind"], row["granted"], row["wording"]) for row in given] == [
        ("review_email", True, "我同意用这个邮箱接收复习提醒，随时可以停。")
    ]
    withdraw_consent(user=learner, kind=ConsentKind.REVIEW_EMAIL, source="me", now=LEARNT)
    assert ReviewPlan.objects.get().mail == ReviewMail.OFF
    assert [row["granted"] for row in consents_of(address)] == [True, False]


def test_link_in_the_letter_stops_it_on_the_first_try(plan: ReviewPlan, address: ContactPoint) -> None:
    with time_machine.travel(MORNING):
        send_reviews(now=MORNING)
        link = re.search(r"http\S+(/me/review/unsubscribe/\S+)", _text(Delivery.objects.get()))
        assert link
        shown = Client(enforce_csrf_checks=True).get(link[1])
        still = ReviewPlan.objects.get().mail
        pressed = Client(enforce_csrf_checks=True).post(link[1], {"List-Unsubscribe": "One-Click"})
        again = Client().get(link[1])

    assert (shown.status_code, still) == (200, ReviewMail.DUE)
    assert ("不再接收" in shown.content.decode(), "已经停发" in pressed.content.decode()) == (True, True)
    assert "已经停发" in again.content.decode()
    assert ReviewPlan.objects.get().mail == ReviewMail.OFF
    assert has_consented(contact_or_user=address, kind=ConsentKind.REVIEW_EMAIL) is False


def test_broken_link_changes_nothing_and_the_link_of_an_erased_person_is_no_error(
    plan: ReviewPlan, learner: User
) -> None:
    with time_machine.travel(MORNING):
        send_reviews(now=MORNING)
        link = re.search(r"(/me/review/unsubscribe/\S+)", _text(Delivery.objects.get()))
        assert link
        broken = Client().post(link[1].replace(":", "x", 1))
        kept = ReviewPlan.objects.get().mail
        personal_data_providers.get("quizzes").erase(learner)
        gone = Client().post(link[1])

    assert (broken.status_code, kept) == (404, ReviewMail.DUE)
    assert (gone.status_code, "已经停发" in gone.content.decode()) == (200, True)


def test_complaint_at_the_mail_provider_stops_letters(plan: ReviewPlan, address: ContactPoint) -> None:
    opted_out.send(sender=None, contact_point=address, reason="complaint", now=MORNING)

    assert ReviewPlan.objects.get().mail == ReviewMail.OFF


def test_asking_again_lifts_an_earlier_goodbye(plan: ReviewPlan, learner: User, address: ContactPoint) -> None:
    choose_mail(user=learner, mail=ReviewMail.OFF, contact_id=None, wording="", now=LEARNT)
    suppress(contact_point=address, reason="unsubscribed", now=LEARNT, category="campaign")

    _choose(learner, address, ReviewMail.DUE)

    assert Suppression.objects.count() == 0
