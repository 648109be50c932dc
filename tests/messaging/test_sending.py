import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from core.models import AuditEntry
from messaging.actions import enqueue
from messaging.actions.claiming import claim_batch, release
from messaging.actions.erasing import erase_deliveries_of
from messaging.actions.filing import draft_filing
from messaging.actions.preparing import Preparer
from messaging.actions.sending import Departure, Result, begin_sending, record_results, settle_dropped
from messaging.actions.settling import settle_unknown
from messaging.actions.suppression import lift_suppression, suppress
from messaging.actions.sweeping import sweep
from messaging.backends.port import SENT, Backend, Outcome, Verdict
from messaging.enums import Category, DeliveryState, ErrorClass
from messaging.errors import SettleError
from messaging.mime import message_id
from messaging.models import Delivery, SentCopy, SmsFiling
from messaging.templates import Loaded, MessageTemplate, register_template
from tests.factories.messaging import DeliveryFactory, mail_contact, sms_contact

pytestmark = pytest.mark.django_db

RETRY = Outcome(Verdict.RETRY, ErrorClass.TEMPORARY, "451")
WAIT = Outcome(Verdict.WAIT, ErrorClass.UNAVAILABLE, "OSError")
FAILED = Outcome(Verdict.FAILED, ErrorClass.RECIPIENT, "550")
UNKNOWN = Outcome(Verdict.UNKNOWN, ErrorClass.CONNECTION_LOST, "SMTPServerDisconnec")


def _plain(now, key="a:1", contact=None, template="tests.plain", **options):
    context = {"name": "王阿姨", "code": "135246"}
    return enqueue(
        event_key=key, contact_point=contact or mail_contact(), template=template, context=context, now=now, **options
    )


def _begun(row, now):
    token = uuid.uuid4()
    claim_batch(token=token, now=now)
    assert begin_sending(rows=[Departure(row, message_id(row.pk), "email")], token=token, now=now) == {row.pk}
    return token


# --- pending -> claimed ---------------------------------------------------------------------------------------


def test_claim_takes_codes_first_then_services_then_campaigns(now, plain_template, campaign_template, code_template):
    campaign = _plain(now, "c", template="tests.campaign")
    service = _plain(now, "s")
    code = _plain(now, "k", template="tests.code")
    claimed = claim_batch(token=uuid.uuid4(), now=now)
    assert [row.pk for row in claimed] == [code.pk, service.pk, campaign.pk]


def test_claim_sets_token_and_lease(now, settings, plain_template):
    row = _plain(now)
    token = uuid.uuid4()
    claim_batch(token=token, now=now)
    row.refresh_from_db()
    lease = timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    assert (row.state, row.token, row.lease_until, row.claimed_at) == ("claimed", token, now + lease, now)


def test_claim_leaves_what_is_not_due(now, plain_template):
    _plain(now, not_before=now + timedelta(hours=1))
    assert claim_batch(token=uuid.uuid4(), now=now) == []
    assert len(claim_batch(token=uuid.uuid4(), now=now + timedelta(hours=1))) == 1


def test_claim_takes_no_row_twice(now, plain_template):
    _plain(now)
    assert len(claim_batch(token=uuid.uuid4(), now=now)) == 1
    assert claim_batch(token=uuid.uuid4(), now=now) == []


def test_only_a_letter_is_announced_and_only_to_a_mail_server_and_when_it_comes_first(now, plain_template):
    """A telephone number must never be said to a mail server."""
    mail, sms = _plain(now, "m"), _plain(now, "s", sms_contact())
    ahead = Preparer([mail, sms]).ahead([mail, sms], now)
    assert [ahead.coming("sms"), ahead.coming("email").recipient] == [None, mail.contact_point.value]
    ahead = Preparer([mail, sms]).ahead([sms, mail], now)
    assert [ahead.coming("sms"), ahead.coming("email"), ahead.coming("email")] == [None] * 3


