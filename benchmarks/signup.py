"""Sign-ups a second of 64 clients at one session, against a view that inserts one bare row in the same run.

Makes a PostgreSQL database of its own (server: ``BENCH_POSTGRES``, default postgres://postgres@127.0.0.1), starts
gunicorn on a free port and lets 64 threads post the real form for people who are signed in: form, CSRF check, lock,
recount, registration, consent entry and two messages a person. Clients take turns between the two views in rounds, so
that a busy machine slows both. Afterwards every invariant of seats is checked; oversold or lost seats end the
run with an error. Prints one line of JSON.

    python benchmarks/signup.py [--registrations 640]
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
from statistics import median
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 64
ROUNDS = 5
CSRF = "b" * 32

PREPARE = """
import json, sys
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone
from accounts.actions.contacts import get_or_create_contact, mark_verified
from accounts.models import User
from events.models import EventSession
from events.pages import EventPage
from tests.factories.events import EventPageFactory
people, seats = %(people)d, %(seats)d
now = timezone.now()
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE bench_row (id bigserial PRIMARY KEY, text varchar(40) NOT NULL)")
page = EventPageFactory(slug="bench")
session = EventSession.objects.create(
    page=page, starts_at=now + timedelta(days=30), ends_at=now + timedelta(days=30, hours=2), capacity=seats
)
cookies = []
for number in range(people):
    user = User.objects.create_user()
    for channel, value in (("sms", f"138{number:08d}"), ("email", f"bench{number}@example.org")):
        mark_verified(contact=get_or_create_contact(channel=channel, value=value, now=now), now=now, user=user)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "accounts.backends.ContactCodeBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    cookies.append(store.session_key)
print("RESULT " + json.dumps({"session": session.pk, "cookies": cookies}))
"""

CHECK = """
import json
from events.invariants import INVARIANTS
from events.models import EventSession, Registration
from messaging.models import Delivery
print("RESULT " + json.dumps({
    "seated": Registration.objects.seated().count(),
    "waiting": Registration.objects.waiting().count(),
    "numbers": sorted(Registration.objects.waiting().values_list("waitlist_number", flat=True)),
    "messages": Delivery.objects.filter(event_key__startswith="registration:").count(),
    "violations": [text for check in INVARIANTS.values() for text in check()],
}))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


def result(output: str) -> dict:
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    return json.loads(line.removeprefix("RESULT "))


def post(connection: http.client.HTTPConnection, path: str, body: str, cookie: str) -> int:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if cookie:
        headers["Cookie"] = f"sessionid={cookie}; csrftoken={CSRF}"
    connection.request("POST", path, body=body, headers=headers)
    response = connection.getresponse()
    response.read()
    return response.status


def run(port: int, jobs: list[tuple[str, str, str]], expected: int) -> tuple[float, list[float]]:
    """Return requests a second and each request's milliseconds; 64 threads take ``jobs`` from one queue."""
    waiting, lock = list(jobs), threading.Lock()
    times: list[float] = []
    wrong: list[int] = []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        while True:
            with lock:
                if not waiting:
                    break
                job = waiting.pop()
            started = time.perf_counter()
            status = post(connection, *job)
            with lock:
                times.append((time.perf_counter() - started) * 1000)
                if status != expected:
                    wrong.append(status)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    if wrong:
        raise SystemExit(f"{len(wrong)} unexpected answers: {sorted(set(wrong))}")
    return len(jobs) / took, times


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--registrations", type=int, default=640)
    people = parser.parse_args().registrations
    seats = people // 2
    server = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1").rstrip("/")
    database = f"bench_signup_{os.getpid()}"
    maintenance = [sys.executable, "-c", _SQL, f"{server}/postgres"]
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **{key: value for key, value in os.environ.items() if key != "CACHE_URL"},
            "DJANGO_SETTINGS_MODULE": "benchmarks.signup_settings", "DATABASE_URL": f"{server}/{database}",
            "VAR_DIR": folder, "STATIC_ROOT": f"{folder}/static", "PORT": str(port), "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        subprocess.run([*maintenance, f"CREATE DATABASE {database}"], check=True)
        process = None
        try:
            manage(environment, "migrate", "-v", "0")
            manage(environment, "collectstatic", "-v", "0", "--noinput")
            given = result(
                manage(environment, "shell", "--no-imports", "-c", PREPARE % {"people": people, "seats": seats})
            )
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "edu_site.wsgi"],
                cwd=ROOT, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            wait_until_up(port)
            figures = measure(port, given)
            found = result(manage(environment, "shell", "--no-imports", "-c", CHECK))
        finally:
            if process:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
            subprocess.run([*maintenance, f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"], check=True)
    assert found["seated"] == seats, found["seated"]
    assert found["numbers"] == list(range(1, people - seats + 1))
    assert found["messages"] == 2 * people
    assert found["violations"] == [], found["violations"]
    print(json.dumps({
        "benchmark": "signup", "python": platform.python_version(), "cores": os.cpu_count(), "clients": CLIENTS,
        "registrations": people, "seats": seats, "reference": "a view that inserts one bare row, same server, same run",
        **figures, "seated": found["seated"], "waiting": found["waiting"], "oversold": 0, "violations": 0,
    }))  # fmt: skip


_SQL = "import sys, psycopg; psycopg.connect(sys.argv[1], autocommit=True).execute(sys.argv[2])"


def wait_until_up(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def measure(port: int, given: dict) -> dict:
    """Take turns: a round of bare rows, a round of sign-ups."""
    cookies = given["cookies"]
    share = len(cookies) // ROUNDS
    bare_job = ("/bench/bare/", urlencode({"name": "王阿姨"}), "")
    run(port, [bare_job] * CLIENTS, 200)
    bare_rates, rates, ratios, all_times = [], [], [], []
    for number in range(ROUNDS):
        last = len(cookies) if number == ROUNDS - 1 else (number + 1) * share
        body = urlencode(
            {
                "csrfmiddlewaretoken": CSRF,
                "session": given["session"],
                "name": "王阿姨",
                "seats": 1,
                "consent": "on",
                "wait": "on",
            }
        )
        jobs = [("/events/bench/register/", body, cookie) for cookie in cookies[number * share : last]]
        bare_rate, _times = run(port, [bare_job] * len(jobs) * 4, 200)
        rate, times = run(port, jobs, 302)
        bare_rates.append(bare_rate)
        rates.append(rate)
        ratios.append(rate / bare_rate)
        all_times += times
    all_times.sort()
    return {
        "signups_per_second": round(median(rates), 1),
        "bare_rows_per_second": round(median(bare_rates), 1),
        "ratio": round(median(ratios), 4),
        "ms_median": round(median(all_times), 1),
        "ms_p95": round(all_times[int(len(all_times) * 0.95)], 1),
    }


if __name__ == "__main__":
    main()
