"""The pages: one question each, answer at once, result for its owner alone."""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core import pagecache
from quizzes.models import QuizAttempt, Response
from tests.factories.accounts import InvestorFactory
from tests.factories.quizzes import keys_for, letters_for, make_attempt, make_content, make_quiz

BACKEND = "accounts.backends.ContactCodeBackend"

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest() -> Client:
    return Client()


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def _draft(client: Client, slug: str = "d-03") -> str:
    page = client.get(f"/quizzes/{slug}/start/").content.decode()
    return re.search(r'name="draft" value="([^"]+)"', page).group(1)


def _start(client: Client, letter: str = "A", slug: str = "d-03") -> QuizAttempt:
    response = client.post(f"/quizzes/{slug}/start/", {"draft": _draft(client, slug), "choice": letter})
    assert response.status_code == 303
    return QuizAttempt.objects.latest("pk")


def _text(response: object) -> str:
    return response.content.decode()


# --- The way through -------------------------------------------------------------------------------------


def test_guest_walks_from_list_to_result(guest: Client) -> None:
    make_quiz(pass_mark=2)

    assert 'href="/quizzes/d-03/"' in _text(guest.get("/quizzes/"))
    assert 'href="/quizzes/d-03/start/"' in _text(guest.get("/quizzes/d-03/"))
    first = guest.get("/quizzes/d-03/start/")
    assert "问句甲？" in _text(first)
    assert QuizAttempt.objects.count() == 0

    attempt = _start(guest)
    feedback = guest.get(f"/quizzes/attempts/{attempt.public_id}/1/")
    assert "讲解甲" in _text(feedback)
    assert f"/quizzes/attempts/{attempt.public_id}/2/" in _text(feedback)
    for position in (2, 3):
        letters = letters_for(attempt, position, keys_for(attempt, position, right=True))
        address = f"/quizzes/attempts/{attempt.public_id}/{position}/"
        answer = guest.post(address, {"choice": letters})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}#feedback")
        assert "答对了" in _text(guest.get(address))

    result = guest.get(f"/quizzes/attempts/{attempt.public_id}/")
    attempt.refresh_from_db()
    assert attempt.finished_at is not None
    assert "通过线是答对 2 题" in _text(result)


def test_answer_to_the_first_question_starts_the_attempt_with_that_answer(guest: Client) -> None:
    make_quiz()

    attempt = _start(guest, "B")

    response = Response.objects.get()
    assert letters_for(attempt, 1, response.chosen) == ["B"]
    assert response.version == attempt.places.get(position=1).version


def test_order_on_the_start_page_is_the_order_in_the_attempt(guest: Client) -> None:
    make_quiz(contents=[make_content("甲", count=8), make_content("乙")])
    page = _text(guest.get("/quizzes/d-03/start/"))
    shown = re.findall(r"选项甲[a-h]", page)

    draft = re.search(r'name="draft" value="([^"]+)"', page).group(1)
    guest.post("/quizzes/d-03/start/", {"draft": draft, "choice": "A"})

    attempt = QuizAttempt.objects.get()
    after = re.findall(
        r'<span class="k">[A-H]</span><span>(选项甲[a-h])',
        _text(guest.get(f"/quizzes/attempts/{attempt.public_id}/1/")),
    )
    assert after == shown
    assert Response.objects.get().chosen == [shown[0][-1]]


def test_error_on_the_start_page_keeps_draft_and_order(guest: Client) -> None:
    make_quiz(contents=[make_content("甲", count=8), make_content("乙")])
    page = _text(guest.get("/quizzes/d-03/start/"))
    draft = re.search(r'name="draft" value="([^"]+)"', page).group(1)

    refused = guest.post("/quizzes/d-03/start/", {"draft": draft})

    assert refused.status_code == 422
    assert "还没有选，请先选一项。" in _text(refused)
    assert re.findall(r"选项甲[a-h]", _text(refused)) == re.findall(r"选项甲[a-h]", page)
    assert QuizAttempt.objects.count() == 0


