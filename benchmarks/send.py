"""How fast the real sender is, beside smtplib with messages already built, in one run against one local sink.

A real worker claims, renders, begins, sends and records the site's campaign letter (about 19 KB of text and HTML,
each different) on a PostgreSQL server of the run's own with fsync on. The reference is smtplib on one kept connection
with the same messages built beforehand, measured before, between and after. Prints one JSON line: ``ratio`` is messages
a second over the reference's; only ratios mean anything on another machine. ``cpu`` is CPU seconds for 1,000 messages
and, for the sink, the share of one core, which tells whether it held the others back.

    python benchmarks/send.py [--messages 1500]
"""

import argparse
import os
import platform
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.rig import Rig, mean, report, seconds_of, steady_rate, tree_seconds

TARGETS = {"one_worker_window_1": 0.4, "one_worker_window_10": 0.6, "two_workers_window_10": 0.9}
SHAPES = {"one_worker_window_1": (1, 1), "one_worker_window_10": (1, 10), "two_workers_window_10": (2, 10)}


class Run:
    """The measurements of one run."""

    def __init__(self, rig: Rig, messages: int) -> None:
        self.rig = rig
        self.messages = messages
        self.references: list[float] = []
        self.sink_share_of_reference = 0.0
        rig.delivery("people", 0, messages)
        self.campaign = rig.delivery("campaign")
        self.source = rig.folder / "letters"
        self.shape = rig.delivery("letters", self.campaign, messages, self.source)
        if self.shape["different"] != messages:
            raise SystemExit("the messages do not differ")

    def reference(self) -> None:
        """Measure smtplib once more."""
        before, started = seconds_of(self.rig.sink), time.perf_counter()
        rate = self.rig.delivery("reference", self.rig.sink_port, self.source)["rate"]
        self.references.append(rate)
        busy = (seconds_of(self.rig.sink) - before) / self.messages * rate
        self.sink_share_of_reference = max(self.sink_share_of_reference, busy)
        del started

    def workers(self, senders: int, window: int) -> dict[str, float]:
        """Send a campaign with ``senders`` processes and return messages a second and CPU seconds."""
        rig = self.rig
        settings = {"DELIVERY_WINDOW": str(window), "DELIVERY_SENDERS": str(senders)}
        already = len(rig.accepted())
        rig.delivery("enqueue", self.campaign, f"{senders}-{window}", self.messages, senders, **settings)
        sink, database = seconds_of(rig.sink), rig.database_seconds()
        with rig.worker(senders, **settings) as worker:
            rig.wait_for(already + self.messages // 10)
            ours = tree_seconds(worker)
            rig.wait_for(already + self.messages)
            ours = tree_seconds(worker) - ours
            sink, database = seconds_of(rig.sink) - sink, rig.database_seconds() - database
        times = rig.accepted(already)
        rate = steady_rate(times)
        thousand = self.messages / 1000
        return {
            "rate": rate,
            "worker_cpu": ours / (thousand * 0.9),
            "sink_cpu": sink / thousand,
            "database_cpu": database / thousand,
            "sink_share": sink / self.messages * rate,
        }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1500)
    messages = parser.parse_args().messages
    with Rig() as rig:
        run = Run(rig, messages)
        run.reference()
        found = {}
        for name, (senders, window) in SHAPES.items():
            found[name] = run.workers(senders, window)
            run.reference()
        reference = mean(run.references)
        ratios = {name: round(figures["rate"] / reference, 3) for name, figures in found.items()}
        report(
            benchmark="send",
            python=platform.python_version(),
            cores=os.cpu_count(),
            database="PostgreSQL of its own",
            fsync=rig.fsync,
            messages=messages,
            bytes=run.shape["bytes"],
            reference="smtplib, one kept connection, messages built before",
            reference_per_second=[round(rate) for rate in run.references],
            per_second={name: round(figures["rate"], 1) for name, figures in found.items()},
            ratio=ratios,
            target=TARGETS,
            met={name: ratios[name] >= target for name, target in TARGETS.items()},
            cpu={
                name: {key: round(value, 3) for key, value in figures.items() if key != "rate"}
                for name, figures in found.items()
            },
            sink_share_of_reference=round(run.sink_share_of_reference, 3),
        )


if __name__ == "__main__":
    main()
