"""Returned mail: what is believed, what waits for a person, and what no input can stop."""

import base64
import imaplib
import mailbox
import shutil
import socket
import threading
from datetime import timedelta
from email.message import EmailMessage
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from messaging.bounces.ingesting import ingest
from messaging.bounces.mailboxes import open_mailbox
from messaging.bounces.reading import LONGEST, Reading, UnreadableError, decode_words, read_return
from messaging.enums import DeliveryState, Proof, ReceiptKind, ReceiptState
from messaging.mime import message_id
from messaging.models import Delivery, Receipt, Suppression
from messaging.tasks import ingest_bounces_task
from messaging.verp import return_address
from tests.factories.messaging import DeliveryFactory, mail_contact

DSN = """From: MAILER-DAEMON@mx.example.net
To: {to}
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset={charset}

{words}
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--B
Content-Type: text/rfc822-headers

From: edu@example.com
Message-ID: {identity}
Subject: x

--B--
"""


def dsn(**values):
    defaults = {
        "to": "edu@example.com", "charset": "utf-8", "words": "x", "recipient": "li@example.com", "action": "failed",
        "status": "5.1.1", "diagnostic": "550 5.1.1 user unknown", "identity": "<x@example.net>", "encoding": "utf-8",
    }  # fmt: skip
    merged = {**defaults, **values}
    return DSN.format(**merged).replace("\n", "\r\n").encode(merged["encoding"])


@pytest.fixture
def sent(db, now):
    row = DeliveryFactory(sent=True, contact_point=mail_contact(), created_at=now - timedelta(hours=1))
    row.message_id = message_id(row.pk)
    row.save()
    return row


def facts():
    receipt = Receipt.objects.get()
    row = Delivery.objects.get()
    return (receipt.kind, receipt.proof, receipt.state, row.state, Suppression.objects.count())


HARD = ReceiptKind.HARD_BOUNCE


def test_the_signed_return_address_proves_a_bounce(sent, now):
    to = return_address(delivery_id=sent.pk, domain="bounce.example.com")
    assert ingest(data=dsn(to=to), now=now) == ["applied"]
    assert facts() == (HARD, Proof.TOKEN, ReceiptState.APPLIED, DeliveryState.BOUNCED, 1)


def test_the_message_s_own_identity_proves_a_bounce(sent, now):
    assert ingest(data=dsn(identity=sent.message_id), now=now) == ["applied"]
    assert facts() == (HARD, Proof.MESSAGE_ID, ReceiptState.APPLIED, DeliveryState.BOUNCED, 1)


@pytest.mark.parametrize("guess", ["tag", "other row", "none"])
def test_a_forged_report_is_held_and_suppresses_nobody(guess, sent, now):
    identity = {
        "tag": f"<d{sent.pk}.{'0' * 20}@example.com>",
        "other row": message_id(sent.pk + 1),
        "none": "<x@example.net>",
    }[guess]
    to = "b+1.00000000000000000000@bounce.example.com"
    assert ingest(data=dsn(identity=identity, to=to), now=now) == ["held"]
    assert facts() == (HARD, Proof.NONE, ReceiptState.HELD, DeliveryState.SENT, 0)
    assert Receipt.objects.get().contact_point == sent.contact_point


def test_a_report_of_a_message_never_sent_is_held(now, db):
    row = DeliveryFactory(contact_point=mail_contact())
    to = return_address(delivery_id=row.pk, domain="bounce.example.com")
    assert ingest(data=dsn(to=to), now=now) == ["held"]
    assert (Delivery.objects.get().state, Suppression.objects.count()) == (DeliveryState.PENDING, 0)


def test_the_same_report_twice_counts_once(sent, now):
    data = dsn(identity=sent.message_id, status="4.2.2", diagnostic="452 full")
    assert [ingest(data=data, now=now), ingest(data=data, now=now)] == [["applied"], ["applied"]]
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "diagnostic", "action", "kind"),
    [
        ("5.1.1", "550 no", "failed", HARD),
        ("5.1.10", "550 no", "failed", HARD),
        ("5.2.1", "550 disabled", "failed", HARD),
        ("5.0.0", "550 5.1.1 no", "failed", HARD),
        ("5.0.0", "550 User unknown", "failed", HARD),
        ("5.0.0", "554 policy", "failed", ReceiptKind.SOFT_BOUNCE),
        ("5.7.1", "554 spam", "failed", ReceiptKind.SOFT_BOUNCE),
        ("5.2.2", "552 quota", "failed", ReceiptKind.SOFT_BOUNCE),
        ("4.4.7", "timeout", "failed", ReceiptKind.SOFT_BOUNCE),
        ("4.4.1", "later", "delayed", ReceiptKind.DELAYED),
        ("2.0.0", "ok", "delivered", ReceiptKind.DELIVERED),
    ],
)
def test_status_codes_decide_what_a_report_means(status, diagnostic, action, kind):
    (statement,) = read_return(dsn(status=status, diagnostic=diagnostic, action=action)).statements
    assert (statement.kind, statement.recipient) == (kind, "li@example.com")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "big5"])
