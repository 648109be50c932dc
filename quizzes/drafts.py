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

LIFETIME = timedelta(hours=24)
_CONTEXT = "quizzes.draft"


@dataclass(frozen=True)
class AttemptDraft:
    """What a new attempt will freeze."""

    public_id: str
    quiz_id: int
    seed: str
    version_ids: tuple[int, ...]
    made_at: float


def draft_attempt(quiz: Quiz, *, now: datetime) -> AttemptDraft:
    """Draw the published versions of ``quiz``, in its order; raise ``QuizClosedError`` when there are none."""
    version_ids = tuple(quiz.questions.order_by("sort_order").values_list("version_id", flat=True))
    if not quiz.live or not version_ids:
        raise QuizClosedError(_("这份测验现在不开放。"))
    return AttemptDraft(
        public_id=str(uuid.uuid4()),
        quiz_id=quiz.pk,
        seed=secrets.token_hex(8),
        version_ids=version_ids,
        made_at=now.timestamp(),
    )


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
