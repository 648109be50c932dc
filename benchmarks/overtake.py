"""How long a code waits while a campaign runs: from asking for it to the mail server's yes.

People ask for codes one after the other while a worker sends a campaign of the site's own letter to the local sink,
on PostgreSQL with fsync on. Prints one JSON line: ``waiting`` in seconds, ``campaign_left`` letters that were still to
go when the last code had gone, and ``ratio``, the 95th percentile over the two seconds that are allowed.

    python benchmarks/overtake.py [--letters 10000] [--codes 200] [--long]     (--long: 100,000 and 2,000)
"""

import argparse
import sys
import time
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.rig import Rig, report

ALLOWED = 2.0
WAITING = """
SELECT percentile_cont(ARRAY[0.5, 0.95, 1.0]) WITHIN GROUP (ORDER BY extract(epoch FROM sent_at - created_at)),
  count(sent_at), count(*)
FROM messaging_delivery WHERE category = 'code'
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--codes", type=int, default=200)
    parser.add_argument("--window", type=int, default=1)
    parser.add_argument("--long", action="store_true")
    options = parser.parse_args()
    letters, codes = (100_000, 2000) if options.long else (options.letters, options.codes)
    settings = {"DELIVERY_WINDOW": str(options.window)}
    with Rig() as rig:
        rig.delivery("people", 0, letters)
        campaign = rig.delivery("campaign")
        rig.delivery("enqueue", campaign, "overtake", letters)
        with rig.worker(**settings):
            rig.wait_for(50)
            rig.delivery("codes", codes, 0.02)
            address = rig.postgres.url(rig.database).replace("postgres://", "postgresql://")
            with psycopg.connect(address, autocommit=True) as connection:
                left = waiting = 0
                for _attempt in range(600):
                    percentiles, sent, asked = connection.execute(WAITING).fetchone()
                    waiting = asked - sent
                    if not waiting:
                        break
                    time.sleep(0.1)
                left = connection.execute(
                    "SELECT count(*) FROM messaging_delivery WHERE category = 'campaign' AND sent_at IS NULL"
                ).fetchone()[0]
        if waiting or asked != codes:
            raise SystemExit(f"{waiting} codes never went, {asked} of {codes} were asked for")
        if not left:
            raise SystemExit("the campaign ended before the codes: it needs more letters")
        report(
            benchmark="overtake",
            letters=letters,
            codes=codes,
            window=options.window,
            campaign_left=left,
            waiting={name: round(value, 3) for name, value in zip(("p50", "p95", "max"), percentiles, strict=True)},
            ratio=round(percentiles[1] / ALLOWED, 3),
            target={"p95": ALLOWED},
            met=percentiles[1] < ALLOWED,
        )


if __name__ == "__main__":
    main()
