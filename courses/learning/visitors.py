"""A browser without an account, known by a random token in its session; the database holds only the digest."""

import secrets
from typing import Any

from core.crypto import blind_index

_KEY = "clarity_visitor"


def visitor_of(session: Any) -> str:
    """Return the digest by which the answers of this session are known; empty before the first one."""
    token = session.get(_KEY, "")
    return blind_index(token, purpose="clarity.visitor") if token else ""


def known_visitor(session: Any) -> str:
    """Return the digest of this session, making it one that can be known again where it is not."""
    if _KEY not in session:
        session[_KEY] = secrets.token_urlsafe(16)
    return visitor_of(session)


def forget_visitor(session: Any) -> None:
    """Let the session be nobody's again, after its answers went to an account."""
    session.pop(_KEY, None)