def test_double_post_of_the_start_page_is_one_attempt_with_one_answer(guest: Client) -> None:
    make_quiz()
    draft = _draft(guest)

    first = guest.post("/quizzes/d-03/start/", {"draft": draft, "choice": "A"})
    second = guest.post("/quizzes/d-03/start/", {"draft": draft, "choice": "B"})

    assert second.headers["Location"] == first.headers["Location"]
    attempt = QuizAttempt.objects.get()
    assert letters_for(attempt, 1, Response.objects.get().chosen) == ["A"]


def test_double_post_from_two_sessions_opens_in_both(guest: Client) -> None:
    """Two quick taps before the first reply has set a cookie make two sessions: either may be the one kept."""
    make_quiz()
    draft = _draft(guest)
    other = Client()

    guest.post("/quizzes/d-03/start/", {"draft": draft, "choice": "A"})
    other.post("/quizzes/d-03/start/", {"draft": draft, "choice": "A"})

    attempt = QuizAttempt.objects.get()
    for client in (guest, other):
        assert client.get(f"/quizzes/attempts/{attempt.public_id}/1/").status_code == 200


def test_second_post_of_a_question_changes_nothing(guest: Client) -> None:
    make_quiz()
    attempt = _start(guest)
    address = f"/quizzes/attempts/{attempt.public_id}/2/"

    guest.post(address, {"choice": "A"})
    again = guest.post(address, {"choice": "C"})

    assert again.status_code == 303
    assert letters_for(attempt, 2, Response.objects.get(version=attempt.places.get(position=2).version).chosen) == ["A"]


def test_reload_and_back_show_the_same_page(guest: Client) -> None:
    make_quiz()
    attempt = _start(guest)
    address = f"/quizzes/attempts/{attempt.public_id}/1/"

    pages = {re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", _text(guest.get(address))) for _visit in range(3)}

    assert len(pages) == 1
    assert Response.objects.count() == 1


def test_unfinished_attempt_goes_on_where_it_stopped_on_another_device() -> None:
    make_quiz()
    reader = InvestorFactory()
    attempt = _start(_signed_in(reader))

    response = _signed_in(reader).get("/quizzes/d-03/start/")

    assert (response.status_code, response.headers["Location"]) == (302, f"/quizzes/attempts/{attempt.public_id}/2/")


def test_finish_early_asks_first(guest: Client) -> None:
    make_quiz(pass_mark=2)
    attempt = _start(guest)
    address = f"/quizzes/attempts/{attempt.public_id}/finish/"

    assert "还有 2 道题没有答" in _text(guest.get(address))
    attempt.refresh_from_db()
    assert attempt.finished_at is None

    assert guest.post(address).headers["Location"] == f"/quizzes/attempts/{attempt.public_id}/"
    result = _text(guest.get(f"/quizzes/attempts/{attempt.public_id}/"))
    assert "没有作答" in result
    assert guest.get(address).status_code == 303


def test_skipped_question_comes_back_after_the_last(guest: Client) -> None:
    make_quiz()
    attempt = _start(guest)

    guest.post(f"/quizzes/attempts/{attempt.public_id}/3/", {"choice": "A"})

    page = _text(guest.get(f"/quizzes/attempts/{attempt.public_id}/3/"))
    assert f'href="/quizzes/attempts/{attempt.public_id}/2/">回到没答的题' in page


# --- Refusals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ([], "还没有选，请先选一项。"),
        (["Z"], "收到的选项不在这道题里。请重新选。"),
        (["a"], "收到的选项不在这道题里。请重新选。"),
        (["A", "B"], "这道题只能选一项。"),
        (["😀" * 50], "收到的选项不在这道题里。请重新选。"),
        (["A\x00"], "收到的选项不在这道题里。请重新选。"),
    ],
)
def test_bad_choice_is_said_beside_the_choices(guest: Client, choices: list[str], sentence: str) -> None:
    make_quiz()
    attempt = _start(guest)

    response = guest.post(f"/quizzes/attempts/{attempt.public_id}/2/", {"choice": choices})

    page = _text(response)
    assert response.status_code == 422
    assert sentence in page
    assert 'role="alert"' in page
    assert 'aria-describedby="stem choice-error"' in page
    assert Response.objects.count() == 1


