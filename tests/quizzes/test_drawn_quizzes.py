"""Quizzes that draw: from which questions, by which rule, and what an attempt keeps of it."""

from collections import Counter
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.actions.publishing import publish_through_review
from core.errors import PublicationRefusedError
from quizzes.actions.attempts import start_attempt
from quizzes.drafts import draft_attempt
from quizzes.errors import QuizClosedError
from quizzes.invariants import published_quizzes_hold
from quizzes.models import Quiz, QuizAttempt, QuizQuestion
from quizzes.queries import answered_questions
from tests.factories.courses import NOW, CourseSite
from tests.factories.quizzes import make_attempt, make_content, make_drawn_quiz, make_quiz, make_version, staff_pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(course_site: CourseSite) -> CourseSite:
    """Two lessons of the beginners' tier with three questions each, and one of another tier."""
    site = course_site
    for number, (slug, dimensions) in enumerate(
        [("d-01", ("fee", "market", "market")), ("d-02", ("fraud", "market", "credit"))], start=1
    ):
        lesson = site.lesson(slug=f"lesson-{number}", code=f"D-{20 + number}")
        contents = [make_content(f"{slug}{place}", dimension=name) for place, name in enumerate(dimensions)]
        make_quiz(slug, contents=contents, lesson=lesson)
    other = site.lesson(slug="lesson-9", code="D-29", tier="advanced")
    make_quiz("d-09", contents=[make_content("别级", dimension="fraud")], lesson=other)
    return site


def codes(attempt: QuizAttempt) -> list[str]:
    return list(attempt.places.order_by("position").values_list("version__question__code", flat=True))


def test_draw_takes_from_the_pool_alone_with_the_least_of_each_dimension(pool: CourseSite, now: datetime) -> None:
    quiz = make_drawn_quiz(draw_count=3, minimums={"fee": 1, "fraud": 1})

    attempts = [make_attempt(quiz, now=now) for _turn in range(12)]

    for attempt in attempts:
        dimensions = Counter(attempt.places.values_list("version__dimension", flat=True))
        assert (attempt.total, sum(dimensions.values())) == (3, 3)
        assert dimensions["fee"] == dimensions["fraud"] == 1
        assert not [code for code in codes(attempt) if code.startswith("d-09")]
    # 4 third questions, 6 orders: twelve draws that are all equal happen once in 24^11.
    assert len({tuple(codes(attempt)) for attempt in attempts}) > 1


def test_draw_without_minimums_reaches_every_question_of_the_pool(pool: CourseSite, now: datetime) -> None:
    quiz = make_drawn_quiz(draw_count=6, minimums={})

    attempt = make_attempt(quiz, now=now)

    assert sorted(codes(attempt)) == ["d-01-Q1", "d-01-Q2", "d-01-Q3", "d-02-Q1", "d-02-Q2", "d-02-Q3"]


def test_attempt_keeps_its_versions_and_the_version_of_the_whole(pool: CourseSite, now: datetime) -> None:
    quiz = make_drawn_quiz(draw_count=6, minimums={})
    before = make_attempt(quiz, now=now)
    kept = codes(before), list(before.places.values_list("version_id", flat=True))

    _publish_new_words("d-01")
    after = make_attempt(quiz, now=now)

    assert (codes(before), list(before.places.values_list("version_id", flat=True))) == kept
    newest = after.places.get(version__question__code="d-01-Q1").version
    assert newest.number == 2
    assert before.content_digest != after.content_digest
    assert len(after.content_digest) == 64
    published = timezone.localdate(Quiz.objects.get(slug="d-01").last_published_at)
    assert after.content_version == f"{published:%Y%m%d}-{after.content_digest[:6]}"


def test_version_of_the_whole_is_the_same_for_every_draw(pool: CourseSite, now: datetime) -> None:
    quiz = make_drawn_quiz(draw_count=2, minimums={})

    digests = {make_attempt(quiz, now=now).content_digest for _turn in range(5)}

    assert len(digests) == 1


def test_draft_of_new_words_is_not_drawn_before_its_approval(pool: CourseSite, now: datetime) -> None:
    quiz = make_drawn_quiz(draw_count=6, minimums={})
    make_version("d-01-Q1", "新词", dimension="fee")

    attempt = make_attempt(quiz, now=now)

    assert attempt.places.get(version__question__code="d-01-Q1").version.number == 1


