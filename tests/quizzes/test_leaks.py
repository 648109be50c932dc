"""Nothing of an answer leaves the server before its question is answered.

Each hidden text carries a marker of its own; every byte of every response and header on the way is searched.
"""

import re
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from quizzes.models import QuizAttempt
from tests.factories.quizzes import keys_for, letters_for, make_content, make_quiz

pytestmark = pytest.mark.django_db

MARKERS = "甲乙丙"
# Words that only an answer may bring: option feedback, explanation, sentence to keep, beliefs and corrections.
HIDDEN = ("想对", "断处", "记住", "讲解", "总结", "误念", "正念")
# Ways in which a page could hint at the right option.
HINTS = ("correct", "is-right", "data-answer", "data-correct", "aria-checked", "misconception", "remedy", "ld+json")


@pytest.fixture
def client() -> Client:
    make_quiz(
        contents=[
            make_content("甲", right="b", count=6),
            make_content("乙", right="ad", count=6),
            make_content("丙", right="f", count=6),
        ],
        pass_mark=2,
    )
    return Client()


def _everything(response: Any) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    cookies = "\n".join(morsel.OutputString() for morsel in response.cookies.values())
    return f"{headers}\n{cookies}\n{response.content.decode()}"


def _assert_silent(response: Any, *, about: str) -> None:
    text = _everything(response)
    for marker in about:
        for hidden in HIDDEN:
            assert f"{hidden}{marker}" not in text, f"{hidden}{marker} in {response.request['PATH_INFO']}"


def _assert_no_hint(response: Any) -> None:
    text = _everything(response).lower()
    for hint in HINTS:
        assert hint not in text, f"{hint} in {response.request['PATH_INFO']}"
    assert "<!--" not in text


def test_nothing_leaves_before_the_answer(client: Client) -> None:
    for path in ("/quizzes/", "/quizzes/d-03/", "/quizzes/d-03/start/"):
        response = client.get(path)
        _assert_silent(response, about=MARKERS)
        _assert_no_hint(response)
    draft = re.search(r'name="draft" value="([^"]+)"', client.get("/quizzes/d-03/start/").content.decode()).group(1)
    for data in ({"draft": draft}, {"draft": draft, "choice": "Z"}, {"draft": "x", "choice": "A"}):
        _assert_silent(client.post("/quizzes/d-03/start/", data), about=MARKERS)
    _assert_silent(client.post("/quizzes/d-03/start/", {"draft": draft, "choice": "A"}), about=MARKERS)

    attempt = QuizAttempt.objects.get()
    base = f"/quizzes/attempts/{attempt.public_id}/"
    for position, silent in ((1, "乙丙"), (2, "丙"), (3, "")):
        if position > 1:
            before = client.get(f"{base}{position}/")
            _assert_silent(before, about=MARKERS[position - 1 :])
            _assert_no_hint(before)
            for bad in ([], ["Z"]):
                _assert_silent(client.post(f"{base}{position}/", {"choice": bad}), about=MARKERS[position - 1 :])
            letters = letters_for(attempt, position, keys_for(attempt, position, right=False))
            _assert_silent(client.post(f"{base}{position}/", {"choice": letters}), about=silent)
        after = client.get(f"{base}{position}/")
        assert f"讲解{MARKERS[position - 1]}" in after.content.decode()
        for later in range(position, 3):
            for path in (f"{base}{later + 1}/", base, f"{base}finish/", "/quizzes/d-03/start/"):
                _assert_silent(client.get(path, follow=True), about=MARKERS[later:])
        _assert_silent(after, about=silent)
    result = client.get(base).content.decode()
    assert all(f"讲解{marker}" in result for marker in "乙丙")


def test_search_and_lists_say_nothing(client: Client) -> None:
    for path in (
        "/search/?q=讲解甲&format=json",
        "/search/?q=选项甲b&format=json",
        "/quizzes/?page=2",
        "/quizzes/d-03/?guess=b",
    ):
        _assert_silent(client.get(path), about=MARKERS)


def test_option_values_are_letters_of_the_page_and_not_keys_of_the_bank(client: Client) -> None:
    page = client.get("/quizzes/d-03/start/").content.decode()

    inputs = re.findall(r"<input[^>]*name=\"choice\"[^>]*>", page)

    assert [re.search(r'value="([^"]*)"', each).group(1) for each in inputs] == list("ABCDEF")
    assert {re.sub(r'(id="choice-|value=")[A-F]"', "", each) for each in inputs} == {
        '<input type="radio" name="choice"  >'
    }


def test_labels_of_right_and_wrong_options_differ_in_their_words_only(client: Client) -> None:
    page = client.get("/quizzes/d-03/start/").content.decode()

    labels = re.findall(r"<label class=.*?</label>", page, flags=re.DOTALL)

    shapes = {re.sub(r"选项甲[a-f]", "", re.sub(r"[A-F](?=[\"<])", "", label)) for label in labels}
    assert len(labels) == 6
    assert len(shapes) == 1


def test_the_right_option_stands_anywhere(client: Client) -> None:
    places = Counter()
    for _visit in range(90):
        page = Client().get("/quizzes/d-03/start/").content.decode()
        places[re.findall(r"选项甲([a-f])", page).index("b")] += 1

    assert set(places) == set(range(6))
    assert max(places.values()) < 40


def test_public_id_does_not_give_the_order_away(client: Client) -> None:
    """The seed is not derived from anything the browser holds."""
    page = client.get("/quizzes/d-03/start/").content.decode()
    draft = re.search(r'name="draft" value="([^"]+)"', page).group(1)
    client.post("/quizzes/d-03/start/", {"draft": draft, "choice": "A"})

    attempt = QuizAttempt.objects.get()

    assert attempt.seed not in page
    assert attempt.seed not in str(attempt.public_id)
    assert attempt.seed not in _everything(client.get(f"/quizzes/attempts/{attempt.public_id}/1/"))
