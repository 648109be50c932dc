"""Megabytes of Chinese text a second through the phrase check, against a bare pass of one compiled expression.

The text is the demo content with labelled sentences in it, so that findings are about as frequent as in texts that
need an editor. The bare pass is one alternation of all patterns, grouped by their first characters, over the same text,
and nothing else. Prints one line of JSON: rates, ratio (the median of alternating rounds), and how the time grows for
hostile input.
"""

import json
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
MEGABYTES = 2


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from compliance.check import check_text
    from compliance.rules import rule_set

    text = sample()
    size = len(text.encode()) / 1_000_000
    bare = rule_set().trigger
    rates, bare_rates = [], []
    found = len(check_text(text))
    for _round in range(ROUNDS):
        bare_rates.append(size / seconds(lambda: sum(1 for _match in bare.finditer(text))))
        rates.append(size / seconds(lambda: check_text(text)))
    ratios = [rate / bare_rate for rate, bare_rate in zip(rates, bare_rates, strict=True)]
    lesson = text[:3000]
    print(
        json.dumps(
            {
                "text_mb": round(size, 2),
                "findings": found,
                "mb_per_second": round(median(rates), 2),
                "bare_mb_per_second": round(median(bare_rates), 2),
                "ratio": round(median(ratios), 3),
                "ms_for_3000_characters": round(
                    median(seconds(lambda: check_text(lesson)) for _ in range(20)) * 1000, 2
                ),
                "growth_for_4_times_hostile_text": growth(check_text),
            }
        )
    )


def sample() -> str:
    """Return about ``MEGABYTES`` of the site's own content, a labelled sentence after each few lines of it."""
    lines = [
        line
        for path in sorted((ROOT / "edu_site/demo/content").rglob("*.toml"))
        for line in strings(tomllib.loads(path.read_text(encoding="utf-8")))
    ]
    labelled = (ROOT / "tests/compliance/sentences_tuning.jsonl").read_text(encoding="utf-8").splitlines()
    sentences = [json.loads(line)["text"] for line in labelled]
    step = max(len(lines) // len(sentences), 1)
    for number, sentence in enumerate(sentences):
        lines.insert(number * (step + 1), sentence)
    once = "\n".join(lines) + "\n"
    return once * (MEGABYTES * 1_000_000 // len(once.encode()) + 1)


def strings(value) -> Iterator[str]:
    """Yield the Chinese texts within a content file, as an editor would see them."""
    if isinstance(value, str):
        if not value.isascii():
            yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def growth(check_text) -> dict[str, float]:
    """Return how many times longer four times as much text takes; 4 is linear, 16 quadratic."""
    hostile = {
        "phrases": "保本",
        "spaced": "保 ",
        "open_tags": "<b",
        "no_stops": "不可能不",
        "entities": "&#2",
        "digits": "收益1",
        "quotes": "“稳赚",
    }
    return {
        name: round(best(check_text, unit * 40_000) / best(check_text, unit * 10_000), 1)
        for name, unit in hostile.items()
    }


def best(check_text, text: str) -> float:
    return min(seconds(lambda: check_text(text)) for _ in range(3))


def seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
