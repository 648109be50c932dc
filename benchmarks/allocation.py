"""The allocation lab, 10,000 paths of 30 years for three mixes, against the bare simulation in numpy.

The bare simulation is what anyone would write in ten lines: all normal numbers at once, the correlations by a matrix,
the mixes, the running product, and the three percentiles of every year; no closed forms, no checks. The lab is measured
twice: what it computes (``ratio``), and the whole request with form, figures, tables and page (``page_ratio``), each
time with a seed that it has not seen. Prints one line of JSON: medians of alternating rounds.
"""

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 15
YEARS = 30


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "edu_site.settings.test"
    # A database in memory: the pages of the tools ask it for related lessons only.
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    import logging

    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    from courses.tools import views
    from courses.tools.allocation import outcomes
    from courses.tools.lab_form import AllocationForm

    views._DRAWS = replace(views._DRAWS, count=10_000)
    form = AllocationForm.filled({"years": str(YEARS)})
    assert form.is_valid(), form.errors
    base = form.assumptions()
    client = Client()
    drawn, bare, pages = [], [], []
    # The first round loads what is loaded once.
    for seed in range(1, ROUNDS + 2):
        assumptions = replace(base, seed=seed)
        numbers = {**AllocationForm.starting_numbers(), "years": str(YEARS), "seed": str(seed)}
        bare.append(seconds(lambda assumptions=assumptions: simulate(assumptions)))
        drawn.append(seconds(lambda assumptions=assumptions: outcomes(assumptions)))
        pages.append(seconds(lambda numbers=numbers: ask(client, numbers)))
    bare, drawn, pages = bare[1:], drawn[1:], pages[1:]
    print(
        json.dumps(
            {
                "paths": base.paths,
                "years": YEARS,
                "mixes": len(base.weights),
                "lab_ms": round(median(drawn) * 1000, 1),
                "bare_ms": round(median(bare) * 1000, 1),
                "ratio": round(median(one / other for one, other in zip(drawn, bare, strict=True)), 2),
                "page_ms": round(median(pages) * 1000, 1),
                "page_ratio": round(median(one / other for one, other in zip(pages, bare, strict=True)), 2),
            }
        )
    )


def simulate(assumptions):
    """Return the 10th, 50th and 90th percentile of every year, mix by mix."""
    import numpy as np

    centres, spreads = (np.array(part) for part in assumptions.logs)
    lower = np.linalg.cholesky(np.array(assumptions.correlations))
    source = np.random.default_rng(assumptions.seed)
    normal = source.standard_normal((assumptions.paths, assumptions.years, len(centres)))
    factors = np.exp(normal @ lower.T * spreads + centres)
    wealth = np.cumprod(factors @ np.array(assumptions.weights).T, axis=1)
    return np.percentile(wealth, [10, 50, 90], axis=0)


def ask(client, numbers) -> None:
    answer = client.get("/tools/allocation/", numbers)
    assert answer.status_code == 200
    assert "最差一成的平均" in answer.content.decode()


def seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
