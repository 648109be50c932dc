"""Questions in investors' own words, and which of them the search answers.

A hundred were written by the author of the rules: one half tunes them, the other was committed with it before them.
Fifty fresh ones are another hand's, fifty more a third's, asked once lessons had readers' phrasings. The first result
of each is in ``docs/decisions/0019-search.md``.
"""

import hashlib
import tomllib
from pathlib import Path

FIRST = 5
# What each set may not fall below, now that it was seen: a guard against getting worse, no measurement any more.
SHARES = {"tuning": 0.95, "held_out": 0.94, "fresh": 0.9, "third": 0.94}


def _read(name):
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))["queries"]


def queries_of(name):
    """Return the set ``name``; the first hundred are tuning and held out by the digest of their text."""
    if name in {"fresh", "third"}:
        return _read(f"search_queries_{name}.toml")
    ranked = sorted(_read("search_queries.toml"), key=lambda asked: hashlib.sha256(asked["q"].encode()).hexdigest())
    middle = len(ranked) // 2
    return {"tuning": ranked[:middle], "held_out": ranked[middle:]}[name]


def judge(client, paths, queries):
    """Return the judged queries, and what was shown first for each of those that missed."""
    judged = [asked for asked in queries if any(code in paths for code in asked["lessons"])]
    missed = {}
    for asked in judged:
        results = client.get("/search/", {"q": asked["q"], "format": "json"}).json()["results"][:FIRST]
        right = {paths[code] for code in asked["lessons"] if code in paths}
        if not right & {result["url"] for result in results}:
            missed[asked["q"]] = (asked["lessons"], [result["title"] for result in results])
    return judged, missed
