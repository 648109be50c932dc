"""What happens here when something happens in lower apps."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from accounts.enums import Channel, ConsentKind
from accounts.models import ContactPoint, User
from accounts.signals import consent_withdrawn
from messaging.signals import opted_out
from newsletters.actions.subscriptions import unsubscribe
from newsletters.models import Subscription

_CHANNEL = {ConsentKind.NEWSLETTER_EMAIL: Channel.EMAIL, ConsentKind.NEWSLETTER_SMS: Channel.SMS}


@receiver(consent_withdrawn, dispatch_uid="newsletters.unsubscribe_on_withdrawal")
def unsubscribe_on_withdrawal(
    sender: Any, *, contact_or_user: ContactPoint | User, kind: str, now: datetime | None = None, **kwargs: Any
) -> None:
    """Withdrawing the consent in the privacy centre ends the subscriptions that rested on it."""
    if kind not in _CHANNEL:
        return
    if isinstance(contact_or_user, ContactPoint):
        whose = Q(subscriber__contact_point=contact_or_user)
    else:
        whose = Q(subscriber__contact_point__user=contact_or_user)
    rows = Subscription.objects.filter(whose, subscriber__contact_point__channel=_CHANNEL[ConsentKind(kind)])
    for pk in rows.values_list("pk", flat=True):
        unsubscribe(subscription_id=pk, source="privacy-centre", now=now or timezone.now())


@receiver(opted_out, dispatch_uid="newsletters.unsubscribe_on_opting_out")
def unsubscribe_on_opting_out(
    sender: Any, *, contact_point: ContactPoint, reason: str, now: datetime, **kwargs: Any
) -> None:
    """Whoever replies 退订, complains or unsubscribes at their mail provider has left; one last message says so."""
    rows = Subscription.objects.filter(subscriber__contact_point=contact_point)
    for pk in rows.values_list("pk", flat=True):
        unsubscribe(subscription_id=pk, source=str(reason), now=now)
