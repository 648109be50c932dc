"""The learner's pages of reviews."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.registries import desk_panels, invariants, personal_data_providers
from quizzes.actions.reviews import answer_review, open_review, pause_reviews
from quizzes.models import Quiz, QuizAttempt, Review, ReviewItem, ReviewPlan
from quizzes.models.attempts import shuffled
from quizzes.queries import LETTERS
from quizzes.reviews import queries, report
from tests.factories.accounts import InvestorFactory, StaffFactory
from tests.factories.quizzes import make_attempt, review_on

pytestmark = pytest.mark.django_db

LEARNT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TOMORROW = LEARNT + timedelta(days=1)


@pytest.fixture
def review(quiz: Quiz, learner: User) -> Review:
    make_attempt(quiz, user=learner, now=LEARNT, right=[True, True])
    found = open_review(user=learner, now=TOMORROW)
    assert found is not None
    return found


def _letter(review: Review, key: str) -> str:
    order = shuffled(list(review.version.options.all()), seed=review.seed, version_id=review.version_id)
    return next(letter for letter, option in zip(LETTERS, order, strict=False) if option.key == key)


@time_machine.travel(TOMORROW)
def test_asked_page_tells_nothing_of_the_answer(client_of_learner: Client, review: Review) -> None:
    response = client_of_learner.get("/me/review/today/", follow=True)

    page = response.content.decode()
    assert response.redirect_chain == [(f"/me/review/{review.public_id}/", 302)]
    assert ("问句甲？" in page, "选项甲b" in page, "学过 1 天了" in page) == (True, True, True)
    for hidden in (
        "讲解甲",
        "总结甲",
        "想对甲",
        "断处甲",
        "记住甲",
        "误念甲",
        "正念甲",
        review.seed,
        "问句子",
        "r-01-Q1",
    ):
        assert hidden not in page
    assert "no-store" in response.headers["Cache-Control"]


@time_machine.travel(TOMORROW)
def test_answer_shows_feedback_with_the_next_day_and_is_one_when_sent_twice(
    client_of_learner: Client, review: Review
) -> None:
    address = f"/me/review/{review.public_id}/"

    first = client_of_learner.post(address, {"choice": _letter(review, "a")})
    second = client_of_learner.post(address, {"choice": _letter(review, "b")})

    assert (first.status_code, first.url, second.status_code) == (303, address + "#feedback", 303)
    stored = Review.objects.get()
    assert (stored.chosen, stored.correct) == (["a"], False)
    page = client_of_learner.get(address).content.decode()
    for shown in ("断处甲a", "记住甲a", "讲解甲", "这道题下次在 11月25日 再问。"):
        assert shown in page


@time_machine.travel(TOMORROW)
def test_nothing_chosen_is_said_beside_the_question(client_of_learner: Client, review: Review) -> None:
    response = client_of_learner.post(f"/me/review/{review.public_id}/")

    assert response.status_code == 422
    assert "还没有选，请先选一项。" in response.content.decode()


@time_machine.travel(TOMORROW)
def test_review_of_somebody_else_does_not_exist(review: Review) -> None:
    other = Client()
    other.force_login(InvestorFactory(), backend="accounts.backends.ContactCodeBackend")

    statuses = [
        other.get(f"/me/review/{review.public_id}/").status_code,
        other.post(f"/me/review/{review.public_id}/", {"choice": "A"}).status_code,
        other.post(f"/me/review/{review.public_id}/forget/").status_code,
        other.get(f"/me/review/{uuid.uuid4()}/").status_code,
    ]

    assert statuses == [404] * 4
    assert Review.objects.get().answered_at is None


def test_guests_are_asked_to_sign_in_and_forged_posts_are_refused(review: Review, learner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.get("/me/review/").url == "/accounts/login/?next=/me/review/"
    strict.force_login(learner, backend="accounts.backends.ContactCodeBackend")

    assert [strict.post(f"/me/review/{path}").status_code for path in (f"{review.public_id}/", "pause/", "mail/")] == [
        403
    ] * 3


@time_machine.travel(TOMORROW)
def test_paused_learner_is_asked_nothing_until_they_go_on(client_of_learner: Client, review: Review) -> None:
    client_of_learner.post("/me/review/pause/")

    paused = client_of_learner.get("/me/review/today/", follow=True).content.decode()
    desk = client_of_learner.get("/me/").content.decode()
    client_of_learner.post("/me/review/resume/")

    assert ("复习已经暂停" in paused, "答今天这道题" in paused) == (True, False)
    assert "答今天这道题" not in desk
    assert "答今天这道题" in client_of_learner.get("/me/").content.decode()


@time_machine.travel(TOMORROW)
def test_forgetting_brings_the_other_question_and_never_this_one(client_of_learner: Client, review: Review) -> None:
    response = client_of_learner.post(f"/me/review/{review.public_id}/forget/", follow=True)

    assert "这道题不再问您" in response.content.decode()
    assert "问句乙？" in client_of_learner.get("/me/review/today/", follow=True).content.decode()


@time_machine.travel(TOMORROW)
def test_changes_are_limited(client_of_learner: Client, review: Review) -> None:
    statuses = {client_of_learner.post("/me/review/pause/").status_code for _time in range(60)}

    refused = client_of_learner.post("/me/review/resume/")

    assert (statuses, refused.status_code) == ({303}, 429)
    assert ReviewPlan.objects.get().paused_at is not None


def _answers(quiz: Quiz, learner: User, marks: list[bool]) -> None:
    """Store first answers at one day, each to a question of its own."""
    question = quiz.questions.first().version.question
    for number, correct in enumerate(marks):
        question.pk, question.code = None, f"N-{uuid.uuid4().hex[:8]}"
        question.save()
        item = ReviewItem.objects.create(
            user=learner, question=question, learnt_on=LEARNT, due_on=LEARNT + timedelta(days=500), last_right=True
        )
        Review.objects.create(
            user=learner, item=item, version=quiz.questions.first().version, interval=1, first=True, seed="s",
            day=LEARNT - timedelta(days=number + 1), asked_at=LEARNT, answered_at=LEARNT, correct=correct, chosen=["b"],
        )  # fmt: skip


@time_machine.travel(TOMORROW)
def test_retention_is_a_share_only_from_five_answers_on(client_of_learner: Client, quiz: Quiz, learner: User) -> None:
    _answers(quiz, learner, [True, True, False, True])
    few = client_of_learner.get("/me/review/").content.decode()
    Review.objects.all().delete()
    _answers(quiz, learner, [True, True, False, True, True])

    enough = client_of_learner.get("/me/review/").content.decode()

    assert ("答了 4 次，还太少，不算比例" in few, "75%" in few) == (True, False)
    assert ("80%" in enough, "5 次答对 4 次" in enough, '<rect class="on"' in enough) == (True, True, True)
    # Apart from scores: no attempt, no panel of quizzes changed.
    assert QuizAttempt.objects.count() == 0


def test_page_and_desk_cost_the_same_with_many_reviews(
    client_of_learner: Client, quiz: Quiz, learner: User, review: Review
) -> None:
    counts = []
    for marks in ([True], [True] * 30):
        Review.objects.filter(first=True).delete()
        _answers(quiz, learner, marks)
        with time_machine.travel(TOMORROW), CaptureQueriesContext(connection) as captured:
            queries.overview(learner, TOMORROW)
            queries.retention(learner)
        counts.append(len(captured))

    assert counts == [6, 6]


def test_desk_panel_is_left_out_for_whoever_answered_nothing() -> None:
    assert desk_panels.get("reviews").context(InvestorFactory(), LEARNT) is None


def test_export_and_erasure_are_of_this_person_only(quiz: Quiz, learner: User, review: Review) -> None:
    answer_review(review=review, chosen=["b"], now=TOMORROW)
    other = InvestorFactory()
    make_attempt(quiz, user=other, now=LEARNT, right=[True, True])
    kept = review_on(other, TOMORROW, right=True)
    pause_reviews(user=learner, now=TOMORROW)
    provider = personal_data_providers.get("quizzes")

    exported = provider.export(learner)["reviews"]
    provider.erase(learner)

    assert exported["paused_at"] == TOMORROW.isoformat()
    assert [(row["question"], row["due_on"]) for row in exported["schedule"]] == [
        ("r-01-Q1", "2026-11-30"),
        ("r-01-Q2", "2026-11-24"),
    ]
    assert [(row["question"], row["chosen"], row["correct"]) for row in exported["asked"]] == [
        ("r-01-Q1", ["选项甲b"], True)
    ]
    assert (list(Review.objects.all()), ReviewPlan.objects.filter(user=learner).exists()) == ([kept], False)
    assert set(ReviewItem.objects.values_list("user", flat=True)) == {other.pk}


def test_invariants_find_what_is_off(quiz: Quiz, learner: User, review: Review) -> None:
    check = invariants._items["quizzes.reviews"]
    answer_review(review=review, chosen=["b"], now=TOMORROW)
    assert list(check()) == []

    Review.objects.update(correct=False)
    ReviewItem.objects.filter(pk=review.item_id).update(step=30)

    assert list(check()) == [
        f"review {review.pk} is marked False against its options",
        f"review item {review.item_id} is due on 2026-11-30, not 30 days after it was learnt",
    ]


def test_report_counts_questions_of_twenty_learners_and_names_nobody(quiz: Quiz, settings: Any) -> None:
    settings.DEMO = True
    first, second = (place.version for place in quiz.questions.order_by("sort_order"))
    for number in range(20):
        for version in (first, second) if number else (first,):
            _stored(InvestorFactory(), version, correct=number >= 5)

    rows = report.question_rows()
    cms = Client()
    cms.force_login(StaffFactory(is_superuser=True), backend="accounts.backends.StaffPasswordBackend")
    page = cms.get("/cms/reports/reviews/").content.decode()

    # The second question has nineteen learners.
    assert [(row.question.code, row.shares[0].right, row.shares[0].total) for row in rows] == [("r-01-Q1", 15, 20)]
    assert [share and share.percent for share in report.shares_overall()] == [77, None, None, None]
    assert ("75%" in page, "r-01-Q1" in page, "r-01-Q2" in page) == (True, True, False)


def _stored(user: Any, version: Any, *, correct: bool) -> None:
    item = ReviewItem.objects.create(
        user=user, question=version.question, learnt_on=LEARNT, due_on=TOMORROW, last_right=True
    )
    day = LEARNT + timedelta(days=version.pk % 7)
    Review.objects.create(
        user=user, item=item, version=version, interval=1, day=day, seed="s", asked_at=LEARNT, answered_at=LEARNT,
        first=True, correct=correct, chosen=["b"],
    )  # fmt: skip
