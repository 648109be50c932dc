"""What a guest typed, kept in the encrypted session while they look for the code."""

import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

_DRAFT = "event_draft"
_DONE = "event_done"


@dataclass
class Draft:
    """One form on its way to a registration. ``key`` makes sending it twice harmless."""

    session_id: int
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    contact_id: int = 0
    second_contact_id: int | None = None
    verified: bool = False
    form: dict[str, Any] = field(default_factory=dict)


def read_draft(session: SessionBase, session_ids: set[int]) -> Draft | None:
    """Return the draft when it is for one of ``session_ids``."""
    stored = session.get(_DRAFT)
    draft = Draft(**stored) if stored else None
    return draft if draft and draft.session_id in session_ids else None


def save_draft(session: SessionBase, draft: Draft) -> None:
    session[_DRAFT] = asdict(draft)


def finish_draft(session: SessionBase, *, session_id: int, registration_id: int) -> None:
    """Forget what was typed and remember which registration came of it."""
    session.pop(_DRAFT, None)
    session[_DONE] = {"session": session_id, "registration": registration_id}


def finished_registration(session: SessionBase, session_ids: set[int]) -> int | None:
    """Return the registration that this browser made last, when it is for one of ``session_ids``."""
    done = session.get(_DONE)
    return done["registration"] if done and done["session"] in session_ids else None