def test_letters_are_prepared_ahead_one_by_one_and_used_at_their_turn(now, plain_template):
    rows = [_plain(now, str(number)) for number in range(3)]
    preparer = Preparer(rows)
    ahead = preparer.ahead(rows, now)
    assert [ahead.prepare_next() for _row in range(4)] == [True, True, False, False]
    first = ahead.coming("email")
    assert preparer.prepare(rows, now)[0].parcel is first


def test_a_message_that_cannot_be_built_is_not_announced(now, plain_template):
    row = _plain(now)
    Delivery.objects.filter(pk=row.pk).update(template="tests.gone")
    row.refresh_from_db()
    preparer = Preparer([row])
    assert preparer.ahead([row], now).coming("email") is None
    assert preparer.prepare([row], now)[0].error == ErrorClass.TEMPLATE


# --- claimed -> sending ---------------------------------------------------------------------------------------


def test_begin_sets_sending_and_message_id(now, plain_template):
    row = _plain(now)
    _begun(row, now)
    row.refresh_from_db()
    assert (row.state, row.message_id) == (DeliveryState.SENDING, message_id(row.pk))


def test_begin_with_another_token_changes_nothing(now, plain_template):
    row = _plain(now)
    claim_batch(token=uuid.uuid4(), now=now)
    assert begin_sending(rows=[Departure(row, "<x@y>", "email")], token=uuid.uuid4(), now=now) == set()
    row.refresh_from_db()
    assert row.state == DeliveryState.CLAIMED


def test_begin_after_the_lease_changes_nothing(now, settings, plain_template):
    row = _plain(now)
    token = uuid.uuid4()
    claim_batch(token=token, now=now)
    late = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    assert begin_sending(rows=[Departure(row, "<x@y>", "email")], token=token, now=late) == set()
    assert settle_dropped(delivery=row, token=token, now=late) == ""
    row.refresh_from_db()
    assert row.state == DeliveryState.CLAIMED


def test_begin_of_a_window_returns_only_what_may_go(now, plain_template):
    rows = [_plain(now, f"a:{number}", mail_contact(f"p{number}@example.com")) for number in range(3)]
    suppress(contact_point=rows[1].contact_point, reason="unsubscribed", now=now)
    token = uuid.uuid4()
    claim_batch(token=token, now=now)
    begun = begin_sending(rows=[Departure(row, message_id(row.pk), "email") for row in rows], token=token, now=now)
    assert begun == {rows[0].pk, rows[2].pk}
    assert list(Delivery.objects.filter(pk__in=begun).order_by("pk").values_list("message_id", flat=True)) == [
        message_id(rows[0].pk),
        message_id(rows[2].pk),
    ]


# --- sending -> every result ----------------------------------------------------------------------------------


def test_sent(now, plain_template, backend, run_sender):
    row = _plain(now)
    fake = backend(SENT)
    assert run_sender(now) is False
    row.refresh_from_db()
    assert (row.state, row.sent_at, row.closed_at, row.token, row.message_id) == (
        "sent",
        now,
        now,
        None,
        message_id(row.pk),
    )
    assert [parcel.recipient for parcel in fake.parcels] == ["li@example.com"]


def test_retry_backs_off_longer_each_time_and_ends_exhausted(now, plain_template, backend, run_sender):
    row = _plain(now)
    backend(RETRY)
    waits = []
    moment = now
    for _attempt in range(6):
        run_sender(moment)
        row.refresh_from_db()
        assert (row.state, row.error_class, row.error_code) == ("pending", "temporary", "451")
        waits.append(int((row.due_at - moment).total_seconds()))
        moment = row.due_at
    run_sender(moment)
    row.refresh_from_db()
    assert waits == [60, 300, 900, 3600, 14400, 28800]
    assert (row.state, row.error_class, row.attempts) == ("failed", "exhausted", 7)


