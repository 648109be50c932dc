"""Whether the memory of who queues and who sends stays flat, however many people a campaign goes to.

A fresh process queues a campaign from a generator and a fresh worker sends it to the local sink: for 1,000 people and
for many. Prints one JSON line with the highest resident size of both (MiB) and ``ratio``, many over 1,000; flat means
within a tenth.

    python benchmarks/memory.py [--many 20000] [--long]     (--long: 200,000)
"""

import argparse
import sys
import threading
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.rig import Rig, report

FEW = 1000


class Watch(threading.Thread):
    """Remembers the highest resident size of the worker's sending processes."""

    def __init__(self, worker: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._worker = worker
        self.ended = threading.Event()
        self.highest = 0

    def run(self) -> None:
        while not self.ended.wait(0.2):
            for child in self._worker.children():
                try:
                    self.highest = max(self.highest, child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue


def measure(rig: Rig, campaign: int, people: int) -> dict[str, float]:
    """Queue and send to ``people`` and return the highest sizes in MiB."""
    already = len(rig.accepted())
    queued = rig.delivery("enqueue", campaign, f"memory-{people}", people)
    with rig.worker(DELIVERY_WINDOW="10") as worker:
        watch = Watch(worker)
        watch.start()
        rig.wait_for(already + people, seconds=3600)
        watch.ended.set()
        watch.join()
    return {"queue": queued["peak_kib"] / 1024, "send": watch.highest / 2**20}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--many", type=int, default=20_000)
    parser.add_argument("--long", action="store_true")
    options = parser.parse_args()
    many = 200_000 if options.long else options.many
    with Rig() as rig:
        rig.delivery("people", 0, many)
        campaign = rig.delivery("campaign")
        few, lots = measure(rig, campaign, FEW), measure(rig, campaign, many)
        ratio = {name: round(lots[name] / few[name], 3) for name in few}
        report(
            benchmark="memory",
            people=[FEW, many],
            mib={name: [round(few[name], 1), round(lots[name], 1)] for name in few},
            ratio=ratio,
            target="0.9 to 1.1",
            met={name: 0.9 <= value <= 1.1 for name, value in ratio.items()},
        )


if __name__ == "__main__":
    main()