def test_lesson_taken_down_is_not_asked_and_a_pool_too_small_closes_the_quiz(pool: CourseSite, now: datetime) -> None:
    quiz = make_drawn_quiz(draw_count=3, minimums={"fraud": 1})
    assert list(published_quizzes_hold()) == []
    Quiz.objects.get(slug="d-02").lesson.specific.unpublish()

    with pytest.raises(QuizClosedError):
        draft_attempt(Quiz.objects.get(pk=quiz.pk), now=now)

    assert list(published_quizzes_hold()) == ["quiz tier: “诈骗”维度只有 0 道已发布的题，不够抽 1 道。"]
    closed = Client().get("/quizzes/tier/start/")
    page = closed.content.decode()
    # Beginning anew would be refused again.
    assert (closed.status_code, "看其他测验" in page, "重新开始" in page) == (410, True, False)


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"draw_count": 7, "minimums": {}}, "指定的课里只有 6 道已发布的题，不够抽 7 道。"),
        ({"draw_count": 3, "minimums": {"fraud": 2}}, "“诈骗”维度只有 1 道已发布的题，不够抽 2 道。"),
        ({"draw_count": 1, "minimums": {"fraud": 1, "fee": 1}}, "各维度至少要抽的题加起来，比抽题数还多。"),
    ],
)
def test_rule_that_the_pool_cannot_keep_is_not_published(pool: CourseSite, rule: dict, problem: str) -> None:
    with pytest.raises(PublicationRefusedError, match=problem):
        make_drawn_quiz(**rule)

    assert not Quiz.objects.filter(slug="tier", live=True).exists()


def test_drawn_quiz_that_lists_questions_is_not_published(pool: CourseSite) -> None:
    quiz = make_drawn_quiz(draw_count=2, minimums={}, publish=False)
    quiz.questions.set([QuizQuestion(version=make_version("X-1", "列出"))])

    assert quiz.problem() == "抽题的测验不另列题目：请删去列出的题，或者删去抽题数。"


def test_pass_mark_above_the_number_of_questions_is_refused_by_the_database(pool: CourseSite) -> None:
    quiz = make_drawn_quiz(draw_count=2, minimums={})

    with pytest.raises(IntegrityError), transaction.atomic():
        Quiz.objects.filter(pk=quiz.pk).update(pass_mark=3)


def test_introduction_tells_the_rule_and_the_list_counts_what_is_drawn(pool: CourseSite, client: Client) -> None:
    make_drawn_quiz(draw_count=3, minimums={"fee": 1, "fraud": 1})

    intro = client.get("/quizzes/tier/").content.decode()
    listed = client.get("/quizzes/").content.decode()

    assert "3 道，一页一道" in intro
    assert "费用至少 1 道，诈骗至少 1 道" in intro
    assert "3 道题" in listed
    assert "从整一级的课里抽，每次不同" in listed
    # Those that draw stand first.
    assert listed.index("/quizzes/tier/") < listed.index("/quizzes/d-01/")


def test_first_page_asks_one_question_and_tells_nothing_of_the_others(pool: CourseSite, client: Client) -> None:
    make_drawn_quiz(draw_count=6, minimums={})

    page = client.get("/quizzes/tier/start/").content.decode()

    hidden = [name for name in ("讲解", "想对", "断处", "记住", "误念", "正念") if name in page]
    assert hidden == []
    assert sum(f"问句{slug}{place}？" in page for slug in ("d-01", "d-02") for place in range(3)) == 1


def test_wrong_answer_leads_to_the_lesson_of_its_question(pool: CourseSite, client: Client, now: datetime) -> None:
    attempt = make_attempt(make_drawn_quiz(draw_count=2, minimums={}), now=now, right=[False, True])
    session = client.session
    session["quiz_attempts"] = [str(attempt.public_id)]
    session.save()

    page = client.get(f"/quizzes/attempts/{attempt.public_id}/").content.decode()

    wrong = next(item for item in answered_questions(attempt) if not item.correct)
    assert wrong.lesson is not None
    assert f'href="{wrong.lesson.url}#s2"' in page
    assert "题目会重新抽" in page


def test_same_draft_starts_one_attempt_and_the_next_page_draws_anew(pool: CourseSite, now: datetime) -> None:
    quiz = make_drawn_quiz(draw_count=2, minimums={})
    draft = draft_attempt(quiz, now=now)

    first, second = (start_attempt(draft=draft, user=None, now=now) for _turn in range(2))

    assert first == second
    assert [place.version_id for place in first.places.all()] == list(draft.version_ids)
    others = {draft_attempt(quiz, now=now).version_ids for _turn in range(20)}
    assert len(others) > 1


def _publish_new_words(slug: str) -> None:
    author, reviewer = staff_pair()
    quiz = Quiz.objects.get(slug=slug)
    places = list(quiz.questions.order_by("sort_order"))
    places[0].version = make_version(f"{slug}-Q1", "新词", author=author, dimension="fee")
    quiz.questions.set(places)
    publish_through_review(page=quiz, author=author, reviewer=reviewer, now=NOW)
