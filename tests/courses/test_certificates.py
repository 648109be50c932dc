"""Certificates: issued once, shown as the holder allows, checked by anyone, revoked by staff, gone with the account."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions.accounts import delete_account
from accounts.actions.roles import sync_roles
from accounts.models import User
from accounts.personal_data import collect_personal_data
from core.models import AuditDetail, AuditEntry
from courses.actions.certificates import issue_certificate, revoke_certificate, show_to_others
from courses.actions.tier_tests import import_tier_test
from courses.certificate_codes import ALPHABET, canonical, grouped, new_code
from courses.certificate_queries import verified_certificate
from courses.certificate_views import LOOKUPS
from courses.errors import CertificateRefusedError
from courses.forms import CertificateForm
from courses.invariants import certificates_hold
from courses.models import Certificate, TierTest
from courses.pages import LessonPage
from courses.qr import draw_qr
from quizzes.models import Quiz, QuizAttempt
from tests.factories.accounts import ContactFactory, InvestorFactory, StaffFactory
from tests.factories.courses import NOW
from tests.factories.quizzes import make_attempt, make_content, make_drawn_quiz, make_quiz
from tests.pdf_text import flat, fonts_of, pages_of, read

pytestmark = pytest.mark.django_db

NAME = "欧阳查验"


@pytest.fixture
def quiz() -> Quiz:
    """A quiz of two questions, passed with one, that is the beginners' test."""
    found = make_quiz("tier-beginner", contents=[make_content(marker) for marker in "甲乙"])
    TierTest.objects.create(tier="beginner", quiz=found)
    return found


@pytest.fixture
def holder() -> User:
    user: User = InvestorFactory(display_name="称呼不外传")
    ContactFactory(value="holder@example.com", user=user)
    return user


@pytest.fixture
def certificate(quiz: Quiz, holder: User, now: datetime) -> Certificate:
    attempt = make_attempt(quiz, user=holder, now=now, right=[True, False])
    return issue_certificate(user=holder, attempt=attempt, now=now)


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="accounts.backends.ContactCodeBackend")
    return client


def body(response: Any) -> str:
    return response.content.decode()


def main_of(page: str) -> str:
    """Return the page's own part, without header and footer."""
    return page[page.index("<main") : page.index("</main>")]


# Codes


def test_code_is_twelve_signs_that_are_not_confused() -> None:
    codes = {new_code() for _turn in range(300)}

    assert len(codes) == 300
    assert all(re.fullmatch(f"[{ALPHABET}]{{12}}", code) and canonical(code) == code for code in codes)
    assert not set(ALPHABET) & set("01IOL")


def test_each_wrong_sign_and_each_swap_of_two_is_noticed() -> None:
    code = new_code()

    for place, sign in enumerate(code):
        for other in ALPHABET.replace(sign, ""):
            assert canonical(code[:place] + other + code[place + 1 :]) is None
    for first in range(12):
        for second in range(first + 1, 12):
            signs = list(code)
            signs[first], signs[second] = signs[second], signs[first]
            assert canonical("".join(signs)) == (code if code[first] == code[second] else None)


@pytest.mark.parametrize(
    "typed",
    [
        "{g}", " {g} ", "{l}", "{c[0]} {c[1]} {c[2]}", "{c[0]}－{c[1]}–{c[2]}", "{c[0]}　{c[1]}−{c[2]}", "{w}",
    ],
)  # fmt: skip
def test_code_may_be_typed_as_people_type(typed: str) -> None:
    code = new_code()
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in code)

    assert canonical(typed.format(g=grouped(code), l=code.lower(), c=grouped(code).split("-"), w=full_width)) == code


