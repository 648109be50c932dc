"""The same letters through this site's outbox and through django-post_office: messages a second, queuing included.

django-post_office is installed by name into an environment of its own. Both queue the same letters in the same
PostgreSQL server (fsync on) and send them to the same sink; django-post_office gets them rendered, with its default
settings, and keeps its log, as it does by default. They take turns in several rounds. Prints one JSON line; ``ratio``
is ours over theirs, the median of the rounds.

    python benchmarks/post_office.py [--messages 1000] [--rounds 3]
"""

import argparse
import json
import statistics
import subprocess
import sys
import venv
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.rig import ROOT, Rig, report, steady_rate

TARGET = 3.0


def install(folder: Path) -> Path:
    """Make an environment with django-post_office beside the same Django and return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    wanted = [f"Django=={django.__version__}", "psycopg[binary]", "django-post_office"]
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


def theirs(rig: Rig, python: Path, letters: Path) -> dict[str, float]:
    """Let django-post_office queue and send the letters."""
    database = rig.postgres.create_database()
    script = ROOT / "benchmarks" / "post_office_site.py"
    arguments = [rig.postgres.url(database), str(rig.sink_port), str(letters)]
    # -P: this folder's post_office.py is not the one that is meant.
    done = subprocess.run([str(python), "-P", str(script), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def ours(rig: Rig, campaign: int, messages: int, window: int, number: int) -> dict[str, float]:
    """Queue the letters and let one worker send them."""
    already = len(rig.accepted())
    settings = {"DELIVERY_WINDOW": str(window)}
    queued = rig.delivery("enqueue", campaign, f"ours-{window}-{number}", messages, **settings)
    with rig.worker(**settings):
        rig.wait_for(already + messages)
    return {"queue": queued["seconds"], "send": messages / steady_rate(rig.accepted(already))}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    messages = options.messages
    with Rig() as rig:
        python = install(rig.folder / "venv")
        rig.delivery("people", 0, messages)
        campaign = rig.delivery("campaign")
        letters = rig.folder / "letters"
        shape = rig.delivery("letters", campaign, messages, letters)
        rounds = [
            one_round(rig=rig, python=python, letters=letters, campaign=campaign, messages=messages, number=number)
            for number in range(options.rounds)
        ]
        ratios = [ratios_of(found) for found in rounds]
        ratio = {name: round(statistics.median(each[name] for each in ratios), 2) for name in ratios[0]}
        report(
            benchmark="post_office",
            version=rounds[0]["post_office"].get("version"),
            fsync=rig.fsync,
            messages=messages,
            bytes=shape["bytes"],
            seconds=[
                {name: {part: round(figures[part], 2) for part in ("queue", "send")} for name, figures in found.items()}
                for found in rounds
            ],
            ratios=ratios,
            ratio=ratio,
            target=TARGET,
            met={name: value >= TARGET for name, value in ratio.items()},
        )


def one_round(
    *, rig: Rig, python: Path, letters: Path, campaign: int, messages: int, number: int
) -> dict[str, dict[str, float]]:
    """Return the seconds that each took in one round."""
    already = len(rig.accepted())
    found = {"post_office": theirs(rig, python, letters)}
    if len(rig.accepted()) - already != messages:
        raise SystemExit("django-post_office did not send all of them")
    return found | {f"ours_window_{window}": ours(rig, campaign, messages, window, number) for window in (1, 10)}


def ratios_of(found: dict[str, dict[str, float]]) -> dict[str, float]:
    """Return how many times as fast ours was, queuing and sending together."""
    seconds = {name: figures["queue"] + figures["send"] for name, figures in found.items()}
    return {name: round(seconds["post_office"] / taken, 2) for name, taken in seconds.items() if name != "post_office"}


if __name__ == "__main__":
    main()
