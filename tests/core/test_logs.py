"""Logs say what happened and to nobody in particular."""

import json
import logging
import sys

import pytest

from core.logs import JsonFormatter, ScrubFilter, scrub


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail to lin.yan+x@example.com failed", "mail to [mail] failed"),
        ("sms to 13800138000", "sms to [phone]"),
        ("sms to +8613800138000.", "sms to [phone]."),
        ("GET /search/?q=secret HTTP", "GET /search/?[query] HTTP"),
        ("code 481516 sent", "code [digits] sent"),
        ("token WyI4MSIsMTc2NDA0NzIwMF0:1vNQ2x:abcdefgh", "token [token]"),
        ("took 12 ms for 1500 rows", "took 12 ms for 1500 rows"),
    ],
)
def test_scrub_masks_what_names_a_person_or_opens_a_door(text, expected):
    assert scrub(text) == expected


def test_a_record_becomes_one_json_line_without_secrets():
    record = logging.LogRecord("messaging", logging.WARNING, __file__, 1, "to %s", ("a@example.com",), None)
    record.row = 7
    assert ScrubFilter().filter(record)
    entry = json.loads(JsonFormatter().format(record))
    assert (entry["message"], entry["level"], entry["logger"], entry["row"]) == ("to [mail]", "warning", "messaging", 7)


def test_what_is_passed_beside_the_message_is_scrubbed_too(rf):
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "failed", (), None)
    record.request, record.row = rf.get("/search/?q=13800138000"), 7
    ScrubFilter().filter(record)
    entry = json.loads(JsonFormatter().format(record))
    assert (entry["request"], entry["row"]) == ("<WSGIRequest: GET '/search/?[query]'>", 7)


def test_a_traceback_is_scrubbed_too():
    try:
        int("13800138000 x")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    ScrubFilter().filter(record)
    line = JsonFormatter().format(record)
    assert "13800138000" not in line
    assert "ValueError: invalid literal" in json.loads(line)["traceback"]


@pytest.mark.django_db
def test_the_access_log_names_the_route_not_the_address(client, caplog):
    with caplog.at_level(logging.INFO, logger="access"):
        client.get("/mode/?size=l&next=/me/&secret=13800138000")
    record = caplog.records[-1]
    assert (record.method, record.route, record.status) == ("GET", "mode/", 302)
    assert "secret" not in json.dumps({k: str(v) for k, v in vars(record).items() if k != "request"})
