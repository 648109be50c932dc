"""Issuing certificates, saying what others see of them, and revoking them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.actions.audit import record_audit
from courses.certificate_codes import new_code
from courses.errors import CertificateRefusedError
from courses.models import Certificate, TierTest
from quizzes.models import QuizAttempt


def issue_certificate(*, user: User, attempt: QuizAttempt, now: datetime) -> Certificate:
    """Issue the certificate for a passed tier's test; one for a person, a tier and a version of its content.

    Asked again, with the same attempt or another one of the same version, it returns the one there is, also a revoked
    one. Raises ``CertificateRefusedError`` when the attempt is somebody else's, not passed, or not of a tier's test.
    """
    with transaction.atomic():
        lock_holder(user)
        attempt = QuizAttempt.objects.get(pk=attempt.pk)
        tier = TierTest.objects.filter(quiz_id=attempt.quiz_id).values_list("tier", flat=True).first()
        if attempt.user_id != user.pk:
            raise CertificateRefusedError(_("这次作答不在您的账号里。"))
        if tier is None or not attempt.content_digest:
            raise CertificateRefusedError(_("这份测验没有学习证明。"))
        if attempt.finished_at is None or not attempt.passed:
            raise CertificateRefusedError(_("答对的题还没到通过线，先补一补，再做一次。"))
        found = Certificate.objects.filter(user=user, tier=tier, content_digest=attempt.content_digest).first()
        return found or _create(user, attempt, tier, now)


def show_to_others(*, certificate: Certificate, name: str, score: bool) -> None:
    """Store what whoever has the code sees beside tier and date: a name (empty for none) and the score."""
    certificate.shown_name = name.strip()
    certificate.shows_score = score
    certificate.save(update_fields=["shown_name", "shows_score"])


def revoke_certificate(*, certificate: Certificate, reason: str, user: User, now: datetime) -> Certificate:
    """Revoke for good, with the reason in the audit trail; a second time changes nothing.

    ``user`` is the member of staff. Raises ``CertificateRefusedError`` without permission or reason.
    """
    if not user.has_perm("courses.revoke_certificate"):
        raise CertificateRefusedError(_("您没有撤销学习证明的权限。"))
    if not reason.strip():
        raise CertificateRefusedError(_("请写明撤销的原因，本人会看到。"))
    with transaction.atomic():
        locked = Certificate.objects.select_for_update().get(pk=certificate.pk)
        if not locked.is_revoked:
            locked.revoked_at, locked.revoked_reason, locked.revoked_by = now, reason.strip(), user
            locked.save(update_fields=["revoked_at", "revoked_reason", "revoked_by"])
            record_audit(
                action="certificate.revoked", target=locked, user=user, now=now, detail={"reason": reason.strip()}
            )
    return locked


def lock_holder(user: User) -> None:
    """Lock the row of ``user``: certificates of one person are issued one after another."""
    User.objects.select_for_update().get(pk=user.pk)


def _create(user: User, attempt: QuizAttempt, tier: str, now: datetime) -> Certificate:
    fields: dict[str, Any] = {
        "user": user,
        "tier": tier,
        "attempt": attempt,
        "content_digest": attempt.content_digest,
        "content_version": attempt.content_version,
        "issued_at": now,
    }
    certificate = Certificate.objects.create(code=new_code(), **fields)
    record_audit(action="certificate.issued", target=certificate, user=user, now=now)
    return certificate