@pytest.mark.parametrize("typed", ["", "ABC", "0" * 12, "A" * 13, "A" * 5000, "证明编号", "2222-2222-222!"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert canonical(typed) is None


# Issuing


def test_passed_test_gives_a_certificate_in_its_version(quiz: Quiz, holder: User, now: datetime) -> None:
    attempt = make_attempt(quiz, user=holder, now=now, right=[True, False])

    certificate = issue_certificate(user=holder, attempt=attempt, now=now)

    assert (certificate.user, certificate.tier, certificate.attempt, certificate.issued_at) == (
        holder, "beginner", attempt, now,
    )  # fmt: skip
    assert (certificate.content_digest, certificate.content_version) == (
        attempt.content_digest, attempt.content_version,
    )  # fmt: skip
    assert (certificate.shown_name, certificate.shows_score, certificate.is_revoked) == ("", False, False)
    assert list(AuditEntry.objects.filter(action="certificate.issued").values_list("target", flat=True)) == [
        f"courses.certificate:{certificate.pk}"
    ]
    assert list(certificates_hold()) == []


def test_second_passed_attempt_of_the_same_version_gives_the_same_one(
    quiz: Quiz, holder: User, certificate: Certificate, now: datetime
) -> None:
    again = make_attempt(quiz, user=holder, now=now + timedelta(days=1), right=[True, True])

    assert issue_certificate(user=holder, attempt=again, now=now + timedelta(days=1)) == certificate
    assert Certificate.objects.count() == 1


def test_another_person_and_another_version_get_their_own(
    quiz: Quiz, holder: User, certificate: Certificate, now: datetime
) -> None:
    other = InvestorFactory()
    theirs = issue_certificate(user=other, attempt=make_attempt(quiz, user=other, right=[True, True]), now=now)
    newer = make_attempt(quiz, user=holder, right=[True, True])
    QuizAttempt.objects.filter(pk=newer.pk).update(content_digest="f" * 64, content_version="20270101-ffffff")
    mine = issue_certificate(user=holder, attempt=newer, now=now)

    assert len({certificate.code, theirs.code, mine.code}) == 3


@pytest.mark.parametrize(
    ("right", "whose", "tier", "message"),
    [
        ([False, False], "own", "beginner", "答对的题还没到通过线，先补一补，再做一次。"),
        ([True], "own", "beginner", "答对的题还没到通过线，先补一补，再做一次。"),
        ([True, True], "other", "beginner", "这次作答不在您的账号里。"),
        ([True, True], "guest", "beginner", "这次作答不在您的账号里。"),
        ([True, True], "own", None, "这份测验没有学习证明。"),
    ],
)
def test_no_certificate_without_a_passed_tier_test_of_ones_own(
    quiz: Quiz, holder: User, now: datetime, right: list[bool], whose: str, tier: str | None, message: str
) -> None:
    user = {"own": holder, "other": InvestorFactory(), "guest": None}[whose]
    attempt = make_attempt(quiz, user=user, now=now, right=right)
    if tier is None:
        TierTest.objects.all().delete()

    with pytest.raises(CertificateRefusedError, match=message):
        issue_certificate(user=holder, attempt=attempt, now=now)

    assert Certificate.objects.count() == 0


def test_database_refuses_a_second_one_and_a_revocation_before_the_issue(certificate: Certificate) -> None:
    twin = {name: getattr(certificate, name) for name in ("user", "tier", "attempt", "content_digest", "issued_at")}

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(code=new_code(), **twin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.update(revoked_at=certificate.issued_at - timedelta(seconds=1))


def test_invariant_names_a_certificate_whose_attempt_does_not_carry_it(certificate: Certificate) -> None:
    QuizAttempt.objects.update(pass_mark=2)
    Certificate.objects.update(code="AAAAAAAAAAAA")

    assert list(certificates_hold()) == [
        f"certificate {certificate.pk}: its attempt does not carry it",
        f"certificate {certificate.pk}: its code is none",
    ]


# The test of a tier


def test_page_of_a_tier_leads_to_its_test_and_forgets_what_was_cached(
    client: Client, course_site: Any, django_capture_on_commit_callbacks: Any
) -> None:
    course_site.lesson(slug="lesson-1", code="D-21")
    make_quiz("d-21", contents=[make_content("甲")], lesson=LessonPage.objects.get(code="D-21"))
    drawn = make_drawn_quiz("tier-beginner", draw_count=1, minimums={})
    before = body(client.get("/courses/decision/beginner/"))

    with django_capture_on_commit_callbacks(execute=True):
        TierTest.objects.create(tier="beginner", quiz=drawn)
    after = body(client.get("/courses/decision/beginner/"))
    drawn.unpublish()
    cache.clear()
    closed = body(client.get("/courses/decision/beginner/"))

    assert ["/quizzes/tier-beginner/" in page for page in (before, after, closed)] == [False, True, False]


def test_only_a_quiz_that_draws_is_a_tiers_test() -> None:
    test = TierTest(tier="beginner", quiz=make_quiz("d-03", contents=[make_content("甲")]))

    with pytest.raises(ValidationError, match="级别测验要从整一级的课里抽题"):
        test.full_clean()


def test_import_of_a_tiers_test_draws_from_every_track_and_changes_nothing_again(course_site: Any) -> None:
    for track in ("decision", "allocation", "rights"):
        code = f"{track[0].upper()}-31"
        course_site.lesson(slug=f"lesson-{track}", code=code, track=track)
        contents = [make_content(f"{track}{n}", dimension="fee" if n else "fraud") for n in range(2)]
        make_quiz(f"quiz-{track}", contents=contents, lesson=LessonPage.objects.get(code=code))
    data = {
        "tier": "beginner", "slug": "tier-beginner", "title": "入门测验", "intro": "抽。",
        "draw_count": 6, "pass_mark": 4, "minimums": {"fraud": 3},
    }  # fmt: skip
    author, reviewer = course_site.author, course_site.reviewer

    tests = [import_tier_test(data=data, author=author, reviewer=reviewer, now=NOW) for _turn in range(2)]

    quiz = tests[0].quiz
    assert tests[0] == tests[1]
    assert quiz.revisions.count() == 1
    assert {item.page.url_path.split("/")[-3] for item in quiz.pool.all()} == {"decision", "allocation", "rights"}
    assert len(quiz.asked_versions()) == 6


# The holder's pages


def test_result_offers_the_certificate_and_the_form_sent_twice_makes_one(
    client: Client, quiz: Quiz, holder: User, now: datetime
) -> None:
    attempt = make_attempt(quiz, user=holder, now=now, right=[True, True])
    signed_in(client, holder)

    result = body(client.get(f"/quizzes/attempts/{attempt.public_id}/"))
    answers = [client.post("/me/certificates/issue/", {"attempt": attempt.public_id}) for _turn in range(2)]

    assert "领学习证明" in result
    certificate = Certificate.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [f"/me/certificates/{certificate.code}/"] * 2
    assert "打开学习证明" in body(client.get(f"/quizzes/attempts/{attempt.public_id}/"))


def test_guest_passes_signs_in_and_gets_the_certificate(client: Client, quiz: Quiz, holder: User) -> None:
    attempt = make_attempt(quiz, right=[True, True])
    session = client.session
    session["quiz_attempts"] = [str(attempt.public_id)]
    session.save()
    as_guest = body(client.get(f"/quizzes/attempts/{attempt.public_id}/"))

    signed_in(client, holder)
    issued = client.post("/me/certificates/issue/", {"attempt": attempt.public_id})

    assert "登录以后就能领" in as_guest
    assert "issue" not in main_of(as_guest)
    assert issued.headers["Location"] == f"/me/certificates/{Certificate.objects.get().code}/"


def test_result_of_a_failed_test_and_of_another_quiz_offers_none(
    client: Client, quiz: Quiz, holder: User, now: datetime
) -> None:
    failed = make_attempt(quiz, user=holder, now=now, right=[False, False])
    other = make_attempt(make_quiz("d-03", contents=[make_content("丁")]), user=holder, now=now, right=[True])
    signed_in(client, holder)

    pages = [main_of(body(client.get(f"/quizzes/attempts/{row.public_id}/"))) for row in (failed, other)]

    assert ["学习证明" in page for page in pages] == [True, False]
    assert not any("/me/certificates/issue/" in page for page in pages)


@pytest.mark.parametrize("attempt", ["", "not-a-uuid", "00000000-0000-4000-8000-000000000000"])
def test_issue_of_nothing_is_not_found(client: Client, holder: User, attempt: str) -> None:
    assert signed_in(client, holder).post("/me/certificates/issue/", {"attempt": attempt}).status_code == 404


def test_issue_of_a_failed_attempt_says_why(client: Client, quiz: Quiz, holder: User, now: datetime) -> None:
    attempt = make_attempt(quiz, user=holder, now=now, right=[False, False])

    answer = signed_in(client, holder).post("/me/certificates/issue/", {"attempt": attempt.public_id})

    assert answer.status_code == 409
    assert "答对的题还没到通过线" in body(answer)


def test_page_says_what_it_is_not(client: Client, holder: User, certificate: Certificate) -> None:
    page = body(signed_in(client, holder).get(certificate.get_absolute_url()))

    assert "它不是从业资格，不代表适当性结论，不推荐任何产品。" in page
    assert certificate.grouped_code in page
    assert f"http://testserver/verify/{certificate.code}/" in page
    assert '<meta name="robots" content="noindex">' in page


def test_page_draws_the_address_as_a_code_with_its_three_corners(
    client: Client, holder: User, certificate: Certificate
) -> None:
    page = body(signed_in(client, holder).get(certificate.get_absolute_url()))
    drawing = draw_qr(f"http://testserver/verify/{certificate.code}/")

    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawing.path)}
    ring = {(x, y) for x in range(7) for y in range(7) if {x, y} & {0, 6} or (2 <= x <= 4 and 2 <= y <= 4)}
    far = drawing.size - 11
    for left, top in ((4, 4), (far, 4), (4, far)):
        assert {(x - left, y - top) for x, y in dark if 0 <= x - left < 7 and 0 <= y - top < 7} == ring
    assert all(4 <= x < drawing.size - 4 and 4 <= y < drawing.size - 4 for x, y in dark)
    assert f'd="{drawing.path}"' in page
    assert "style=" not in main_of(page)


def test_page_exists_for_its_holder_alone(client: Client, certificate: Certificate) -> None:
    address = certificate.get_absolute_url()

    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    assert signed_in(client, InvestorFactory()).get(address).status_code == 404
    assert client.post(address, {"name": "别人"}).status_code == 404
    certificate.refresh_from_db()
    assert certificate.shown_name == ""


def test_list_and_desk_take_as_many_queries_for_three_as_for_one(
    client: Client, quiz: Quiz, holder: User, certificate: Certificate, now: datetime
) -> None:
    signed_in(client, holder)
    client.get("/me/certificates/")
    with CaptureQueriesContext(connection) as one:
        client.get("/me/certificates/")
    for sign in "ab":
        attempt = make_attempt(quiz, user=holder, now=now, right=[True, True])
        QuizAttempt.objects.filter(pk=attempt.pk).update(content_digest=sign * 64, content_version=f"20270101-{sign}")
        issue_certificate(user=holder, attempt=attempt, now=now)
    with CaptureQueriesContext(connection) as three:
        page = body(client.get("/me/certificates/"))

    assert len(three) == len(one)
    assert page.count("/me/certificates/") >= 3
    assert "入门学习证明" in body(client.get("/me/"))


def test_list_without_any_test_says_so_and_the_desk_leaves_it_out(client: Client, holder: User) -> None:
    signed_in(client, holder)

    assert "测验正在准备" in body(client.get("/me/certificates/"))
    assert "学习证明" not in main_of(body(client.get("/me/")))


# What others see


def test_verification_shows_the_least_until_the_holder_allows_more(
    client: Client, holder: User, certificate: Certificate
) -> None:
    before = body(client.get(f"/verify/{certificate.code}/"))
    holders = signed_in(Client(), holder)
    saved = holders.post(certificate.get_absolute_url(), {"name": NAME, "shows_score": "on"})
    after = body(client.get(f"/verify/{certificate.code}/"))
    holders.post(certificate.get_absolute_url(), {"name": ""})
    taken_back = body(client.get(f"/verify/{certificate.code}/"))

    assert "有效" in before
    assert "入门学习证明" in before
    assert certificate.content_version in before
    assert saved.headers["Location"] == certificate.get_absolute_url() + "?saved=1#others"
    assert (NAME in after, "答对 1 题，共 2 题" in after) == (True, True)
    for page in (before, taken_back):
        assert (NAME in page, "答对" in main_of(page)) == (False, False)
    for page in (before, after, taken_back):
        hidden = ("称呼不外传", "holder@example.com", holder.username, str(certificate.attempt.public_id))
        assert [secret for secret in hidden if secret in page] == []


def test_revoked_one_says_so_and_neither_name_nor_score_nor_reason(
    client: Client, holder: User, certificate: Certificate, now: datetime
) -> None:
    show_to_others(certificate=certificate, name=NAME, score=True)
    revoke_certificate(certificate=certificate, reason="代考查实", user=admin(), now=now + timedelta(days=2))

    page = main_of(body(client.get(f"/verify/{certificate.code}/")))

    assert "已撤销" in page
    assert [secret for secret in (NAME, "答对", "代考查实", "有效") if secret in page] == []
    assert "代考查实" in body(signed_in(client, holder).get(certificate.get_absolute_url()))


def test_unknown_and_malformed_codes_get_one_answer(client: Client, certificate: Certificate) -> None:
    unknown = new_code()
    shapes = {
        (answer.status_code, main_of(body(answer)).replace(typed, "…"))
        for typed in (unknown, "AAAAAAAAAAAA", "ABC", "乱写的")
        for answer in (client.get(f"/verify/{typed}/"), client.get("/verify/", {"code": typed}))
    }

    assert [status for status, _page in shapes] == [404]
    assert "没有查到这个编号" in next(iter(shapes))[1]


def test_code_is_found_as_people_type_it(client: Client, certificate: Certificate) -> None:
    typed = f" {certificate.grouped_code.lower().replace('-', ' ')} "

    answers = [client.get("/verify/", {"code": typed}), client.get(f"/verify/{certificate.grouped_code}/")]

    assert ["有效" in body(answer) for answer in answers] == [True, True]


def test_typed_text_is_shown_as_text(client: Client) -> None:
    page = body(client.get("/verify/", {"code": '"><script>alert(1)</script>'}))

    assert "<script>alert" not in page


def test_verification_is_never_cached_nor_indexed(client: Client, certificate: Certificate) -> None:
    for address in ("/verify/", f"/verify/{certificate.code}/", f"/verify/{new_code()}/"):
        first, second = client.get(address), client.get(address)
        assert "no-store" in first.headers["Cache-Control"]
        assert "X-Page-Cache" not in second.headers
        assert '<meta name="robots" content="noindex">' in body(first)


def test_verification_is_limited_for_each_client_whatever_the_code(client: Client, certificate: Certificate) -> None:
    for turn in range(LOOKUPS.count):
        client.get(f"/verify/{certificate.code if turn % 2 else 'ABC'}/")

    answers = [client.get(f"/verify/{code}/") for code in (certificate.code, new_code())]
    elsewhere = client.get(f"/verify/{certificate.code}/", REMOTE_ADDR="203.0.113.9")

    assert [answer.status_code for answer in answers] == [429, 429]
    assert [word in body(answers[0]) for word in ("有效", "操作太频繁了")] == [False, True]
    assert elsewhere.status_code == 200
    # The empty form asks nothing and stays open.
    assert client.get("/verify/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  欧阳 明 ", "欧阳 明"), ("Anna-Maria O'Neil", "Anna-Maria O'Neil"), ("买买提·吐尔逊", "买买提·吐尔逊")],
)
def test_name_is_one_line_of_letters(typed: str, kept: str) -> None:
    form = CertificateForm({"name": typed})

    assert form.is_valid()
    assert form.cleaned_data["name"] == kept


