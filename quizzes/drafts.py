"""The first question can be read before anything is stored: what an attempt will be travels sealed in its form.

So a link in a lesson leads straight to the first question, crawlers and link previews create no rows, and a form sent
twice starts one attempt. The token is encrypted, because the seed in it would give away the order in the bank.
"""

import base64
import binascii
import json
import secrets
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from core.crypto import DecryptionError, decrypt, encrypt
from quizzes.errors import DraftInvalidError, QuizClosedError
from quizzes.models import Quiz
from quizzes.models.quizzes import PoolEntry

LIFETIME = timedelta(hours=24)
_CONTEXT = "quizzes.draft"


@dataclass(frozen=True)
class AttemptDraft:
    """What a new attempt will freeze."""

    public_id: str
    quiz_id: int
    seed: str
    version_ids: tuple[int, ...]
    content_digest: str
    content_version: str
    made_at: float


def draft_attempt(quiz: Quiz, *, now: datetime) -> AttemptDraft:
    """Take the published versions of ``quiz`` in its order, or draw anew where it draws.

    Raises ``QuizClosedError`` when there are none, or fewer than the rule of a drawn quiz asks for.
    """
    asked = quiz.asked_versions() if quiz.live else []
    if not asked or (quiz.is_drawn and quiz.shortage(asked)):
        raise QuizClosedError(_("这份测验现在不开放。"))
    content = quiz.content_version(asked)
    chosen = _drawn(quiz, asked) if quiz.is_drawn else asked
    return AttemptDraft(
        public_id=str(uuid.uuid4()),
        quiz_id=quiz.pk,
        seed=secrets.token_hex(8),
        version_ids=tuple(entry.version_id for entry in chosen),
        content_digest=content.digest,
        content_version=content.label,
        made_at=now.timestamp(),
    )


def _drawn(quiz: Quiz, entries: list[PoolEntry]) -> list[PoolEntry]:
    """Return ``draw_count`` of ``entries`` in random order, with at least as many of a dimension as the rule says."""
    chance = secrets.SystemRandom()
    chosen: list[PoolEntry] = []
    for item in quiz.minimums.all():
        chosen += chance.sample([entry for entry in entries if entry.dimension == item.dimension], item.count)
    rest = [entry for entry in entries if entry not in chosen]
    chosen += chance.sample(rest, (quiz.draw_count or 0) - len(chosen))
    chance.shuffle(chosen)
    return chosen


def seal_draft(draft: AttemptDraft) -> str:
    """Return ``draft`` as text that says nothing and cannot be altered."""
    sealed = encrypt(json.dumps(asdict(draft)).encode(), context=_CONTEXT)
    return base64.urlsafe_b64encode(sealed).decode()


def open_draft(token: str, *, quiz: Quiz, now: datetime) -> AttemptDraft:
    """Return the draft in ``token``; raise ``DraftInvalidError`` when it is altered, of another quiz, or a day old."""
    try:
        fields = json.loads(decrypt(base64.urlsafe_b64decode(token.encode()), context=_CONTEXT))
        draft = AttemptDraft(**{**fields, "version_ids": tuple(fields["version_ids"])})
    except (DecryptionError, binascii.Error, ValueError, TypeError, KeyError) as error:
        raise DraftInvalidError(_("这一页不完整，答案没有存下来。请重新开始。")) from error
    if draft.quiz_id != quiz.pk:
        raise DraftInvalidError(_("这一页不完整，答案没有存下来。请重新开始。"))
    if now.timestamp() > draft.made_at + LIFETIME.total_seconds():
        raise DraftInvalidError(_("这一页打开超过一天了，答案没有存下来。请重新开始。"))
    return draft
