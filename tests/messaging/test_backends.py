import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection, send_mail

from accounts.signals import code_due
from core.models import AuditEntry
from messaging import backends
from messaging.actions.sample import create_sample_deliveries
from messaging.actions.suppression import suppress
from messaging.backends.local import memory_box
from messaging.backends.port import Parcel, Verdict
from messaging.errors import MessagingError
from messaging.models import Delivery, Suppression
from messaging.queries import progress_of
from messaging.registrations import check_deliveries
from tests.factories.messaging import DeliveryFactory, SentCopyFactory, mail_contact, sms_contact

PARCEL = Parcel("li@example.com", "你好".encode(), "<d1@example.com>")


@pytest.fixture(autouse=True)
def _fresh_backends(settings):
    backends._open.cache_clear()
    memory_box.clear()
    yield
    backends._open.cache_clear()
    memory_box.clear()


@pytest.fixture
def outbox(settings):
    """Django's test runner puts its own mail backend in; these tests are about ours."""
    settings.EMAIL_BACKEND = "messaging.backends.django_mail.OutboxEmailBackend"


def test_memory(settings):
    settings.EMAIL_URL = "memory:"
    assert backends.backend_for("email").send(PARCEL).verdict is Verdict.SENT
    assert memory_box["email"] == [PARCEL]


def test_file_is_private_and_the_same_row_writes_the_same_file(settings, tmp_path):
    settings.EMAIL_URL, settings.SMS_URL = f"file://{tmp_path / 'm'}", f"file://{tmp_path / 's'}"
    backends.backend_for("email").send(PARCEL)
    backends.backend_for("email").send(PARCEL)
    backends.backend_for("sms").send(PARCEL)
    (mail,) = (tmp_path / "m").iterdir()
    (sms,) = (tmp_path / "s").iterdir()
    assert (mail.read_bytes(), mail.suffix, mail.stat().st_mode & 0o777) == (PARCEL.data, ".eml", 0o600)
    assert sms.read_text() == "To: li@example.com\n\n你好\n"


def test_folder_that_cannot_be_written_waits(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.EMAIL_URL = f"file://{tmp_path / 'file' / 'm'}"
    outcome = backends.backend_for("email").send(PARCEL)
    assert (outcome.verdict, str(outcome.error_class)) == (Verdict.WAIT, "unavailable")


def test_console(settings, capsys):
    settings.SMS_URL = "console:"
    backends.backend_for("sms").send(PARCEL)
    assert capsys.readouterr().out == "--- sms <d1@example.com>\n你好\n"


def test_unknown_scheme_names_the_setting(settings):
    settings.SMS_URL = "smtp://example.com"
    with pytest.raises(ImproperlyConfigured, match="SMS_URL: no backend for smtp:"):
        backends.backend_for("sms")


# --- Django's own mail ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_django_mail_becomes_deliveries_and_leaves_like_all_others(outbox, settings, run_sender):
    sent = send_mail("有一页等您审核", "请看 https://example.com/cms/", None, ["a@example.com", "b@example.com"])
    rows = Delivery.objects.order_by("pk")
    assert (sent, [row.contact_point.value for row in rows]) == (1, ["a@example.com", "b@example.com"])
    run_sender(rows[0].created_at)
    assert [parcel.recipient for parcel in memory_box["email"]] == ["a@example.com", "b@example.com"]
    assert set(Delivery.objects.values_list("state", "params")) == {("sent", None)}


@pytest.mark.django_db
def test_django_mail_keeps_html(outbox, run_sender):
    message = EmailMultiAlternatives("标题", "正文", None, ["a@example.com"])
    message.attach_alternative("<p>富文本</p>", "text/html")
    message.send()
    assert "富文本" in Delivery.objects.get().params


@pytest.mark.django_db
def test_django_mail_refuses_attachments_and_bad_addresses(outbox):
    message = EmailMessage("x", "y", None, ["a@example.com"])
    message.attach("a.txt", "x", "text/plain")
    with pytest.raises(MessagingError, match="不能带附件"):
        message.send()
    quiet = get_connection(fail_silently=True)
    assert quiet.send_messages([message, EmailMessage("x", "y", None, ["broken"])]) == 0
    assert Delivery.objects.count() == 0


# --- codes ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("contact", [mail_contact, sms_contact])
def test_code_due_becomes_one_delivery(contact, now):
    from datetime import timedelta

    point = contact()
    arguments = {
        "sender": None,
        "contact_point": point,
        "code": "135246",
        "purpose": "sign_in",
        "expires_at": now + timedelta(minutes=10),
        "event_key": "code:1",
        "now": now,
    }
    code_due.send(**arguments)
    code_due.send(**arguments)
    row = Delivery.objects.get()
    assert (row.event_key, row.priority, row.expires_at, row.template) == (
        "code:1",
        0,
        now + timedelta(minutes=10),
        "messaging.code",
    )
    assert row.params == '{"code": "135246", "minutes": 10}'


@pytest.mark.django_db
def test_code_is_not_readable_in_the_database(now):
    from django.db import connection

    code_due.send(sender=None, contact_point=mail_contact(), code="135246", purpose="x", expires_at=now, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT params, event_key FROM messaging_delivery")
        params, key = cursor.fetchone()
    assert ("135246" in params, "135246" in key) == (False, False)


# --- registries, samples --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_invariants_hold_on_every_state_and_find_what_is_wrong(now, settings):
    settings.DEMO = False
    DeliveryFactory(), DeliveryFactory(sent=True, message_id="<a@b>")
    assert list(check_deliveries()) == []
    lapsed = DeliveryFactory(sending=True, message_id="<c@d>")
    again = DeliveryFactory(sent=True, message_id="<a@b>")
    SentCopyFactory(delivery=again)
    assert list(check_deliveries()) == [
        f"消息 {lapsed.pk} 的领取早已过期，没有被清理：beat 可能没有运行。",
        "Message-ID <a@b> 出现在 2 条消息上。",
        "不是演示环境，却留有演示发件箱的副本。",
    ]


@pytest.mark.django_db
def test_samples_come_in_bulk_and_continue(now, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        create_sample_deliveries(300, now=now)
    create_sample_deliveries(20, now=now)
    assert Delivery.objects.filter(source="sample").count() == 320
    assert sum(progress_of("sample").values()) == 320
    assert list(check_deliveries()) == []


@pytest.mark.django_db
def test_suppressing_twice_keeps_one_entry_and_the_longer_term(now):
    from datetime import timedelta

    contact = mail_contact()
    suppress(contact_point=contact, reason="bounce", now=now, expires_at=now + timedelta(days=1))
    suppress(contact_point=contact, reason="unsubscribed", now=now)
    suppress(contact_point=contact, reason="bounce", now=now, expires_at=now + timedelta(days=1))
    entry = Suppression.objects.get()
    assert (entry.reason, entry.expires_at) == ("unsubscribed", None)
    assert AuditEntry.objects.filter(action="messaging.suppressed").count() == 2