@pytest.mark.parametrize("typed", ["加微信 13800138000", "www/evil", "a@b.c", "长" * 21, "<b>"])
def test_name_that_is_an_advertisement_is_refused(
    client: Client, holder: User, certificate: Certificate, typed: str
) -> None:
    answer = signed_in(client, holder).post(certificate.get_absolute_url(), {"name": typed})

    assert answer.status_code == 422
    assert verified_certificate(certificate.code).name == ""  # type: ignore[union-attr]


# Staff


def admin() -> User:
    sync_roles()
    staff: User = StaffFactory(role="admin")
    return staff


def test_revocation_keeps_who_why_and_when_and_happens_once(certificate: Certificate, now: datetime) -> None:
    staff, later = admin(), now + timedelta(days=1)

    first = revoke_certificate(certificate=certificate, reason=" 代考查实 ", user=staff, now=later)
    revoke_certificate(certificate=certificate, reason="另一个", user=staff, now=later + timedelta(days=1))

    certificate.refresh_from_db()
    assert (first.revoked_at, certificate.revoked_at) == (later, later)
    assert (certificate.revoked_reason, certificate.revoked_by) == ("代考查实", staff)
    entry = AuditEntry.objects.get(action="certificate.revoked")
    assert AuditDetail.objects.get(entry_id=entry.pk).detail == {"reason": "代考查实"}