def test_bad_choice_keeps_what_was_chosen(guest: Client) -> None:
    make_quiz()
    attempt = _start(guest)

    page = _text(guest.post(f"/quizzes/attempts/{attempt.public_id}/2/", {"choice": ["A", "C"]}))

    assert re.findall(r'value="([A-D])" checked', page) == ["A", "C"]


def test_answer_after_finish_is_a_clear_page(guest: Client) -> None:
    make_quiz()
    attempt = _start(guest)
    guest.post(f"/quizzes/attempts/{attempt.public_id}/finish/")

    response = guest.post(f"/quizzes/attempts/{attempt.public_id}/2/", {"choice": "A"})

    assert response.status_code == 409
    assert "已经结束" in _text(response)
    assert "看结果" in _text(response)
    assert Response.objects.count() == 1


@pytest.mark.parametrize("token", ["", "abc", "😀", "A" * 5000])
def test_altered_draft_is_a_clear_page(guest: Client, token: str) -> None:
    make_quiz()

    response = guest.post("/quizzes/d-03/start/", {"draft": token, "choice": "A"})

    assert response.status_code == 400
    assert "重新开始" in _text(response)
    assert QuizAttempt.objects.count() == 0


def test_page_left_open_for_two_days_is_a_clear_page(guest: Client) -> None:
    make_quiz()
    with time_machine.travel(datetime(2026, 11, 20, 2, 0, tzinfo=UTC), tick=False):
        draft = _draft(guest)
    with time_machine.travel(datetime(2026, 11, 22, 2, 0, tzinfo=UTC), tick=False):
        response = guest.post("/quizzes/d-03/start/", {"draft": draft, "choice": "A"})

    assert response.status_code == 400
    assert "打开超过一天了" in _text(response)


def test_quiz_taken_down_is_a_clear_page_and_a_started_attempt_goes_on(guest: Client) -> None:
    quiz = make_quiz()
    attempt = _start(guest)
    quiz.unpublish()

    assert guest.get("/quizzes/d-03/").status_code == 404
    closed = guest.get("/quizzes/d-03/start/")
    assert (closed.status_code, "现在不开放" in _text(closed)) == (410, True)
    assert guest.post(f"/quizzes/attempts/{attempt.public_id}/2/", {"choice": "A"}).status_code == 303


@pytest.mark.parametrize(
    "path", ["/quizzes/no-such/", "/quizzes/no-such/start/", "/quizzes/attempts/", "/quizzes/attempts/x/"]
)
def test_unknown_addresses_are_not_found(guest: Client, path: str) -> None:
    assert guest.get(path).status_code == 404


def test_unpublished_quiz_is_not_found_and_not_listed(guest: Client) -> None:
    make_quiz(publish=False)

    assert guest.get("/quizzes/d-03/").status_code == 404
    assert "d-03" not in _text(guest.get("/quizzes/"))


# --- Whose is it -----------------------------------------------------------------------------------------


def _addresses(attempt: QuizAttempt) -> list[str]:
    base = f"/quizzes/attempts/{attempt.public_id}/"
    return [base, f"{base}1/", f"{base}2/", f"{base}finish/"]


def test_attempt_of_an_account_exists_for_nobody_else(guest: Client) -> None:
    attempt = make_attempt(make_quiz(), user=InvestorFactory(), right=[True])
    staff = _signed_in(InvestorFactory(is_staff=True, is_superuser=True))

    for client in (guest, _signed_in(InvestorFactory()), staff):
        for address in _addresses(attempt):
            assert client.get(address).status_code == 404
            assert client.post(address, {"choice": "A"}).status_code in {404, 405}
    assert Response.objects.count() == 1


