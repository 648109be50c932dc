"""The SMS gateway for people and fault tests."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging.simulator import Behaviour, Simulator


class Command(BaseCommand):
    help = (
        "Run an SMS gateway on this machine: POST /send takes messages (SMS_URL=http+json://key:SECRET@127.0.0.1:PORT"
        '/send), POST /reply {"phone", "text"} brings a reply, GET /counts tells what happened.'
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8025, help="0 takes any free one and prints it")
        parser.add_argument("--secret", default="simulator", help="signs what is sent to the gateway")
        parser.add_argument("--webhook-secret", default="", help="signs receipts and replies (SMS_WEBHOOK_SECRET)")
        parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS", help="before each answer")
        parser.add_argument("--throttle-per-second", type=int, default=0, metavar="N", help="more are THROTTLED")
        parser.add_argument(
            "--error-rate", action="append", default=[], metavar="CODE=RATE", help="answer CODE instead of accepting"
        )
        parser.add_argument("--accept-then-timeout-rate", type=float, default=0.0, metavar="RATE")
        parser.add_argument("--hang", type=float, default=30.0, metavar="SECONDS", help="how long silence lasts")
        parser.add_argument("--html-rate", type=float, default=0.0, metavar="RATE", help="answer a page, not accepting")
        parser.add_argument("--html-status", type=int, default=503)
        parser.add_argument("--receipts-url", default="", help="where receipts are posted; empty sends none")
        parser.add_argument("--receipt-delay", type=float, default=1.0, metavar="SECONDS")
        parser.add_argument(
            "--receipt-rate", action="append", default=[], metavar="CODE=RATE", help="report CODE instead of DELIVRD"
        )
        parser.add_argument("--replies-url", default="", help="where replies are posted")
        parser.add_argument("--idempotent", action="store_true", help="take each client reference once")
        parser.add_argument("--log", type=Path, default=None, metavar="FILE", help="one JSON line an accepted message")
        parser.add_argument("--seed", type=int, default=None, help="the same faults again")

    def handle(self, *args: Any, **options: Any) -> None:
        behaviour = Behaviour(
            secret=options["secret"],
            webhook_secret=options["webhook_secret"] or settings.SMS_WEBHOOK_SECRET,
            delay=options["delay"],
            throttle_per_second=options["throttle_per_second"],
            errors=_rates(options["error_rate"]),
            accept_then_timeout=options["accept_then_timeout_rate"],
            hang=options["hang"],
            html=options["html_rate"],
            html_status=options["html_status"],
            receipts_url=options["receipts_url"],
            replies_url=options["replies_url"],
            receipt_delay=options["receipt_delay"],
            receipt_codes=_rates(options["receipt_rate"]),
            idempotent=options["idempotent"],
            seed=options["seed"],
        )
        with Simulator(("127.0.0.1", options["port"]), behaviour, options["log"]) as server:
            self.stdout.write(f"SMS simulator on http://127.0.0.1:{server.server_address[1]}/send")
            self.stdout.flush()
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write(str(dict(server.counts)))


def _rates(given: list[str]) -> dict[str, float]:
    """Parse ``CODE=0.01``; raise ``CommandError`` for what is none."""
    rates = {}
    for item in given:
        code, _equals, rate = item.partition("=")
        try:
            rates[code] = float(rate)
        except ValueError as error:
            raise CommandError(f"{item}: CODE=RATE is expected, for example BUSY=0.01") from error
        if not code or not 0 <= rates[code] <= 1:
            raise CommandError(f"{item}: CODE=RATE is expected, for example BUSY=0.01")
    return rates