def test_revoked_one_is_not_issued_again_for_the_same_version(
    quiz: Quiz, holder: User, certificate: Certificate, now: datetime
) -> None:
    revoke_certificate(certificate=certificate, reason="代考查实", user=admin(), now=now)
    attempt = make_attempt(quiz, user=holder, now=now, right=[True, True])

    assert issue_certificate(user=holder, attempt=attempt, now=now).is_revoked


@pytest.mark.parametrize("role", ["editor", "reviewer", "service", "analyst", "marketing", "events"])
def test_only_administrators_revoke(client: Client, certificate: Certificate, now: datetime, role: str) -> None:
    sync_roles()
    staff = StaffFactory(role=role)

    with pytest.raises(CertificateRefusedError, match="没有撤销学习证明的权限"):
        revoke_certificate(certificate=certificate, reason="x", user=staff, now=now)
    assert Certificate.objects.get().is_revoked is False


@pytest.fixture
def _second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)


@pytest.mark.usefixtures("_second_factor")
def test_staff_find_by_code_revoke_and_learn_nobodys_name(
    client: Client, holder: User, certificate: Certificate
) -> None:
    show_to_others(certificate=certificate, name=NAME, score=True)
    client.force_login(admin(), backend="accounts.backends.StaffPasswordBackend")

    found = client.get("/cms/courses/certificates/", {"code": certificate.grouped_code.lower()})
    page = body(client.get(found.headers["Location"]))
    empty = client.post(found.headers["Location"], {"reason": " "})
    done = client.post(found.headers["Location"], {"reason": "代考查实"}, follow=True)

    assert found.headers["Location"] == f"/cms/courses/certificates/{certificate.code}/"
    assert [secret for secret in (NAME, "称呼不外传", "holder@example.com") if secret in page] == []
    assert empty.status_code == 422
    assert "代考查实" in body(done)
    certificate.refresh_from_db()
    assert certificate.is_revoked


