"""What we sign, dkimpy verifies: it shares no code with us."""

import re

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.exceptions import ImproperlyConfigured

from messaging.dkim import relaxed_body
from messaging.enums import Category
from messaging.mime import build_mail
from messaging.rendering import Rendered
from tests.factories.messaging import DeliveryFactory

LETTER = Rendered(
    "申购费打一折，为什么还是付了 148 元", "看不见的费用也要算。\n\n" * 30, "<p>看不见的费用\t  也要算。</p> \n" * 30
)
COVERED = (
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Feedback-ID",
)  # fmt: skip


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def record(key):
    import base64

    if isinstance(key, ed25519.Ed25519PrivateKey):
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return b"v=DKIM1; k=ed25519; p=" + base64.b64encode(raw)
    raw = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(raw)


def verifies(data, key):
    names = []

    def dns(name, timeout=5):
        names.append(name)
        return record(key)

    good = dkim.verify(data, dnsfunc=dns)
    assert set(names) == {b"edu._domainkey.example.com."}
    return good


def build(now, rendered=LETTER, category=Category.CAMPAIGN):
    delivery = DeliveryFactory.build(pk=7, category=category, contact_point=None, channel="email", source="campaign:3")
    return build_mail(
        delivery=delivery, rendered=rendered, recipient="li@example.com", now=now,
        unsubscribe_url="https://example.com/newsletters/unsubscribe/" + "t" * 300, list_id="monthly",
    )  # fmt: skip


@pytest.mark.parametrize("rendered", [LETTER, Rendered("x", "only text  \n\n\n"), Rendered("x" * 300, "a\tb \n c\n")])
@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_signed_mail_verifies(kind, rendered, rsa_key, settings, now):
    key = rsa_key if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    settings.DKIM_KEY = pem(key)
    data = build(now, rendered)
    assert verifies(data, key) is True
    assert max(map(len, data.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", COVERED)
def test_a_changed_header_breaks_the_seal(name, rsa_key, settings, now):
    settings.DKIM_KEY = pem(rsa_key)
    data = build(now)
    changed = re.sub(rf"(?m)^{name}: ".encode(), f"{name}: x".encode(), data, count=1)
    assert changed != data
    assert verifies(changed, rsa_key) is False


@pytest.mark.parametrize("name", ["From", "Subject"])
def test_a_second_header_breaks_the_seal(name, rsa_key, settings, now):
    settings.DKIM_KEY = pem(rsa_key)
    assert verifies(f"{name}: x@evil.example\r\n".encode() + build(now), rsa_key) is False


def test_a_changed_body_breaks_the_seal(rsa_key, settings, now):
    settings.DKIM_KEY = pem(rsa_key)
    assert verifies(build(now)[:-20] + b"x" + build(now)[-19:], rsa_key) is False


def test_every_automatic_mail_says_so_under_the_seal(rsa_key, settings, now):
    settings.DKIM_KEY = pem(rsa_key)
    data = build(now, category=Category.SERVICE)
    assert verifies(data, rsa_key) is True
    assert verifies(data.replace(b"auto-generated", b"auto-replied"), rsa_key) is False


def test_the_key_may_be_a_file_or_one_line(rsa_key, settings, now, tmp_path):
    path = tmp_path / "dkim.pem"
    path.write_text(pem(rsa_key))
    for value in (str(path), pem(rsa_key).replace("\n", "\\n")):
        settings.DKIM_KEY = value
        assert verifies(build(now), rsa_key) is True


def test_without_a_key_nothing_is_signed(now):
    assert b"DKIM-Signature" not in build(now)


@pytest.mark.parametrize("kind", ["missing", "no key", "elliptic", "short"])
def test_a_key_of_no_use_is_refused(kind, settings, now, tmp_path):
    settings.DKIM_KEY = {
        "missing": str(tmp_path / "none.pem"),
        "no key": "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----",
        "elliptic": pem(ec.generate_private_key(ec.SECP256R1())),
        "short": pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
    }[kind]
    with pytest.raises(ImproperlyConfigured, match="DKIM_KEY"):
        build(now)


@pytest.mark.parametrize(
    ("body", "canonical"),
    [
        (b"", b""),
        (b"\r\n\r\n", b""),
        (b" \r\n", b""),
        (b"a  b\t c \r\n\r\n\r\n", b"a b c\r\n"),
        (b"\r\na\r\n", b"\r\na\r\n"),
    ],
)
def test_relaxed_form_of_a_body(body, canonical):
    assert relaxed_body(body) == canonical
