"""What people reply to our short messages: leaving, accepting a seat, or words for the staff."""

import re
import unicodedata
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.actions.contacts import get_or_create_contact
from accounts.enums import Channel
from accounts.models import ContactPoint
from messaging.actions.suppression import suppress
from messaging.enums import Category, SuppressionReason, UpstreamMeaning
from messaging.models import UpstreamSms
from messaging.signals import accepted, opted_out

_LONGEST_TEXT = 2000
_OPT_OUT = re.compile(
    r"(?:回复?)?(?:T|TD|R|N|QX|STOP)"
    r"|(?:请|我要|我想|帮我|给我|麻烦)*(?:T|TD|R|N)?(?:退订?|拒收|取消订阅|不要再发)(?:T|TD|R|N)?(?:吧|了|谢谢|短信)*"
)
_ACCEPT = re.compile(r"(?:回复?)?1")


def meaning_of(text: str) -> UpstreamMeaning:
    """Return what a reply asks for.

    The whole reply has to be the word: T, TD, R, N, 退订 and the like, or 1, in any width and case, whatever spaces and
    punctuation stand in or after it. A letter inside a sentence is no request.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    words = "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")
    if _OPT_OUT.fullmatch(words):
        return UpstreamMeaning.OPT_OUT
    return UpstreamMeaning.ACCEPT if _ACCEPT.fullmatch(words) else UpstreamMeaning.OTHER


def receive_reply(*, backend: str, external_id: str, phone: str, text: str, now: datetime) -> UpstreamSms:
    """Store a reply and do what it asks for; the same reply again returns the first record and does nothing.

    Leaving stops campaigns to the number at once, in this transaction, whoever it belongs to, and tells the apps above.
    ``1`` asks them to accept the newest offer; ``answered`` is whether one did. Anything else waits for staff. A number
    that is none of a mainland phone is kept without a contact point.
    """
    meaning = meaning_of(text)
    try:
        with transaction.atomic():
            contact = _contact(phone, now)
            reply = UpstreamSms.objects.create(
                backend=backend[:40],
                external_id=external_id[:200],
                contact_point=contact,
                text=text[:_LONGEST_TEXT],
                meaning=meaning,
                received_at=now,
            )
            if contact is not None and _answer(contact, meaning, now):
                reply.answered = True
                reply.save(update_fields=["answered"])
    except IntegrityError:
        return UpstreamSms.objects.get(backend=backend[:40], external_id=external_id[:200])
    return reply


def _contact(phone: str, now: datetime) -> ContactPoint | None:
    try:
        return get_or_create_contact(channel=Channel.SMS, value=phone, now=now)
    except ValidationError:
        return None


def _answer(contact: ContactPoint, meaning: UpstreamMeaning, now: datetime) -> bool:
    if meaning == UpstreamMeaning.OPT_OUT:
        reason = SuppressionReason.UPSTREAM
        suppress(contact_point=contact, reason=reason, now=now, category=Category.CAMPAIGN)
        opted_out.send(sender=UpstreamSms, contact_point=contact, reason=reason, now=now)
        return True
    if meaning == UpstreamMeaning.ACCEPT:
        answers = accepted.send(sender=UpstreamSms, contact_point=contact, now=now)
        return any(answer is True for _receiver, answer in answers)
    return False
