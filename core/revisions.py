"""Which revisions of a page or snippet are not public yet, and who wrote them."""

from typing import Any

from django.db.models import Q


def newest_of(obj: Any) -> Any:
    """Return ``obj`` as its newest revision has it; itself where it has none."""
    newest = obj.get_latest_revision()
    return newest.as_object() if newest is not None else obj


def revisions_since_live(obj: Any, until: Any = None) -> Any:
    """Return the revisions made after the one that is live, up to ``until``; all of them when nothing is live.

    ``until`` itself belongs to them even when it is older than the live one, as when an earlier version is restored.
    """
    revisions = obj.revisions.all()
    if until is not None:
        revisions = revisions.filter(pk__lte=until.pk)
    if obj.live and obj.live_revision_id:
        newer = Q(pk__gt=obj.live_revision_id)
        revisions = revisions.filter(newer | Q(pk=until.pk) if until is not None else newer)
    return revisions


def wrote_since_live(obj: Any, user: Any, until: Any = None) -> bool:
    """Tell whether ``user`` wrote any revision, up to ``until``, that is not live yet."""
    return bool(revisions_since_live(obj, until).filter(user_id=user.pk).exists())
