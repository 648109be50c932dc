"""Double opt-in, choices, and leaving."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions.codes import next_code_at, request_code, verify_code
from accounts.actions.consent import record_consent
from accounts.actions.contacts import mark_verified
from accounts.enums import Channel, ConsentKind
from accounts.models import ContactPoint, User
from core import limits
from core.actions.audit import record_audit
from core.limits import LimitExceeded
from messaging.actions import enqueue
from messaging.actions.suppression import lift_suppression
from messaging.enums import Category
from newsletters.enums import Frequency, SubscriptionStatus, Topic
from newsletters.errors import AlreadyConfirmedError, RequestWithdrawnError, SubscriptionError
from newsletters.links import CONFIRM, MANAGE, UNSUBSCRIBE, link_url
from newsletters.models import Subscriber, Subscription

CODE_PURPOSE = "newsletter"
_CONSENT_KIND = {Channel.EMAIL: ConsentKind.NEWSLETTER_EMAIL, Channel.SMS: ConsentKind.NEWSLETTER_SMS}
_CLIENT_LIMIT = (30, timedelta(hours=1))
# At most one confirming mail a minute and five a day: the form is no way to flood somebody's mailbox.
_MAIL_LIMITS = ((1, timedelta(seconds=60)), (5, timedelta(days=1)))


def request_subscription(
    *,
    contact: ContactPoint,
    topics: Iterable[str],
    wording: str,
    source: str,
    client: str,
    now: datetime,
    user: User | None = None,
) -> Subscription:
    """Ask whoever holds ``contact`` to confirm: by a link in a mail, or by a code on the phone.

    Nothing else is sent until they do. A contact point that is subscribed already stays as it is and gets no mail, and
    the caller cannot tell. Raises ``SubscriptionError`` without a known topic, ``LimitExceeded`` when this client asked
    too often, ``CodeNotSentError`` when the phone had too many codes; nothing changed then.
    """
    chosen = _checked_topics(topics)
    with transaction.atomic():
        count, window = _CLIENT_LIMIT
        limits.hit(key=f"newsletters:client:{client}", limit=count, window=window, now=now)
        subscription = _lock_or_create(contact, now)
        if not subscription.is_active:
            if subscription.status == SubscriptionStatus.UNSUBSCRIBED:
                subscription.round += 1
            subscription.status = SubscriptionStatus.PENDING
            subscription.confirmed_at = None
            subscription.frequency = Frequency.EVERY
            subscription.requested_at = now
            subscription.consent_wording = wording
            subscription.consent_source = source
            subscription.save()
            subscription.set_topics(chosen)
        if contact.channel == Channel.SMS:
            _send_code(contact, client, now)
        elif not subscription.is_active:
            _send_confirming_mail(subscription, now)
    return subscription


def resend_code(*, subscription: Subscription, client: str, now: datetime) -> None:
    """Send another code to a phone that waits for one; raises ``CodeNotSentError`` when that is too soon."""
    request_code(contact=subscription.contact_point, purpose=CODE_PURPOSE, now=now, client=client)


def confirm_by_link(*, subscription_id: int, round_: int, now: datetime) -> Subscription:
    """Start the subscription that the link was made for, and welcome the subscriber.

    Raises ``AlreadyConfirmedError`` when it is active, ``RequestWithdrawnError`` when the request was withdrawn since
    or belongs to an earlier round; nothing changes then.
    """
    with transaction.atomic():
        subscription = _locked(subscription_id)
        if subscription.is_active:
            raise AlreadyConfirmedError(_("这个订阅已经确认过了，不用再点。"))
        if subscription.status != SubscriptionStatus.PENDING or subscription.round != round_:
            raise RequestWithdrawnError(_("这次申请已经撤回，这个链接不再有效。"))
        return _activate(subscription, now)


def confirm_by_code(*, subscription: Subscription, code: str, now: datetime) -> Subscription:
    """Start the subscription of the phone that got ``code``; one that is active already stays as it is.

    Raises a ``CodeError`` that says what is wrong with the code. Call it outside a transaction: a wrong try counts.
    """
    verify_code(contact=subscription.contact_point, purpose=CODE_PURPOSE, code=code, now=now)
    with transaction.atomic():
        locked = _locked(subscription.pk)
        if locked.is_active:
            return locked
        if locked.status != SubscriptionStatus.PENDING:
            raise RequestWithdrawnError(_("这次申请已经撤回，请重新填写。"))
        return _activate(locked, now)


def subscribe_verified(
    *,
    user: User,
    contact: ContactPoint,
    topics: Iterable[str],
    frequency: str,
    wording: str,
    now: datetime,
    welcome: bool = True,
) -> Subscription:
    """Subscribe a contact point that ``user`` has proved to hold; no second proof is asked for.

    Raises ``SubscriptionError`` when it is not theirs or not verified. ``welcome=False`` sends no greeting.
    """
    chosen = _checked_topics(topics)
    if contact.user_id != user.pk or contact.verified_at is None:
        raise SubscriptionError(_("只能订阅您自己验证过的手机号或邮箱。"))
    with transaction.atomic():
        subscription = _lock_or_create(contact, now)
        subscription.set_topics(chosen)
        subscription.frequency = Frequency(frequency)
        if subscription.is_active:
            subscription.save(update_fields=["frequency"])
            return subscription
        if subscription.status == SubscriptionStatus.UNSUBSCRIBED:
            subscription.round += 1
        subscription.requested_at = now
        subscription.consent_wording = wording
        subscription.consent_source = "me"
        return _activate(subscription, now, welcome=welcome)


def change_choices(*, subscription_id: int, topics: Iterable[str], frequency: str, now: datetime) -> Subscription:
    """Set topics and frequency of an active subscription; letters on their way follow the new choice.

    Raises ``SubscriptionError`` when it is not active or no topic is left: leaving is a step of its own.
    """
    chosen = _checked_topics(topics)
    with transaction.atomic():
        subscription = _locked(subscription_id)
        if not subscription.is_active:
            raise SubscriptionError(_("您没有在订阅中，不能改主题。想收信，请重新订阅。"))
        subscription.frequency = Frequency(frequency)
        subscription.save(update_fields=["frequency"])
        subscription.set_topics(chosen)
        record_audit(action="newsletters.choices", target=subscription, user=None, now=now, detail={"topics": chosen})
        return subscription


def unsubscribe(*, subscription_id: int, source: str, now: datetime, user: User | None = None) -> bool:
    """End the subscription at once and return whether that changed anything; doing it again changes nothing.

    Letters that wait in the outbox are dropped when their turn comes. One last message says that it is done.
    """
    with transaction.atomic():
        subscription = _locked(subscription_id)
        if subscription.status == SubscriptionStatus.UNSUBSCRIBED:
            return False
        was_active = subscription.is_active
        subscription.status = SubscriptionStatus.UNSUBSCRIBED
        subscription.unsubscribed_at = now
        subscription.round += 1
        subscription.save()
        contact = subscription.contact_point
        record_audit(action="newsletters.unsubscribe", target=subscription, user=user, now=now, detail={"by": source})
        if was_active:
            record_consent(
                contact_or_user=contact,
                kind=_CONSENT_KIND[Channel(contact.channel)],
                granted=False,
                wording=str(_("不再接收")),
                source=source,
                now=now,
            )
            enqueue(
                event_key=f"subscription:{subscription.pk}:unsubscribed:{subscription.round}",
                contact_point=contact,
                template="newsletters.unsubscribed",
                context={"link": settings.BASE_URL + reverse("newsletters:subscribe")},
                now=now,
            )
        return True


def purge_unconfirmed(*, before: datetime) -> int:
    """Delete what was asked for before ``before`` and never confirmed; return how many. Nobody agreed to be kept."""
    stale = Subscriber.objects.filter(
        subscription__status=SubscriptionStatus.PENDING,
        subscription__requested_at__lt=before,
        subscription__unsubscribed_at__isnull=True,
        subscription__received_campaigns__isnull=True,
    )
    return len([subscriber.delete() for subscriber in stale])


def _checked_topics(topics: Iterable[str]) -> list[str]:
    chosen = [key for key in Topic.values if key in set(topics)]
    if not chosen:
        raise SubscriptionError(_("请至少选一项想收的内容。"))
    return chosen


def _lock_or_create(contact: ContactPoint, now: datetime) -> Subscription:
    subscriber, _created = Subscriber.objects.get_or_create(
        contact_point=contact, defaults={"user": contact.user, "created_at": now}
    )
    Subscription.objects.get_or_create(
        subscriber=subscriber, defaults={"status": SubscriptionStatus.PENDING, "requested_at": now}
    )
    return _locked(subscriber.subscription.pk)


def _locked(subscription_id: int) -> Subscription:
    """Return the row, locked: two clicks on one link take their turns."""
    try:
        return (
            Subscription.objects.select_for_update(of=("self",))
            .select_related("subscriber__contact_point")
            .get(pk=subscription_id)
        )
    except Subscription.DoesNotExist as error:
        raise RequestWithdrawnError(_("这个订阅已经删除，不会再给您发信。")) from error


def _activate(subscription: Subscription, now: datetime, *, welcome: bool = True) -> Subscription:
    contact = subscription.contact_point
    subscription.status = SubscriptionStatus.ACTIVE
    subscription.confirmed_at = now
    subscription.unsubscribed_at = None
    subscription.save()
    if contact.verified_at is None:
        mark_verified(contact=contact, now=now)
    if subscription.subscriber.user_id != contact.user_id:
        Subscriber.objects.filter(pk=subscription.subscriber_id).update(user=contact.user_id)
    record_consent(
        contact_or_user=contact,
        kind=_CONSENT_KIND[Channel(contact.channel)],
        granted=True,
        wording=subscription.consent_wording,
        source=subscription.consent_source,
        now=now,
    )
    # Asking again and proving it is the person's own word: an earlier "no more" of theirs no longer counts.
    lift_suppression(
        contact_point=contact, category=Category.CAMPAIGN, reason="newsletters.confirm", now=now, user=contact.user
    )
    record_audit(action="newsletters.confirm", target=subscription, user=contact.user, now=now)
    if not welcome:
        return subscription
    enqueue(
        event_key=f"subscription:{subscription.pk}:welcome:{subscription.round}",
        contact_point=contact,
        template="newsletters.welcome",
        context={
            "link": link_url(kind=MANAGE, subscription=subscription, now=now),
            "unsubscribe_url": link_url(kind=UNSUBSCRIBE, subscription=subscription, now=now),
            "subscription": subscription.pk,
        },
        now=now,
    )
    return subscription


def _send_confirming_mail(subscription: Subscription, now: datetime) -> None:
    for count, window in _MAIL_LIMITS:
        key = f"newsletters:confirm:{subscription.pk}:{int(window.total_seconds())}"
        try:
            limits.hit(key=key, limit=count, window=window, now=now)
        except LimitExceeded:
            return
    enqueue(
        event_key=f"subscription:{subscription.pk}:confirm:{subscription.round}:{int(now.timestamp())}",
        contact_point=subscription.contact_point,
        template="newsletters.confirm",
        context={
            "link": link_url(kind=CONFIRM, subscription=subscription, now=now),
            "subscription": subscription.pk,
            "round": subscription.round,
        },
        now=now,
        expires_at=now + CONFIRM.lifetime,
    )


def _send_code(contact: ContactPoint, client: str, now: datetime) -> None:
    """Send a code unless one went out within the last minute: a double POST is one request."""
    again_at = next_code_at(contact=contact, purpose=CODE_PURPOSE)
    if again_at is None or again_at <= now:
        request_code(contact=contact, purpose=CODE_PURPOSE, now=now, client=client)
