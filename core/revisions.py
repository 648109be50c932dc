"""Which revisions of a page or snippet are not public yet, and who wrote them."""

from typing import Any


def revisions_since_live(obj: Any) -> Any:
    """Return the revisions made after the one that is live; all of them when nothing is live."""
    revisions = obj.revisions.all()
    return revisions.filter(pk__gt=obj.live_revision_id) if obj.live and obj.live_revision_id else revisions


def wrote_since_live(obj: Any, user: Any) -> bool:
    """Tell whether ``user`` wrote any revision that is not live yet."""
    return bool(revisions_since_live(obj).filter(user_id=user.pk).exists())
