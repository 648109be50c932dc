"""What is shown of certificates. Strangers get a ``VerifiedCertificate`` and nothing else of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from courses.certificate_codes import canonical
from courses.enums import Tier
from courses.models import Certificate, TierTest
from quizzes.models import QuizAttempt


@dataclass(frozen=True)
class VerifiedCertificate:
    """What a code tells: of the name and the score only what the holder allows, and of a revoked one neither."""

    grouped_code: str
    tier: str
    tier_label: str
    issued_at: datetime
    content_version: str
    revoked_at: datetime | None
    name: str
    score: tuple[int, int] | None


@dataclass(frozen=True)
class TierState:
    """A tier as its learner sees it; ``passed`` is an attempt for which no certificate was issued yet."""

    tier: str
    label: str
    test: TierTest | None
    certificates: tuple[Certificate, ...]
    passed: QuizAttempt | None


def certificates_of(user: User) -> QuerySet[Certificate]:
    """Return the certificates of ``user``, the newest first."""
    return Certificate.objects.filter(user=user).select_related("attempt")


def verified_certificate(typed: str) -> VerifiedCertificate | None:
    """Return what the code in ``typed`` tells anyone; None for no code and for an unknown one alike."""
    code = canonical(typed)
    found = Certificate.objects.select_related("attempt").filter(code=code).first() if code else None
    if found is None:
        return None
    score = (found.attempt.score or 0, found.attempt.total)
    return VerifiedCertificate(
        grouped_code=found.grouped_code,
        tier=found.tier,
        tier_label=str(found.get_tier_display()),
        issued_at=found.issued_at,
        content_version=found.content_version,
        revoked_at=found.revoked_at,
        name="" if found.is_revoked else found.shown_name,
        score=score if found.shows_score and not found.is_revoked else None,
    )


def open_tests() -> dict[str, TierTest]:
    """Return the tests of the tiers that are public, by tier."""
    return {test.tier: test for test in TierTest.objects.filter(quiz__live=True).select_related("quiz")}


def tier_states(user: User) -> list[TierState]:
    """Return where ``user`` stands with each tier that has a test or a certificate, in order, in three queries."""
    tests = open_tests()
    mine = list(certificates_of(user))
    certified = {(row.tier, row.content_digest) for row in mine}
    passed: dict[str, QuizAttempt] = {}
    attempts = QuizAttempt.objects.filter(user=user, finished_at__isnull=False, quiz__tier_test__isnull=False)
    for attempt in attempts.exclude(content_digest="").select_related("quiz__tier_test").order_by("finished_at"):
        tier = attempt.quiz.tier_test.tier
        if attempt.passed and (tier, attempt.content_digest) not in certified:
            passed[tier] = attempt
    states = [
        TierState(
            tier=tier.value,
            label=str(tier.label),
            test=tests.get(tier.value),
            certificates=tuple(row for row in mine if row.tier == tier.value),
            passed=passed.get(tier.value),
        )
        for tier in Tier
    ]
    return [state for state in states if state.test or state.certificates or state.passed]


def desk_context(user: User, now: datetime) -> Mapping[str, Any] | None:
    """Return where the learner stands with the tiers that have a test or a certificate; None without any."""
    states = tier_states(user)
    return {"states": states} if states else None


def result_context(attempt: QuizAttempt) -> Mapping[str, Any] | None:
    """Return what the result of a tier's test says of its certificate; None for other quizzes."""
    test = TierTest.objects.filter(quiz_id=attempt.quiz_id).first()
    if test is None or not attempt.content_digest:
        return None
    issued = None
    if attempt.user is not None:
        mine = Certificate.objects.filter(user=attempt.user, tier=test.tier)
        issued = mine.filter(content_digest=attempt.content_digest).first()
    return {
        "attempt": attempt,
        "tier": str(test.get_tier_display()),
        "certificate": issued,
        "has_account": attempt.user is not None,
    }