@pytest.mark.usefixtures("_second_factor")
def test_staff_without_the_right_see_no_certificates(client: Client, certificate: Certificate) -> None:
    sync_roles()
    client.force_login(StaffFactory(role="editor"), backend="accounts.backends.StaffPasswordBackend")

    answer = client.post(f"/cms/courses/certificates/{certificate.code}/", {"reason": "x"})

    assert (answer.status_code, answer.headers.get("Location")) == (302, "/cms/")
    certificate.refresh_from_db()
    assert certificate.is_revoked is False
    assert "courses/certificates" not in body(client.get("/cms/"))


# The person's own data


def test_copy_of_ones_data_holds_certificates_and_deletion_makes_the_code_unknown(
    client: Client, holder: User, certificate: Certificate, now: datetime
) -> None:
    show_to_others(certificate=certificate, name=NAME, score=False)
    copy = collect_personal_data(user=holder, now=now)["courses"]["certificates"]

    delete_account(user=holder, now=now)

    assert [(row["code"], row["score"], row["total"], row["shown_name"]) for row in copy] == [
        (certificate.code, 1, 2, NAME)
    ]
    assert Certificate.objects.count() == 0
    assert client.get(f"/verify/{certificate.code}/").status_code == 404


def test_name_is_not_readable_in_the_database(certificate: Certificate) -> None:
    show_to_others(certificate=certificate, name=NAME, score=False)

    with connection.cursor() as cursor:
        cursor.execute("SELECT shown_name FROM courses_certificate")
        stored = bytes(str(cursor.fetchone()[0]), "utf-8")

    assert NAME.encode() not in stored
    assert Certificate.objects.get().shown_name == NAME


