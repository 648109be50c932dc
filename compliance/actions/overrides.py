"""Answering for a finding."""

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.errors import ReleaseRefusedError
from compliance.findings import findings_in
from compliance.models import FindingOverride
from compliance.models.overrides import SHORTEST_REASON
from compliance.publication import may_release
from core.actions.audit import record_audit


def release_finding(
    *, subject: Any, revision: Any, digest: str, reason: str, user: Any, now: datetime
) -> FindingOverride:
    """Let the finding that ``digest`` names pass in exactly this text of ``subject``.

    ``subject`` is the object as ``revision`` has it (None for objects without revisions). Raises
    ``ReleaseRefusedError`` for a reason of fewer than ten characters, for somebody without the permission or who wrote
    any of what is not public yet (superusers too), and for a text that no longer holds the finding.
    """
    words = reason.strip()
    if len(words) < SHORTEST_REASON:
        raise ReleaseRefusedError(
            _("理由至少写 %(count)d 个字：为什么这句话放在这里没有问题。") % {"count": SHORTEST_REASON}
        )
    with transaction.atomic():
        if not may_release(subject=subject, user=user, revision=revision):
            raise ReleaseRefusedError(_("只有没有参与撰写的审核人可以放行。系统管理员也一样。"))
        finding = next(
            (found for found in findings_in(subject) if found.digest == digest and found.severity == "block"), None
        )
        if finding is None:
            raise ReleaseRefusedError(_("这段文字已经改过，请重新看一遍。"))
        row = FindingOverride.objects.create(
            content_type=ContentType.objects.get_for_model(type(subject)),
            object_id=str(subject.pk),
            revision_id=revision.pk if revision is not None else None,
            title=str(subject)[:255],
            rule=finding.rule,
            match=finding.match,
            context=f"{finding.before}【{finding.match}】{finding.after}",
            place=finding.label[:255],
            digest=digest,
            reason=words,
            reviewer=str(user.pk),
            created_at=now,
        )
        record_audit(
            action="compliance.finding.release",
            target=row,
            user=user,
            now=now,
            detail={"rule": finding.rule, "match": finding.match, "reason": words},
        )
    return row
