import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from core.registries import text_findings


def run(path, **options):
    out = io.StringIO()
    call_command("check_text", str(path), stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def standard_input(monkeypatch):
    def give(content):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return give


def test_check_text_answers_each_line_with_one_line_of_json(tmp_path):
    source = tmp_path / "texts.txt"
    source.write_bytes("本产品保·本\r\n\n基金不保本\n\u2028末行".encode())

    assert run(source) == [
        {
            "text": "本产品保·本",
            "findings": [
                {
                    "category": "GUAR",
                    "severity": "block",
                    "match": "保·本",
                    "start": 3,
                    "end": 6,
                    "rule": "GUAR-principal",
                }
            ],
        },
        {"text": "", "findings": []},
        {"text": "基金不保本", "findings": []},
        {"text": "\u2028末行", "findings": []},
    ]


def test_check_text_reads_standard_input(standard_input):
    standard_input("\ufeff警惕稳赚不赔\n".encode())

    [answer] = run("-")

    assert answer["text"] == "警惕稳赚不赔"
    assert [(found["severity"], found["match"]) for found in answer["findings"]] == [("note", "稳赚不赔")]


def test_check_text_asks_for_statements_only_when_told_the_kind(tmp_path):
    source = tmp_path / "texts.txt"
    source.write_text("收益从哪里来", encoding="utf-8")

    assert [found["rule"] for found in run(source)[0]["findings"]] == []
    assert [found["rule"] for found in run(source, kind="lesson")[0]["findings"]] == ["REQUIRED-risk"]


def test_check_text_says_where_the_input_is_not_utf8_after_answering_what_came_before(tmp_path):
    source = tmp_path / "texts.txt"
    source.write_bytes("好\n".encode() + "保本".encode("gb18030"))
    out = io.StringIO()

    with pytest.raises(CommandError, match="不是 UTF-8 文本：第 2 行第 1 个字节"):
        call_command("check_text", str(source), stdout=out)

    assert json.loads(out.getvalue()) == {"text": "好", "findings": []}


def test_check_text_says_that_a_file_is_missing(tmp_path):
    with pytest.raises(CommandError, match="不能读取"):
        run(tmp_path / "none.txt")


def test_other_apps_reach_the_phrase_check_through_the_registry():
    assert [(found.rule, found.suggestion != "") for found in text_findings("本产品保本", "sms")] == [
        ("GUAR-principal", True)
    ]