@pytest.mark.parametrize("labelled", ["right", "us-ascii", "iso-8859-1", "x-unheard-of", "gb2312"])
def test_reports_in_chinese_are_read_whatever_they_say_of_their_charset(encoding, labelled):
    words = "您的邮件被退回：用户不存在" if encoding != "big5" else "您的郵件被退回：用戶不存在，請檢查收件人地址"
    charset = encoding if labelled == "right" else labelled
    data = dsn(status="5.0.0", diagnostic=f"550 {words}", words=words, charset=charset, encoding=encoding)
    (statement,) = read_return(data).statements
    assert statement.recipient == "li@example.com"
    if encoding != "big5":
        assert (statement.kind, words in statement.diagnostic) == (HARD, True)


def test_text_of_a_report_without_a_standard_is_read_in_chinese(sent, now):
    body = base64.encodebytes(f"用户不存在\n{sent.message_id}\n".encode("gb18030"))
    data = (
        b"From: postmaster@mx.example.net\r\nTo: edu@example.com\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
    )
    assert ingest(data=data, now=now) == ["applied"]
    assert facts() == (HARD, Proof.MESSAGE_ID, ReceiptState.APPLIED, DeliveryState.BOUNCED, 1)


def test_what_flufl_recognises_is_read(sent, now):
    data = (
        f"From: MAILER-DAEMON@example.net\r\nTo: {return_address(delivery_id=sent.pk, domain='b.example.com')}\r\n"
        "Subject: failure notice\r\n\r\nHi. This is the qmail-send program at example.net.\r\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n"
        "<li@example.com>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n"
    ).encode()
    assert ingest(data=data, now=now) == ["applied"]
    assert facts()[0] == HARD


def arf(feedback, identity):
    message = EmailMessage()
    text = (
        f"From: feedback@example.net\r\nTo: abuse@example.com\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type=feedback-report; boundary="B"\r\n\r\n--B\r\n'
        f"Content-Type: text/plain\r\n\r\nx\r\n--B\r\nContent-Type: message/feedback-report\r\n\r\n"
        f"Feedback-Type: {feedback}\r\nUser-Agent: X/1\r\nVersion: 1\r\nOriginal-Rcpt-To: <li@example.com>\r\n\r\n"
        f"--B\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@b.cn\r\nMessage-ID: {identity}\r\n\r\nx\r\n--B--\r\n"
    )
    assert not message.keys()
    return text.encode()


def test_a_complaint_suppresses_at_once(sent, now):
    assert ingest(data=arf("abuse", sent.message_id), now=now) == ["applied"]
    assert facts()[0] == ReceiptKind.COMPLAINT
    assert Suppression.objects.get().reason == "complaint"


def test_not_spam_is_no_complaint(sent, now):
    assert ingest(data=arf("not-spam", sent.message_id), now=now) == ["no_report"]
    assert Suppression.objects.count() == 0


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: auto_reply", "X-Plain: 1"]
)
def test_answers_of_people_and_machines_are_no_reports(header, sent, now):
    to = return_address(delivery_id=sent.pk, domain="bounce.example.com")
    data = f"From: li@example.com\r\nTo: {to}\r\n{header}\r\nSubject: 休假\r\n\r\n我下周回来。\r\n".encode()
    assert ingest(data=data, now=now) == ["no_report"]
    assert (Receipt.objects.count(), Suppression.objects.count()) == (0, 0)


HOSTILE = {
    "huge": b"Subject: x\r\n\r\n" + b"x" * LONGEST,
    "binary": bytes(range(256)) * 50,
    "nested": b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000)),
    "letters": b"Content-Type: message/rfc822\r\n\r\n" * 3000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_no_server_writes_is_refused(kind):
    with pytest.raises(UnreadableError):
        read_return(HOSTILE[kind])


@given(data=st.binary(max_size=300))
def test_no_bytes_break_the_reader(data):
    for whole in (data, dsn() + data, dsn().replace(b"5.1.1", data), dsn().replace(b"--B", b"--B" + data)):
        try:
            assert isinstance(read_return(whole), Reading)
        except UnreadableError:
            continue


@given(text=st.text(alphabet="用户不存在信箱已满 abc", min_size=1))
def test_words_come_back_from_utf8_and_gb18030(text):
    assert decode_words(text.encode(), "us-ascii") == text
    assert decode_words(text.encode("gb18030"), "gb2312") == text