def test_unreachable_backend_costs_no_attempt_and_is_left_alone_after_three_failures(
    now, plain_template, backend, run_sender
):
    for number in range(5):
        _plain(now, f"a:{number}")
    fake = backend(WAIT)
    run_sender(now)
    assert len(fake.parcels) == 3
    states = Counter(Delivery.objects.values_list("state", "attempts", "due_at"))
    assert states == {("pending", 0, now + timedelta(seconds=30)): 3, ("pending", 0, now): 2}


def test_failed(now, plain_template, backend, run_sender):
    row = _plain(now)
    backend(FAILED)
    run_sender(now)
    row.refresh_from_db()
    assert (row.state, row.error_class, row.error_code, row.closed_at) == ("failed", "recipient", "550", now)


def test_connection_lost_after_the_data_is_unknown_and_never_sent_again(now, plain_template, backend, run_sender):
    row = _plain(now)
    fake = backend(UNKNOWN)
    run_sender(now)
    sweep(now=now + timedelta(days=1))
    run_sender(now + timedelta(days=1))
    row.refresh_from_db()
    assert (row.state, row.error_class, len(fake.parcels)) == ("unknown", "connection_lost", 1)


@pytest.mark.parametrize("outcome", [SENT, FAILED, UNKNOWN])
def test_code_is_erased_in_every_final_state(outcome, now, code_template, backend, run_sender):
    row = _plain(now, template="tests.code")
    backend(outcome)
    run_sender(now)
    row.refresh_from_db()
    assert (row.params, row.closed_at) == (None, now)


def test_code_kept_while_it_may_be_retried_and_backs_off_in_seconds(now, code_template, backend, run_sender):
    row = _plain(now, template="tests.code")
    backend(RETRY)
    run_sender(now)
    row.refresh_from_db()
    assert (row.state, row.params, row.due_at) == ("pending", '{"code": "135246"}', now + timedelta(seconds=5))


def test_late_result_settles_the_row_that_the_sweep_called_unknown(now, settings, plain_template):
    row = _plain(now)
    token = _begun(row, now)
    late = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS + 1)
    sweep(now=late)
    row.refresh_from_db()
    assert (row.state, row.error_class) == ("unknown", "lease_lapsed")
    record_results(results=[Result(row, SENT, "email", "email")], token=token, now=late)
    row.refresh_from_db()
    assert (row.state, row.sent_at, row.error_class) == ("sent", late, "")


def test_late_retry_of_an_erased_code_stays_unknown(now, settings, code_template):
    row = _plain(now, template="tests.code")
    token = _begun(row, now)
    late = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS + 1)
    sweep(now=late)
    record_results(results=[Result(row, RETRY, "email", "email")], token=token, now=late)
    row.refresh_from_db()
    assert (row.state, row.params) == ("unknown", None)


# --- refusals at the moment of sending ------------------------------------------------------------------------


def test_suppressed_between_enqueue_and_sending(now, plain_template, backend, run_sender):
    row = _plain(now)
    suppress(contact_point=row.contact_point, reason="unsubscribed", now=now)
    fake = backend()
    run_sender(now)
    row.refresh_from_db()
    assert (row.state, row.error_class, fake.parcels) == ("suppressed", "suppressed", [])


def test_suppression_of_campaigns_lets_services_through(now, plain_template, campaign_template, backend, run_sender):
    service, campaign = _plain(now, "s"), _plain(now, "c", template="tests.campaign")
    suppress(contact_point=service.contact_point, reason="unsubscribed", now=now, category=Category.CAMPAIGN)
    backend()
    run_sender(now)
    service.refresh_from_db()
    campaign.refresh_from_db()
    assert (service.state, campaign.state) == ("sent", "suppressed")


def test_codes_pass_a_general_suppression(now, code_template, backend, run_sender):
    row = _plain(now, template="tests.code")
    suppress(contact_point=row.contact_point, reason="unsubscribed", now=now)
    backend()
    run_sender(now)
    row.refresh_from_db()
    assert row.state == "sent"


