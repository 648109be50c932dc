"""What the delivery benchmarks stand on: a PostgreSQL server and a mail sink of their own, and workers beside them."""

import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import psutil

from tests.faults.services import PostgresServer, free_port, missing, wait_for_port

ROOT = Path(__file__).resolve().parent.parent


def _leave(*_signal: object) -> None:
    raise SystemExit("interrupted")


class Rig:
    """Servers and a migrated database that live as long as the block; the data lies on the disk, fsync on."""

    def __init__(self) -> None:
        absent = missing(*PostgresServer.programs)
        if absent:
            raise SystemExit(f"this benchmark starts a PostgreSQL server of its own, and this machine lacks: {absent}")
        # An interrupted benchmark must not leave its servers behind.
        signal.signal(signal.SIGTERM, _leave)
        self.folder = Path(tempfile.mkdtemp(prefix="edu-bench-"))
        self.log = self.folder / "accepted.log"
        self.log.touch()
        self.postgres = PostgresServer()
        self.fsync = str(self.postgres.execute("SHOW fsync")[0][0])
        if self.fsync != "on":
            raise SystemExit("fsync is off: the figures would mean nothing")
        self.database = self.postgres.create_database()
        self.sink_port = free_port()
        self.sink = self._start_sink()

    def _start_sink(self) -> psutil.Process:
        command = [sys.executable, "-m", "tests.faults.smtp_server", str(self.sink_port), str(self.log), "{}"]
        process = psutil.Popen(command, cwd=ROOT, start_new_session=True)
        wait_for_port(self.sink_port)
        return process

    def __enter__(self) -> Self:
        self.python("manage.py", "migrate", "--verbosity=0")
        return self

    def __exit__(self, *error: object) -> None:
        self.sink.kill()
        self.sink.wait()
        self.postgres.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, **more: str) -> dict[str, str]:
        """Return what a process of the site needs to find the servers."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "benchmarks.delivery_settings",
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.postgres.url(self.database),
            "TEST_BROKER_URL": f"filesystem://{self.folder / 'broker'}",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.sink_port}",
            **more,
        }

    def python(self, *arguments: str, **environment: str) -> str:
        """Run a process of the site to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self.environment(**environment),
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)}:\n{done.stderr[-2000:]}")
        return done.stdout

    def delivery(self, *arguments: object, **environment: str) -> Any:
        """Run one command of benchmarks/delivery.py and return the JSON that it printed last."""
        printed = self.python("-m", "benchmarks.delivery", *(str(part) for part in arguments), **environment)
        return json.loads(printed.splitlines()[-1]) if printed.strip() else None

    @contextlib.contextmanager
    def worker(self, processes: int = 1, **environment: str) -> Iterator[psutil.Process]:
        """Run a Celery worker beside the block."""
        command = [sys.executable, "-m", "celery", "-A", "edu_site", "worker", "--loglevel=ERROR"]
        with (self.folder / "worker.log").open("ab") as output:
            process = psutil.Popen(
                [*command, f"--concurrency={processes}"],
                env=self.environment(**environment),
                cwd=ROOT,
                start_new_session=True,
                stdout=output,
                stderr=output,
            )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)

    def accepted(self, already: int = 0) -> list[float]:
        """Return the times at which the sink took messages, in order, without the first ``already``."""
        with self.log.open() as file:
            return sorted(float(line.rsplit(" ", 1)[1]) for line in file)[already:]

    def wait_for(self, number: int, seconds: float = 900) -> None:
        """Return when the sink has taken ``number`` messages in all; looks seldom, so as not to be in the way."""
        deadline = time.monotonic() + seconds
        line = 0
        with self.log.open("rb") as file:
            while line < number:
                line += file.read().count(b"\n")
                if time.monotonic() > deadline:
                    worker_says = (self.folder / "worker.log").read_text()[-1000:]
                    raise SystemExit(f"{line} of {number} messages after {seconds} s\n{worker_says}")
                time.sleep(0.1)

    def database_seconds(self) -> float:
        """Return the CPU seconds that the database server has used so far, ended connections included."""
        postmaster = psutil.Process(self.postgres.pid)
        times = postmaster.cpu_times()
        total = times.user + times.system + times.children_user + times.children_system
        for child in postmaster.children():
            with contextlib.suppress(psutil.NoSuchProcess):
                total += seconds_of(child)
        return float(total)


def seconds_of(process: psutil.Process) -> float:
    """Return the CPU seconds that one living process has used so far."""
    times = process.cpu_times()
    return float(times.user + times.system)


def tree_seconds(process: psutil.Process) -> float:
    """Return the CPU seconds of a process and its living children."""
    return sum(seconds_of(each) for each in (process, *process.children(recursive=True)))


def steady_rate(times: Sequence[float]) -> float:
    """Return messages a second between the tenth part and the end: start-up does not count."""
    kept = times[len(times) // 10 :]
    return (len(kept) - 1) / (kept[-1] - kept[0])


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean."""
    return statistics.mean(values)


def report(**figures: Any) -> None:
    """Print the one line of a benchmark."""
    print(json.dumps(figures, ensure_ascii=False))
