"""Blocks that read differently in an article, and what authors write twice."""

import pytest

from core.blocks import IfThenBlock

pytestmark = pytest.mark.django_db

PREDICTION = {
    "type": "prediction",
    "question": "多少钱？",
    "options": [{"key": "a", "text": "一元"}, {"key": "b", "text": "两元"}],
    "answer": "b",
    "reveal": "<p>两元。</p>",
}


@pytest.mark.parametrize(
    ("if_text", "then_text", "shown"),
    [
        ("有人催我", "挂断", ("有人催我", "挂断")),
        ("如果有人催我", "我就挂断", ("有人催我", "挂断")),
        ("如果，有人催我", "那么我就：挂断", ("有人催我", "挂断")),
        ("如果", "我就", ("如果", "我就")),
        ("有人说如果", "问我就行", ("有人说如果", "问我就行")),
    ],
)
def test_the_words_of_the_card_are_not_said_twice(if_text, then_text, shown):
    block = IfThenBlock()
    context = block.get_context(block.to_python({"if_text": if_text, "then_text": then_text}))
    assert (context["if_text"], context["then_text"]) == shown


def test_a_guess_in_an_article_is_answered_by_the_article(course_site, client):
    article = course_site.article(body=[PREDICTION])
    lesson = course_site.lesson(body=[PREDICTION])
    answers = [client.get(page.url + "?guess=a").content.decode() for page in (article, lesson)]
    assert [("这一篇算出来" in page, "这一课算出来" in page) for page in answers] == [(True, False), (False, True)]


def test_each_cell_of_a_text_table_knows_its_heading(course_site, client):
    table = {
        "type": "table",
        "head": ["做法", "好处", "坏处"],
        "rows": [["分批", "慢慢来", "要记账"]],
        "caption": "两种做法",
    }
    page = client.get(course_site.article(body=[table]).url).content.decode()
    assert '<th scope="row">分批</th><td data-label="好处">慢慢来</td><td data-label="坏处">要记账</td>' in page