# As a PDF


def test_the_pdf_says_what_the_page_says_to_its_holder_alone(certificate: Certificate, holder: User) -> None:
    client = signed_in(Client(), holder)
    address = f"/me/certificates/{certificate.code}/pdf/"
    answer = client.post(address, {"pdf_name": NAME})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer.headers["Cache-Control"]
    text = flat(pages_of(answer.content))
    for words in (
        NAME, "学习证明", "入门测验", "它不是从业资格，不代表适当性结论，不推荐任何产品。", certificate.content_version,
        certificate.grouped_code, f"http://testserver{certificate.verify_path}",
    ):  # fmt: skip
        assert words in text, words
    # The score is the holder's to show; the name typed is kept nowhere.
    assert "答对" not in text
    assert Certificate.objects.get().shown_name == ""
    reader = read(answer.content)
    assert len(reader.pages) == 1
    assert "/XObject" not in reader.pages[0]["/Resources"], "the QR code is drawn, not a picture"
    assert all("/FontFile3" in descriptor for descriptor in fonts_of(reader).values())
    assert client.get(address).status_code == 405
    stranger = signed_in(Client(), InvestorFactory())
    assert stranger.post(address, {"pdf_name": NAME}).status_code == 404
    assert Client().post(address, {"pdf_name": NAME}).status_code == 302
    show_to_others(certificate=certificate, name="", score=True)
    shown = flat(pages_of(client.post(address, {}).content))
    assert ("答对1题，共2题" in shown, NAME in shown, "持有人于" in shown) == (True, False, True)


