"""How fast the real sender is, beside smtplib with messages already built, in one run against one local sink.

Prints one JSON line: ``ratio`` is messages a second through claim, render, begin, send and record on one sender, over
smtplib's on one kept connection; only the ratio means anything on another machine. Usage: send.py [--messages N]
"""

import argparse
import json
import os
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BODY_BYTES = 19_000


def _environment(port, folder, database, window):
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "tests.faults.delivery_settings",
        "VAR_DIR": str(folder / "var"),
        "DATABASE_URL": database,
        "TEST_BROKER_URL": f"filesystem://{folder / 'broker'}",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DELIVERY_WINDOW": str(window),
        "BENCHMARK_BODY_BYTES": str(BODY_BYTES),
    }


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(port):
    for _attempt in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the sink did not start")


def _accepted(log):
    with log.open("rb") as file:
        return sum(1 for _line in file)


def _wait_until(log, number):
    while _accepted(log) < number:
        time.sleep(0.01)


def _smtplib_rate(port, message, recipients):
    """Messages a second of smtplib on one kept connection, the message built beforehand."""
    with smtplib.SMTP("127.0.0.1", port) as connection:
        connection.sendmail("edu@example.com", "warm@example.com", message)
        started = time.perf_counter()
        for number in range(recipients):
            connection.sendmail("edu@example.com", f"p{number}@example.com", message)
        return recipients / (time.perf_counter() - started)


def _python(environment, *arguments):
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def _worker_rate(environment, log, messages):
    """Messages a second of a real worker, from its tenth part to its end, so that start-up does not count."""
    _python(environment, "-m", "tests.faults.delivery_process", "enqueue", str(messages))
    before = _accepted(log)
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "edu_site", "worker", "--loglevel=ERROR", "--concurrency=1"],
        env=environment,
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        head = messages // 10
        _wait_until(log, before + head)
        started, start_count = time.perf_counter(), _accepted(log) - before
        _wait_until(log, before + messages)
        return (messages - start_count) / (time.perf_counter() - started)
    finally:
        worker.terminate()
        worker.wait(30)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--window", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="edu-bench-send-"))
    log = folder / "accepted.log"
    log.touch()
    (folder / "var").mkdir()
    port = _free_port()
    database = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'site.sqlite3'}"
    environment = _environment(port, folder, database, options.window)
    sink = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.delivery_process", "sink", str(port), str(log), "0"],
        env=environment,
        cwd=ROOT,
    )
    try:
        _wait_for(port)
        _python(environment, "manage.py", "migrate", "--verbosity=0")
        message = _python(environment, "-m", "tests.faults.delivery_process", "example").replace("\n", "\r\n").encode()
        reference = [_smtplib_rate(port, message, options.messages // 2)]
        ours = _worker_rate(environment, log, options.messages)
        # Before and after, because other work on the machine comes and goes.
        reference.append(_smtplib_rate(port, message, options.messages // 2))
        print(
            json.dumps(
                {
                    "benchmark": "send",
                    "database": database.split(":", 1)[0],
                    "messages": options.messages,
                    "bytes": len(message),
                    "window": options.window,
                    "worker_per_second": round(ours, 1),
                    "smtplib_per_second": round(statistics.mean(reference), 1),
                    "ratio": round(ours / statistics.mean(reference), 3),
                }
            )
        )
    finally:
        sink.terminate()
        sink.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