def test_attempt_of_a_guest_exists_in_that_browser_only(guest: Client) -> None:
    make_quiz()
    attempt = _start(guest)

    for client in (Client(), _signed_in(InvestorFactory())):
        for address in _addresses(attempt):
            assert client.get(address).status_code == 404
    assert guest.get(_addresses(attempt)[1]).status_code == 200


def test_unknown_attempt_is_not_found(guest: Client) -> None:
    assert guest.get(f"/quizzes/attempts/{uuid.uuid4()}/").status_code == 404


def test_signing_in_keeps_what_the_guest_did(guest: Client) -> None:
    make_quiz()
    attempt = _start(guest)
    reader = InvestorFactory()

    guest.force_login(reader, backend=BACKEND)

    attempt.refresh_from_db()
    assert attempt.user == reader
    assert "quiz_attempts" not in guest.session
    assert _signed_in(reader).get(f"/quizzes/attempts/{attempt.public_id}/1/").status_code == 200
    guest.logout()
    assert guest.get(f"/quizzes/attempts/{attempt.public_id}/1/").status_code == 404


def test_form_opened_by_another_account_is_refused() -> None:
    make_quiz()
    first, second = InvestorFactory(), InvestorFactory()
    client = _signed_in(first)
    draft = _draft(client)
    client.post("/quizzes/d-03/start/", {"draft": draft, "choice": "A"})

    response = _signed_in(second).post("/quizzes/d-03/start/", {"draft": draft, "choice": "B"})

    assert response.status_code == 403
    assert "属于另一个账户" in _text(response)
    assert Response.objects.count() == 1


# --- The result ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "words"),
    [
        ([True, True, True, True, True], "都看懂了"),
        ([True, True, True, True, False], "大部分看懂了"),
        ([True, True, False, False, False], "看懂了一部分"),
        ([False] * 5, "先不急"),
    ],
)
def test_result_says_it_in_words_first(right: list[bool], words: str) -> None:
    reader = InvestorFactory()
    quiz = make_quiz(contents=[make_content(marker) for marker in "甲乙丙丁戊"], pass_mark=4)
    attempt = make_attempt(quiz, user=reader, right=right)

    page = _text(_signed_in(reader).get(f"/quizzes/attempts/{attempt.public_id}/"))

    assert words in page
    assert f'<b class="num">{sum(right)}</b>' in page
    assert ("已通过" in page) is (sum(right) >= 4)


def test_result_counts_by_dimension_weakest_first() -> None:
    reader = InvestorFactory()
    contents = [
        make_content("甲", dimension="fraud"),
        make_content("乙", dimension="fee"),
        make_content("丙", dimension="fee"),
    ]
    attempt = make_attempt(make_quiz(contents=contents), user=reader, right=[True, False, True])

    page = _text(_signed_in(reader).get(f"/quizzes/attempts/{attempt.public_id}/"))

    table = re.findall(r'<tr><th scope="row">(\w+)</th><td class="n">(\d)</td><td class="n">(\d)</td></tr>', page)
    assert table == [("费用", "1", "2"), ("诈骗", "1", "1"), ("合计", "2", "3")]
    assert "大部分看懂了" in page
    assert "费用再补一补" in page


def test_result_shows_remedy_of_what_was_chosen() -> None:
    reader = InvestorFactory()
    attempt = make_attempt(make_quiz(), user=reader, right=[False, True, True])

    page = _text(_signed_in(reader).get(f"/quizzes/attempts/{attempt.public_id}/"))

    assert "记住甲a" in page
    assert "断处甲a" in page
    assert "断处甲c" not in page
    assert "断处乙" not in page


def test_result_is_dated_in_shanghai() -> None:
    reader = InvestorFactory()
    just_after_midnight = datetime(2026, 11, 22, 16, 1, tzinfo=UTC)
    attempt = make_attempt(make_quiz(), user=reader, right=[True, True, True], now=just_after_midnight)

    page = _text(_signed_in(reader).get(f"/quizzes/attempts/{attempt.public_id}/"))

    assert "2026年11月23日 · 第一次作答" in page


