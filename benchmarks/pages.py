"""Requests a second and queries of home, lesson and search; the reference is a bare WSGI reply under the same server.

Starts gunicorn twice (the site on an SQLite database of its own with the demo content, and benchmarks/bare.py), loads
each with the same client in turn, and prints one line of JSON. ``ratio`` is requests a second against the bare reply;
a lesson with its fragment is two requests. A fragment is kept for the session that asked before; the first time, and
after each change by the reader, it is built.

    python benchmarks/pages.py [--seconds 3]
"""

import argparse
import http.client
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 8
LESSON = "/courses/rights/beginner/bait/"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """gunicorn with an application, until the block ends."""

    def __init__(self, application: str, environment: dict[str, str]) -> None:
        self.port = free_port()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", application],
            cwd=ROOT, env={**environment, "PORT": str(self.port)}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self) -> Self:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                get(self.port, "/healthz")
                return self
            except OSError:
                time.sleep(0.2)
        raise SystemExit("the server did not start")

    def __exit__(self, *error: object) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait()


def get(port: int, path: str, headers: dict[str, str] | None = None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def load(port: int, paths: list[str], seconds: float, headers: dict[str, str] | None = None) -> float:
    """Return requests a second of CLIENTS threads, each on a kept connection, going through ``paths`` in turn."""
    done = [0] * CLIENTS
    end = time.monotonic() + seconds

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < end:
            for path in paths:
                connection.request("GET", path, headers=headers or {})
                response = connection.getresponse()
                response.read()
                assert response.status == 200, (path, response.status)
                done[number] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - started)


def manage(environment: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout


QUERIES = """
import json
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.db import connection
counts = {}
for name, path in json.loads('%s').items():
    Client().get(path)
    with CaptureQueriesContext(connection) as queries:
        Client().get(path)
    counts[name] = len(queries)
print(json.dumps(counts))
"""

SESSION = """
from django.test import Client
from wagtail.models import Page
from accounts.models import User
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
reader = Client()
reader.force_login(User.objects.filter(is_staff=False, contact_points__isnull=False).first())
lesson = Page.objects.get(url_path__endswith="%s").pk
reader.get(f"/courses/progress/{lesson}/")
print(reader.session.session_key, reader.cookies["csrftoken"].value, lesson)
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "CACHE_URL"}},
            "VAR_DIR": folder, "STATIC_ROOT": f"{folder}/static", "DJANGO_SETTINGS_MODULE": "edu_site.settings.dev",
        }  # fmt: skip
        manage(environment, "migrate", "-v", "0")
        manage(environment, "collectstatic", "-v", "0", "--noinput")
        manage(environment, "load_demo", "--if-empty")
        # A parameter the cache does not know makes it step aside: the same page, built each time.
        measured = {
            "home_cached": ["/"], "home_uncached": ["/?bench=1"],
            "lesson_cached": [LESSON], "lesson_uncached": [f"{LESSON}?bench=1"],
            "search_uncached": ["/search/?q=%E8%B4%B9%E7%94%A8"],
        }  # fmt: skip
        paths = {name: found[0] for name, found in measured.items()}
        queries = json.loads(manage(environment, "shell", "--no-imports", "-c", QUERIES % json.dumps(paths)))
        said = manage(environment, "shell", "--no-imports", "-c", SESSION % LESSON).strip().splitlines()[-1]
        session, token, lesson = said.split()
        with Server("benchmarks.bare:application", environment) as bare:
            load(bare.port, ["/"], 0.5)
            reference = load(bare.port, ["/"], seconds)
        rates = {}
        with Server("edu_site.wsgi", environment) as site:
            for name, found in measured.items():
                load(site.port, found, 0.5)
                rates[name] = load(site.port, found, seconds)
            # What a signed-in reader's browser asks for: the page as everybody gets it, and what is theirs in it.
            fetched = {"Cookie": f"sessionid={session}; csrftoken={token}", "X-Requested-With": "fetch"}
            fragment = f"/courses/progress/{lesson}/"
            for name, found in {"kept": fragment, "built": f"{fragment}?bench=1"}.items():
                load(site.port, [found], 0.5, fetched)
                rates[f"lesson_cached_with_its_fragment_{name}"] = load(site.port, [LESSON, found], seconds, fetched)
                rates[f"fragment_{name}"] = load(site.port, [found], seconds, fetched)
    print(
        json.dumps(
            {
                "benchmark": "pages",
                "python": platform.python_version(),
                "cores": os.cpu_count(),
                "clients": CLIENTS,
                "seconds_each": seconds,
                "reference": "bare WSGI reply under the same server",
                "ratio": {name: round(rate / reference, 4) for name, rate in rates.items()},
                "cached_over_uncached": round(rates["lesson_cached"] / rates["lesson_uncached"], 1),
                "with_fragment_over_uncached": round(
                    rates["lesson_cached_with_its_fragment_kept"] / rates["lesson_uncached"], 1
                ),
                "queries": queries,
            }
        )
    )


if __name__ == "__main__":
    main()
