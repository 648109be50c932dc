"""A whole running site (web, worker, beat) and a phone-sized Chromium that reads only what people see."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.looking import Findings, Visit
from tests.migrated import migrated_database, migrated_file, shared

ROOT = Path(__file__).resolve().parent.parent.parent
PHONE = {"width": 390, "height": 844}
WECHAT = (
    "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.99 "
    "XWEB/3211 MMWEBSDK/20220505 Mobile Safari/537.36 MicroMessenger/8.0.23 WeChat/arm64"
)
PASSWORD = "touzizhe-2026"
_START_SECONDS = 180


@dataclass
class Site:
    """The running site and the folders where its mail and SMS end."""

    url: str
    var: Path

    def sent_to(self, channel: str, needle: str) -> list[str]:
        """Return the texts of the messages in the outbox files that hold ``needle``, oldest first."""
        folder = self.var / channel
        files = sorted(
            (path for path in folder.glob("**/*") if path.is_file()), key=lambda path: path.stat().st_mtime_ns
        )
        texts = [_text(path) for path in files]
        return [text for text in texts if needle in text]

    def wait_for(self, channel: str, needle: str, seconds: float = 60, skip: int = 0) -> str:
        """Return the newest message that holds ``needle`` once more than ``skip`` such messages were sent."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.sent_to(channel, needle)
            if len(found) > skip:
                return found[-1]
            time.sleep(0.3)
        raise AssertionError(f"no {channel} with {needle!r} within {seconds} s")


def _text(path: Path) -> str:
    raw = path.read_bytes()
    if path.suffix != ".eml":
        return raw.decode()
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    return f"To: {message['To']}\nSubject: {message['Subject']}\n\n{body.get_content() if body else ''}"


def code_in(text: str) -> str:
    """Return the six-digit code in a message."""
    # Not the address: a random one may hold six digits in a row.
    match = re.search(r"(?<!\d)(\d{6})(?!\d)", re.sub(r"\S+@\S+", "", text))
    assert match, text
    return match.group(1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """``make run`` without the installation: the supervisor with demo content and the file broker.

    It keeps its data in SQLite, or in a new database on the PostgreSQL that ``SITE_POSTGRES`` names. ``SITE_URL`` and
    ``SITE_VAR`` name a site that runs already, which saves its start while writing tests.
    """
    if os.environ.get("SITE_URL"):
        yield Site(url=os.environ["SITE_URL"], var=Path(os.environ["SITE_VAR"]))
        return
    with _database() as database:
        yield from _started(database, tmp_path_factory)


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    """Give the site's environment what names its database; one on PostgreSQL goes when the site has gone."""
    server = os.environ.get("SITE_POSTGRES")
    if not server:
        yield {}
        return
    name = f"edu_browser_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        # Inside deploy/test.sh it begins migrated; the site's own start migrates what that may lack.
        template = f" TEMPLATE {migrated_database(server, folder, '')}" if (folder := shared()) else ""
        connection.execute(f"CREATE DATABASE {name}{template}")
        try:
            yield {"DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _started(database: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    var = tmp_path_factory.mktemp("var")
    if not database and (folder := shared()):
        shutil.copy(migrated_file(folder), var / "site.sqlite3")
    port = _free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    environment = {
        **kept,
        **database,
        "VAR_DIR": str(var),
        "MEDIA_ROOT": str(var / "media"),
        "STATIC_ROOT": str(var / "static"),
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DEMO_PASSWORD": PASSWORD,
        "DJANGO_SETTINGS_MODULE": "edu_site.settings.dev",
        "PYTHONUNBUFFERED": "1",
    }
    log = (var / "site.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "supervise"],
        cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/healthz", process, var / "site.log")
        yield Site(url=f"http://127.0.0.1:{port}", var=var)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
        log.close()


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError("the site ended at start:\n" + log.read_text()[-3000:])
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise AssertionError("the site did not start:\n" + log.read_text()[-3000:])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync"],
        )  # fmt: skip
        yield browser
        browser.close()


OpenPhone = Callable[..., Page]


@pytest.fixture
def phone(chromium: Browser, site: Site) -> Iterator[OpenPhone]:
    """Open a fresh phone: no cookies, 390 px wide; ``javascript=False`` or ``wechat=True`` as asked."""
    contexts: list[BrowserContext] = []

    def open_phone(*, javascript: bool = True, wechat: bool = False, width: int = PHONE["width"]) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": width, "height": PHONE["height"]},
            java_script_enabled=javascript,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            user_agent=WECHAT if wechat else None,
        )
        context.set_default_timeout(15_000)
        # Nothing may load from another host.
        context.on("request", lambda request: _refuse_other_hosts(request.url, site.url))
        contexts.append(context)
        return context.new_page()

    yield open_phone
    for context in contexts:
        context.close()


@pytest.fixture
def visit(phone: OpenPhone, site: Site) -> Iterator[Visit]:
    """A visit whose findings must be empty in the end."""
    findings = Findings()
    page = phone()
    findings.listen(page, site.url)
    yield Visit(page=page, findings=findings, site=site)
    assert not findings.faults, "\n".join(["found by looking:", *findings.faults])


def _refuse_other_hosts(url: str, own: str) -> None:
    assert url.startswith((own, "data:", "blob:", "about:")), url