@pytest.mark.parametrize("name", ["張ಠ三", "नमस्ते", "张\u0d7e"])
def test_a_name_that_the_font_cannot_print_is_refused_and_can_still_be_shown(
    certificate: Certificate, holder: User, name: str
) -> None:
    client = signed_in(Client(), holder)
    refused = client.post(f"/me/certificates/{certificate.code}/pdf/", {"pdf_name": name})
    assert refused.status_code == 422
    assert "在 PDF 里印不出来" in body(refused)
    shown = client.post(certificate.get_absolute_url(), {"name": name})
    assert (shown.status_code, Certificate.objects.get().shown_name) == (302, name)


@pytest.mark.parametrize("name", ["张三", "𠮷野", "阿卜杜拉·买买提", "Anna O’Neil", "Jürgen"])
def test_names_that_people_have_are_printed(certificate: Certificate, holder: User, name: str) -> None:
    answer = signed_in(Client(), holder).post(f"/me/certificates/{certificate.code}/pdf/", {"pdf_name": name})
    assert answer.status_code == 200
    assert name.replace(" ", "") in flat(pages_of(answer.content)).replace(" ", "")


def test_signs_alone_are_no_name(certificate: Certificate, holder: User) -> None:
    client = signed_in(Client(), holder)
    for address, field in (
        (certificate.get_absolute_url(), "name"),
        (f"/me/certificates/{certificate.code}/pdf/", "pdf_name"),
    ):
        refused = client.post(address, {field: "·-."})
        assert refused.status_code == 422
        assert "姓名里只能有文字" in body(refused)


def test_a_name_that_is_none_is_refused_beside_its_field_and_a_revoked_one_has_no_pdf(
    certificate: Certificate, holder: User, now: datetime
) -> None:
    client = signed_in(Client(), holder)
    address = f"/me/certificates/{certificate.code}/pdf/"
    refused = client.post(address, {"pdf_name": "加微信12345"})
    assert refused.status_code == 422
    assert "姓名里只能有文字" in body(refused)
    assert "下载 PDF" in body(client.get(certificate.get_absolute_url()))
    sync_roles()
    revoke_certificate(certificate=certificate, reason="冒名", user=StaffFactory(role="admin"), now=now)
    assert client.post(address, {}).status_code == 302
    assert "下载 PDF" not in body(client.get(certificate.get_absolute_url()))
