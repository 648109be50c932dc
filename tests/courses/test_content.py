"""The demo content: every stated result recomputes, every block holds together, every code is known."""

from decimal import Decimal

import pytest

from core.arithmetic import check_result, evaluate, read_number
from courses.actions.block_importing import body_to_stream
from courses.blocks import LessonBody, chart_of, read_change, worked_example_errors
from courses.models import Drill
from tests.factories.courses import CONTENT, read_content

FILES = sorted(
    str(path.relative_to(CONTENT)) for folder in ("lessons", "articles") for path in (CONTENT / folder).glob("*.toml")
)
TEXTS = [name for name in FILES if "body" in read_content(name)]


def _blocks(name, kind):
    return [block for block in read_content(name)["body"] if block["type"] == kind]


def test_the_content_is_there():
    written = [read_content(name)["code"] for name in TEXTS if name.startswith("lessons/")]
    assert sorted(written) == sorted(f"{track}-{number:02}" for track in "DAR" for number in range(1, 13))
    assert len([name for name in TEXTS if name.startswith("articles/")]) >= 12
    assert len(read_content("glossary.toml")["terms"]) >= 20


@pytest.mark.parametrize("name", TEXTS)
def test_every_stated_result_recomputes(name):
    for example in _blocks(name, "worked_example"):
        names = {row["name"]: read_number(row["value"]) for row in example["inputs"]}
        for row in example["lines"]:
            names[row["name"]] = check_result(row["formula"], names, decimals=row["decimals"], result=row["result"])
        total = example["total"]
        check_result(total["formula"], names, decimals=total["decimals"], result=total["result"])
        signs = set()
        for row in example["outcomes"]:
            check_result(row["formula"], names, decimals=row["decimals"], result=row["result"])
            change = check_result(row["change_formula"], names, decimals=row["decimals"], result=row["change_result"])
            signs.add((change > 0) - (change < 0))
        assert {1, -1} <= signs, "a good and a bad outcome"


@pytest.mark.django_db
@pytest.mark.parametrize("name", TEXTS)
def test_every_body_is_valid_as_an_editor_would_have_to_make_it(name):
    for item in _blocks(name, "drill"):
        Drill.objects.create(slug=item["drill"], title=read_content(f"drills/{item['drill']}.toml")["title"])
    block = LessonBody()
    cleaned = block.clean(block.to_python(body_to_stream(read_content(name)["body"])))
    assert len(cleaned) == len(read_content(name)["body"])


@pytest.mark.parametrize("name", TEXTS)
def test_a_changed_result_is_refused(name):
    """The control: one digit off in any stated result is an error beside it."""
    for example in _blocks(name, "worked_example"):
        wrong = {**example, "total": {**example["total"], "result": str(Decimal(example["total"]["result"]) + 1)}}
        assert set(worked_example_errors(wrong)) == {"total"}
        assert worked_example_errors(example) == {}


@pytest.mark.parametrize("name", TEXTS)
def test_figures_draw_at_both_ends_of_what_may_be_asked(name):
    block = LessonBody()
    for item in block.to_python(body_to_stream(_blocks(name, "figure"))):
        for row in item.value["inputs"]:
            if row["change"]:
                for asked in (row["min"], row["value"], row["max"]):
                    chart = chart_of(item.value, read_change(item.value, asked))
                    assert len(chart.rows) == len(item.value["x"])


@pytest.mark.parametrize("name", TEXTS)
def test_misconception_blocks_name_misconceptions_of_the_file(name):
    data = read_content(name)
    known = {row["code"] for row in data.get("misconceptions", [])}
    assert {block["code"] for block in _blocks(name, "misconception")} <= known


def test_question_checks_recompute():
    for path in (CONTENT / "quizzes").glob("*.toml"):
        data = read_content(f"quizzes/{path.name}")
        for question in data["questions"] + data.get("twins", []):
            if check := question.get("check"):
                names = {key: read_number(str(value)) for key, value in check["inputs"].items()}
                exponent = Decimal(check["result"]).as_tuple().exponent
                check_result(check["formula"], names, decimals=max(0, -exponent), result=check["result"])
                assert evaluate(check["formula"], names) is not None


def test_each_twin_asks_the_misconception_of_its_question_in_other_words():
    for path in (CONTENT / "quizzes").glob("*.toml"):
        data = read_content(f"quizzes/{path.name}")
        questions = {question["code"]: question for question in data["questions"]}
        for twin in data.get("twins", []):
            question = questions[twin["twin_of"]]
            assert _misconceptions(twin) & _misconceptions(question)
            assert twin["stem"] != question["stem"]


def _misconceptions(question):
    return {option["misconception"] for option in question["options"] if not option["correct"]}