def test_attempt_across_midnight_is_dated_by_its_end() -> None:
    reader = InvestorFactory()
    client = _signed_in(reader)
    make_quiz(contents=[make_content("甲"), make_content("乙")])
    with time_machine.travel(datetime(2026, 11, 22, 15, 59, tzinfo=UTC), tick=False):
        attempt = _start(client)
    with time_machine.travel(datetime(2026, 11, 22, 16, 0, tzinfo=UTC), tick=False):
        client.post(f"/quizzes/attempts/{attempt.public_id}/2/", {"choice": "A"})
        page = _text(client.get(f"/quizzes/attempts/{attempt.public_id}/"))

    assert "2026年11月23日" in page


def test_result_counts_the_times() -> None:
    reader, quiz = InvestorFactory(), make_quiz()
    make_attempt(quiz, user=reader, right=[False, False, False], now=datetime(2026, 11, 20, 2, 0, tzinfo=UTC))
    second = make_attempt(quiz, user=reader, right=[True, True, True], now=datetime(2026, 11, 21, 2, 0, tzinfo=UTC))

    assert "第二次作答" in _text(_signed_in(reader).get(f"/quizzes/attempts/{second.public_id}/"))


def test_unfinished_result_leads_back_to_the_questions(guest: Client) -> None:
    make_quiz()
    attempt = _start(guest)

    response = guest.get(f"/quizzes/attempts/{attempt.public_id}/")

    assert response.headers["Location"] == f"/quizzes/attempts/{attempt.public_id}/2/"


# --- Caching and cost ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/quizzes/", "/quizzes/d-03/"])
def test_public_pages_are_cached_and_carry_nothing_of_anyone(guest: Client, path: str) -> None:
    make_quiz()

    first, second = guest.get(path), guest.get(path)

    assert (first.headers["X-Page-Cache"], second.headers["X-Page-Cache"]) == ("miss", "hit")
    assert "csrfmiddlewaretoken" not in _text(second)
    assert not first.cookies


def test_publishing_empties_the_cache(
    guest: Client, django_capture_on_commit_callbacks: Callable[..., Iterator[None]]
) -> None:
    make_quiz()
    guest.get("/quizzes/")

    with django_capture_on_commit_callbacks(execute=True):
        make_quiz("a-03", contents=[make_content("丁")])

    assert "a-03" in _text(guest.get("/quizzes/"))


def test_personal_pages_are_never_cached(guest: Client) -> None:
    make_quiz()
    attempt = _start(guest)

    for address in [*_addresses(attempt), "/quizzes/d-03/start/"]:
        assert "no-store" in guest.get(address).headers["Cache-Control"]


def _queries(client: Client, path: str) -> int:
    client.get(path)
    pagecache.purge()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_list_costs_the_same_with_one_and_three_quizzes(guest: Client) -> None:
    make_quiz("q-1", contents=[make_content("甲")])
    one = _queries(guest, "/quizzes/")
    make_quiz("q-2", contents=[make_content("乙")])
    make_quiz("q-3", contents=[make_content("丙")])

    assert _queries(guest, "/quizzes/") == one


def test_pages_cost_the_same_with_more_questions_and_options() -> None:
    reader = InvestorFactory()
    client = _signed_in(reader)
    small = make_quiz("small", contents=[make_content("甲", count=2), make_content("乙", count=2)])
    large = make_quiz("large", contents=[make_content(marker, count=8) for marker in "丙丁戊己庚辛"])
    costs = []
    for quiz, total in ((small, 2), (large, 6)):
        open_attempt = make_attempt(quiz, user=reader, right=[False])
        done = make_attempt(quiz, user=reader, right=[False] * total)
        costs.append(
            [
                _queries(client, f"/quizzes/attempts/{open_attempt.public_id}/1/"),
                _queries(client, f"/quizzes/attempts/{open_attempt.public_id}/2/"),
                _queries(client, f"/quizzes/attempts/{done.public_id}/"),
                _queries(client, f"/quizzes/{quiz.slug}/"),
            ]
        )

    assert costs[0] == costs[1]