def test_soft_suppression_ends_and_lifting_works(now, plain_template, backend, run_sender):
    contact = mail_contact()
    suppress(contact_point=contact, reason="bounce", now=now, expires_at=now + timedelta(days=1))
    suppress(contact_point=contact, reason="unsubscribed", now=now, category=Category.CAMPAIGN)
    row = _plain(now, not_before=now + timedelta(days=1))
    backend()
    run_sender(now + timedelta(days=1))
    row.refresh_from_db()
    assert row.state == "sent"
    lifted = lift_suppression(contact_point=contact, now=now, reason="重新订阅", category=Category.CAMPAIGN)
    again = lift_suppression(contact_point=contact, now=now, reason="重新订阅", category=Category.CAMPAIGN)
    assert (lifted, again) == (True, False)
    assert AuditEntry.objects.filter(action="messaging.suppression_lifted").count() == 1


def test_expired_at_the_moment_of_sending(now, code_template, backend, run_sender):
    row = _plain(now, template="tests.code", expires_at=now + timedelta(minutes=10))
    fake = backend()
    run_sender(now + timedelta(minutes=10))
    row.refresh_from_db()
    assert (row.state, row.params, fake.parcels) == ("expired", None, [])


def test_still_wanted_is_asked_just_before_sending(now, backend, run_sender):
    register_template(
        MessageTemplate(
            key="tests.asks",
            label="x",
            category=Category.SERVICE,
            subject="x",
            text="x",
            params=("name",),
            still_wanted=lambda many, _moment: [params["name"] != "王阿姨" for params in many],
        )
    )
    row = _plain(now, template="tests.asks")
    fake = backend()
    run_sender(now)
    row.refresh_from_db()
    assert (row.state, row.error_class, fake.parcels) == ("suppressed", "unwanted", [])


def test_campaign_sms_claimed_outside_the_window_goes_back(now, campaign_template, backend, run_sender):
    row = _plain(now, contact=sms_contact(), template="tests.campaign")
    Delivery.objects.filter(pk=row.pk).update(due_at=now)
    night = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    fake = backend()
    run_sender(night)
    row.refresh_from_db()
    assert (row.state, row.due_at, fake.parcels) == ("pending", datetime(2026, 11, 24, 0, 0, tzinfo=UTC), [])


def test_daily_number_of_campaigns_a_person(now, settings, campaign_template, backend, run_sender):
    settings.CAMPAIGNS_PER_PERSON_DAY = 2
    rows = [_plain(now, f"c:{number}", template="tests.campaign") for number in range(3)]
    fake = backend()
    run_sender(now)
    states = [Delivery.objects.get(pk=row.pk).state for row in rows]
    assert (states, len(fake.parcels)) == (["sent", "sent", "pending"], 2)
    assert Delivery.objects.get(pk=rows[2].pk).due_at == now + timedelta(hours=1)


def test_rate_of_a_channel(now, settings, plain_template, backend, run_sender):
    settings.DELIVERY_RATES = {"email": 2}
    for number in range(5):
        _plain(now, f"a:{number}")
    fake = backend()
    run_sender(now)
    assert len(fake.parcels) == 2
    run_sender(now + timedelta(seconds=61))
    assert len(fake.parcels) == 4


def test_template_that_cannot_be_filled_fails_only_its_row(now, plain_template, backend, run_sender):
    broken = _plain(now, "a:1")
    Delivery.objects.filter(pk=broken.pk).update(params="{}")
    good = _plain(now, "a:2")
    fake = backend()
    run_sender(now)
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.state, broken.error_class, good.state, len(fake.parcels)) == ("failed", "template", "sent", 1)


