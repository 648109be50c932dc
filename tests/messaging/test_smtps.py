"""The documented default for production: SMTPS with a login."""

import asyncio
import ipaddress
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from messaging.backends.port import Parcel, Verdict
from messaging.backends.smtp import SmtpBackend

PARCEL = Parcel("li@example.com", b"Subject: x\r\n\r\nhello\r\n", "<1@example.com>", 1)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine alone, which only those trust who are told to."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder


class Server:
    def __init__(self, folder):
        self.accepted = []
        self.logins = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()

        def run():
            asyncio.set_event_loop(self._loop)
            made = self._loop.run_until_complete(self._loop.create_server(self._protocol, "127.0.0.1", 0, ssl=context))
            self.port = made.sockets[0].getsockname()[1]
            ready.set()
            self._loop.run_forever()

        threading.Thread(target=run, daemon=True).start()
        ready.wait(5)

    def _protocol(self):
        return SMTP(
            self,
            loop=self._loop,
            hostname="sink",
            authenticator=self._login,
            auth_required=False,
            auth_require_tls=False,
        )

    def _login(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"se:cr/et", handled=False)

    async def handle_DATA(self, server, session, envelope):
        self.accepted.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"

    def stop(self):
        self._loop.call_soon_threadsafe(self._loop.stop)


@pytest.fixture
def server(certificate):
    running = Server(certificate)
    yield running
    running.stop()


def url(server, password="se%3Acr%2Fet"):
    return f"smtps://user%40example.com:{password}@127.0.0.1:{server.port}"


def test_mail_goes_encrypted_after_a_login(server, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    backend = SmtpBackend(url(server))
    outcomes = [outcome.verdict for outcome in backend.send_window([PARCEL, PARCEL])]
    backend.close()
    assert outcomes == [Verdict.SENT, Verdict.SENT]
    assert server.accepted == [(["li@example.com"], PARCEL.data)] * 2
    assert server.logins == [(b"user@example.com", b"se:cr/et")]


def test_a_refused_login_says_nothing_of_the_message(server, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    outcome = SmtpBackend(url(server, "wrong")).send(PARCEL)
    assert (outcome.verdict, str(outcome.error_class), outcome.error_code) == (Verdict.WAIT, "unavailable", "535")


def test_a_server_that_nobody_vouches_for_gets_neither_password_nor_mail(server):
    outcome = SmtpBackend(url(server)).send(PARCEL)
    assert (outcome.verdict, outcome.error_code) == (Verdict.WAIT, "SSLCertVerificationE")
    assert (server.logins, server.accepted) == ([], [])


def test_the_port_is_465_unless_said_otherwise():
    backend = SmtpBackend("smtps://user:password@mail.example.com")
    assert (backend._host, backend._port, backend._implicit_tls) == ("mail.example.com", 465, True)
