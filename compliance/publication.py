"""What compliance asks before something goes live or out: no finding that stops it, unless somebody answers for it."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.errors import TextTooLongError
from compliance.findings import PlacedFinding, findings_in
from compliance.models import FindingOverride
from compliance.text_of import source_of
from core.errors import PublicationRefusedError
from core.registries import TextSource
from core.revisions import revisions_since_live, wrote_since_live

# A message names so many findings; the page of the review lists all.
_NAMED = 5


def check_findings(subject: Any) -> list[dict[str, Any]]:
    """Return the releases that ``subject``, as it would be public, rests on.

    Raises ``PublicationRefusedError`` that names rule, place and suggestion of what nobody released.
    """
    try:
        stopping = [finding for finding in findings_in(subject) if finding.severity == "block"]
    except TextTooLongError as error:
        raise PublicationRefusedError(str(error), subject=subject) from error
    releases = releases_of(subject, stopping)
    open_findings = [finding for finding in stopping if finding.digest not in releases]
    if open_findings:
        raise PublicationRefusedError(refusal(open_findings), subject=subject)
    return [released_entry(row) for row in releases.values()]


def refusal(findings: list[PlacedFinding]) -> str:
    """Return what the author is told: each finding with its place, its rule and what to write instead."""
    named = [
        _("“%(match)s”（%(place)s，规则 %(rule)s）：%(suggestion)s")
        % {
            "match": finding.match or finding.category_name,
            "place": finding.label,
            "rule": finding.rule,
            "suggestion": finding.suggestion,
        }
        for finding in findings[:_NAMED]
    ]
    count = len(findings)
    head = ngettext(
        "有 %(count)d 处要先改，或由没有参与撰写的审核人写明理由放行。",
        "有 %(count)d 处要先改，或由没有参与撰写的审核人写明理由放行。",
        count,
    ) % {"count": count}
    return " ".join([head, *named])


def releases_of(subject: Any, findings: Iterable[PlacedFinding]) -> dict[str, FindingOverride]:
    """Return by digest the releases that count for ``findings`` of ``subject``, the newest of each."""
    digests = {finding.digest for finding in findings}
    if not digests:
        return {}
    rows = FindingOverride.objects.filter(
        content_type=ContentType.objects.get_for_model(type(subject)),
        object_id=str(subject.pk),
        digest__in=digests,
    ).order_by("pk")
    source = source_of(type(subject))
    return {row.digest: row for row in rows if _counts(row, subject, source)}


def may_release(*, subject: Any, user: Any, revision: Any = None) -> bool:
    """Tell whether ``user`` may answer for a finding: permitted, and author of nothing that is not public yet."""
    source = source_of(type(subject))
    return bool(user.is_active and user.has_perm(source.release_permission)) and not _wrote(
        source, subject, user, revision
    )


def released_entry(row: FindingOverride) -> dict[str, Any]:
    """Return a release as it is kept with the published version."""
    return {
        "rule": row.rule,
        "match": row.match,
        "context": row.context,
        "reason": row.reason,
        "reviewer": row.reviewer,
        "at": row.created_at.isoformat(),
        "override": row.pk,
    }


def _wrote(source: TextSource, subject: Any, user: Any, revision: Any) -> bool:
    if source.wrote is not None:
        return source.wrote(subject, user)
    return hasattr(subject, "revisions") and wrote_since_live(subject, user, revision)


def _counts(row: FindingOverride, subject: Any, source: TextSource) -> bool:
    """Tell whether a release holds: its reviewer may still release and wrote none of what they looked at.

    A row made by code passes the same questions as one made by the form. What the reviewer wrote later does not undo
    what they said before, as the text that they released is the same.
    """
    reviewer = get_user_model().objects.filter(pk=row.reviewer).first()
    if reviewer is None or not reviewer.is_active or not reviewer.has_perm(source.release_permission):
        return False
    if source.wrote is not None:
        return not source.wrote(subject, reviewer)
    if not hasattr(subject, "revisions"):
        return True
    if row.revision_id is None:
        return False
    looked_at = revisions_since_live(subject).filter(pk__lte=row.revision_id)
    return not looked_at.filter(user_id=reviewer.pk).exists()