def run(place):
    out = StringIO()
    call_command("ingest_bounces", place, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def maildir(tmp_path, sent):
    box = mailbox.Maildir(tmp_path / "box")
    for data in (HOSTILE["huge"], HOSTILE["nested"], dsn(identity=sent.message_id), dsn()):
        box.add(data)
    return tmp_path / "box"


def test_a_maildir_is_read_once_and_hostile_files_do_not_stop_it(maildir):
    assert run(str(maildir)) == "applied=1 held=1 refused=2"
    assert (len(list((maildir / "new").iterdir())), len(list((maildir / "cur").iterdir()))) == (0, 4)
    assert run(str(maildir)) == "没有新的退信。"
    assert Receipt.objects.count() == 2


def test_a_run_that_died_before_the_file_was_moved_changes_nothing_more(maildir):
    kept = maildir.parent / "kept"
    shutil.copytree(maildir, kept)
    run(str(maildir))
    run(str(kept))
    assert (Receipt.objects.count(), Suppression.objects.count()) == (2, 1)


def test_a_file_stays_new_when_its_receipt_could_not_be_written(maildir, monkeypatch):
    def fail(**_options):
        raise OSError("no database")

    monkeypatch.setattr("messaging.bounces.ingesting.apply_receipt", fail)
    with pytest.raises(OSError, match="no database"):
        run(str(maildir))
    assert len(list((maildir / "new").iterdir())) >= 1
    assert Receipt.objects.count() == 0


def test_an_mbox_may_be_read_again_and_again(tmp_path, sent):
    box = mailbox.mbox(tmp_path / "box")
    box.add(dsn(identity=sent.message_id))
    box.add(HOSTILE["huge"])
    box.close()
    assert run(str(tmp_path / "box")) == "applied=1 refused=1"
    run(str(tmp_path / "box"))
    assert Receipt.objects.count() == 1


class ImapServer:
    """As much of IMAP as one run needs; keeps which messages are seen."""

    def __init__(self, messages):
        self.messages = messages
        self.seen = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream):
        stream.write(b"* OK ready\r\n")
        stream.flush()
        while line := stream.readline():
            tag, command, *rest = line.decode().split()
            if command == "CAPABILITY":
                stream.write(b"* CAPABILITY IMAP4REV1\r\n")
            elif command == "UID" and rest[0] == "SEARCH":
                new = [str(n) for n in range(1, len(self.messages) + 1) if n not in self.seen]
                stream.write(f"* SEARCH {' '.join(new)}\r\n".encode())
            elif command == "UID" and rest[0] == "FETCH":
                data = self.messages[int(rest[1]) - 1][: LONGEST + 1]
                stream.write(f"* {rest[1]} FETCH (BODY[]<0> {{{len(data)}}}\r\n".encode() + data + b")\r\n")
            elif command == "UID" and rest[0] == "STORE":
                self.seen.add(int(rest[1]))
            elif command == "SELECT":
                stream.write(f"* {len(self.messages)} EXISTS\r\n".encode())
            verdict = "NO" if command == "LOGIN" and "wrong" in line.decode() else "OK"
            stream.write(f"{tag} {verdict} done\r\n".encode())
            stream.flush()

    def stop(self):
        self._listener.close()


def test_a_mailbox_on_a_server_is_read_once(sent):
    server = ImapServer([dsn(identity=sent.message_id), HOSTILE["huge"], dsn()])
    try:
        url = f"imap://user:secret@127.0.0.1:{server.port}/INBOX"
        assert run(url) == "applied=1 held=1 refused=1"
        assert server.seen == {1, 2, 3}
        assert run(url) == "没有新的退信。"
    finally:
        server.stop()


def test_a_wrong_password_is_not_repeated():
    server = ImapServer([])
    try:
        with pytest.raises(CommandError) as caught:
            run(f"imap://user:wrong@127.0.0.1:{server.port}/INBOX")
        assert "wrong" not in str(caught.value)
        assert imaplib.IMAP4.error.__name__ in str(caught.value) or "error" in str(caught.value)
    finally:
        server.stop()


@pytest.mark.parametrize("place", ["/nowhere", 'imap://u:p@127.0.0.1:1/a"b', "imap://u:p@127.0.0.1:1/INBOX"])
def test_a_mailbox_that_does_not_open_is_said_in_words(place):
    with pytest.raises(CommandError, match="信箱"):
        run(place)


def test_nothing_is_read_before_it_is_asked_for(maildir):
    open_mailbox(str(maildir))
    assert len(list((maildir / "new").iterdir())) == 4


def test_beat_reads_the_mailbox_of_the_settings_and_none_without_one(maildir, settings):
    ingest_bounces_task()
    assert Receipt.objects.count() == 0
    settings.BOUNCES_URL = str(maildir)
    ingest_bounces_task()
    assert Receipt.objects.count() == 2
    settings.BOUNCES_URL = str(maildir / "nowhere")
    ingest_bounces_task()
    assert Receipt.objects.count() == 2