@pytest.mark.parametrize("hook", ["load", "still_wanted"])
def test_parameters_of_another_day_fail_their_row_and_nothing_behind_it(hook, now, settings, backend, run_sender):
    settings.DELIVERY_WINDOW = 10
    hooks = {
        "load": lambda many: [Loaded({"body": params["number"]}) for params in many],
        "still_wanted": lambda many, _moment: [params["number"] != "" for params in many],
    }
    register_template(
        MessageTemplate(
            key="tests.grown",
            label="x",
            category=Category.SERVICE,
            subject="x",
            text="{body}" if hook == "load" else "x",
            params=("name",),
            expands=("body",),
            **{hook: hooks[hook]},
        )
    )
    rows = [_plain(now, f"a:{number}", template="tests.grown") for number in range(3)]
    Delivery.objects.exclude(pk=rows[1].pk).update(params='{"number": "1"}')
    backend()
    run_sender(now)
    found = Delivery.objects.order_by("pk").values_list("state", "error_class")
    assert list(found) == [("sent", ""), ("failed", "template"), ("sent", "")]


# --- window ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", [1, 3, 10])
def test_window_bounds_how_many_rows_are_sending(window, now, settings, plain_template, monkeypatch, run_sender):
    settings.DELIVERY_WINDOW = window
    for number in range(7):
        _plain(now, f"a:{number}")
    seen = []

    class Watching(Backend):
        def send(self, parcel):
            seen.append(Delivery.objects.filter(state=DeliveryState.SENDING).count())
            return SENT

    monkeypatch.setattr("messaging.actions.delivering.backend_for", lambda _channel: Watching())
    run_sender(now)
    assert (max(seen), len(seen)) == (min(window, 7), 7)
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == 7


def test_crash_in_mid_send_leaves_one_row_sending_and_gives_the_rest_back(now, plain_template, monkeypatch, run_sender):
    for number in range(3):
        _plain(now, f"a:{number}")

    class Crashing(Backend):
        def send(self, parcel):
            raise SystemExit

    monkeypatch.setattr("messaging.actions.delivering.backend_for", lambda _channel: Crashing())
    with pytest.raises(SystemExit):
        run_sender(now)
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["pending", "pending", "sending"]


# --- giving back, sweeping, settling --------------------------------------------------------------------------


def test_release_needs_the_token(now, plain_template):
    row = _plain(now)
    token = uuid.uuid4()
    claim_batch(token=token, now=now)
    assert release(ids=[row.pk], token=uuid.uuid4()) == 0
    assert release(ids=[row.pk], token=token) == 1


def test_sweep_gives_lapsed_claims_back(now, settings, plain_template):
    row = _plain(now)
    claim_batch(token=uuid.uuid4(), now=now)
    early = sweep(now=now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS - 1))
    late = sweep(now=now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS))
    row.refresh_from_db()
    assert (early.released, late.released, row.state, row.token) == (0, 1, "pending", None)


def test_sweep_names_unknown_and_erases_codes(now, settings, code_template):
    row = _plain(now, template="tests.code")
    _begun(row, now)
    swept = sweep(now=now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS))
    row.refresh_from_db()
    assert (swept.unknown, row.state, row.params) == (1, "unknown", None)


def test_sweep_closes_what_came_too_late(now, plain_template):
    row = _plain(now, not_before=now + timedelta(days=2), expires_at=now + timedelta(days=1))
    assert sweep(now=now + timedelta(days=1)).expired == 1
    row.refresh_from_db()
    assert (row.state, row.error_class) == ("expired", "expired")


def test_sweep_wakes_the_sender_once_until_it_had_its_chance(now, plain_template):
    _plain(now)
    woke = [sweep(now=now + timedelta(seconds=seconds)).woke_sender for seconds in (0, 30, 60, 121)]
    assert woke == [True, False, False, True]


def test_sweep_without_due_rows_wakes_nobody(now):
    assert sweep(now=now).woke_sender is False


@pytest.mark.parametrize(("arrived", "state"), [(True, "sent"), (False, "failed")])
def test_settle_unknown_is_audited_with_its_reason(arrived, state, now):
    row = DeliveryFactory(unknown=True)
    settle_unknown(delivery_id=row.pk, arrived=arrived, reason="电话问过本人", user=None, now=now)
    row.refresh_from_db()
    assert row.state == state
    assert (
        AuditEntry.objects.filter(action="messaging.delivery.settled", target=f"messaging.delivery:{row.pk}").count()
        == 1
    )


def test_settle_refuses_without_reason_or_twice(now):
    row = DeliveryFactory(unknown=True)
    with pytest.raises(SettleError, match="请写明依据"):
        settle_unknown(delivery_id=row.pk, arrived=True, reason="  ", user=None, now=now)
    settle_unknown(delivery_id=row.pk, arrived=True, reason="收到", user=None, now=now)
    with pytest.raises(SettleError, match="已经明确"):
        settle_unknown(delivery_id=row.pk, arrived=False, reason="没收到", user=None, now=now)


def test_result_after_a_person_settled_changes_nothing(now, settings, plain_template):
    row = _plain(now)
    token = _begun(row, now)
    late = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    sweep(now=late)
    settle_unknown(delivery_id=row.pk, arrived=False, reason="本人说没收到", user=None, now=late)
    record_results(results=[Result(row, SENT, "email", "email")], token=token, now=late)
    row.refresh_from_db()
    assert row.state == "failed"


# --- personal data, demo --------------------------------------------------------------------------------------


def test_erasing_a_person_stops_what_waits_and_forgets_what_was_said(now, plain_template, django_user_model):
    user = django_user_model.objects.create_user()
    contact = mail_contact()
    contact.user = user
    contact.save()
    waiting, gone = _plain(now, "a:1", contact), DeliveryFactory(sent=True, contact_point=contact)
    other = _plain(now, "a:2", mail_contact("other@example.com"))
    erase_deliveries_of(user)
    for row in (waiting, gone, other):
        row.refresh_from_db()
    assert [(row.state, row.params is None) for row in (waiting, gone, other)] == [
        ("suppressed", True),
        ("sent", True),
        ("pending", False),
    ]
    contact.delete()
    waiting.refresh_from_db()
    assert waiting.contact_point is None


def test_copies_are_kept_in_demo_only(now, settings, code_template, backend, run_sender):
    backend()
    settings.DEMO = False
    _plain(now, "k:1", template="tests.code")
    run_sender(now)
    assert SentCopy.objects.count() == 0
    settings.DEMO = True
    shown = _plain(now, "k:2", template="tests.code")
    run_sender(now)
    copy = SentCopy.objects.get()
    assert (copy.delivery_id, copy.subject, "135246" in copy.text, "135246" in copy.html) == (
        shown.pk,
        "您的验证码：135246",
        True,
        True,
    )


# --- short messages -------------------------------------------------------------------------------------------


def test_a_short_message_brings_its_filed_text_and_values(now, plain_template, backend, run_sender):
    _plain(now, contact=sms_contact())
    fake = backend()
    run_sender(now)
    parcel = fake.parcels[0]
    assert (parcel.template, parcel.filed_text, parcel.values) == (
        "tests.plain",
        "{name}您好，报名成功。",
        {"name": "王阿姨"},
    )
    assert parcel.data.decode() == "【示例投教】王阿姨您好，报名成功。"


def test_where_filing_is_required_only_filed_texts_leave(now, settings, plain_template, backend, run_sender):
    settings.SMS_REQUIRE_FILING = True
    row = _plain(now, "a:1", contact=sms_contact())
    fake = backend()
    run_sender(now)
    row.refresh_from_db()
    assert (row.state, row.error_class, fake.parcels) == ("failed", "unfiled", [])
    text = "{name}您好，报名成功。"
    filing, _made = draft_filing(backend="sms", template="tests.plain", text=text, now=now)
    SmsFiling.objects.filter(pk=filing.pk).update(state="approved")
    again = _plain(now, "a:2", contact=sms_contact())
    run_sender(now)
    again.refresh_from_db()
    assert again.state == "sent"
