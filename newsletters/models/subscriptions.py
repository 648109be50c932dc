"""Who asked to be written to, and about what."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ContactPoint
from newsletters.enums import Frequency, SubscriptionStatus, Topic


class Subscriber(models.Model):
    """One contact point that subscribed at some time; ``uuid`` is the name under which links know it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contact_point = models.OneToOneField(
        ContactPoint, on_delete=models.CASCADE, related_name="subscriber", verbose_name=_("联系方式")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="subscribers",
        verbose_name=_("账户"),
    )
    created_at = models.DateTimeField(_("首次登记"), default=timezone.now)

    class Meta:
        verbose_name = _("订阅者")
        verbose_name_plural = _("订阅者")

    def __str__(self) -> str:
        return self.contact_point.masked


class Subscription(models.Model):
    """What a subscriber gets. One row for life: unsubscribing and coming back change it, so old links still work.

    ``round`` grows with each request that starts from nothing and with each goodbye: a confirming link of an earlier
    round does nothing. ``consent_wording`` is the sentence the person saw beside the box.
    """

    subscriber = models.OneToOneField(Subscriber, on_delete=models.CASCADE, related_name="subscription")
    status = models.CharField(
        _("状态"), max_length=12, choices=SubscriptionStatus.choices, default=SubscriptionStatus.PENDING
    )
    frequency = models.CharField(_("多久一次"), max_length=10, choices=Frequency.choices, default=Frequency.EVERY)
    round = models.PositiveIntegerField(default=1)
    consent_wording = models.TextField(blank=True, default="")
    consent_source = models.CharField(max_length=64, blank=True, default="")
    requested_at = models.DateTimeField(_("申请时间"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    unsubscribed_at = models.DateTimeField(_("退订时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("订阅")
        verbose_name_plural = _("订阅")
        constraints = (
            models.CheckConstraint(
                condition=Q(status=SubscriptionStatus.PENDING, confirmed_at__isnull=True)
                | Q(status=SubscriptionStatus.ACTIVE, confirmed_at__isnull=False, unsubscribed_at__isnull=True)
                | Q(status=SubscriptionStatus.UNSUBSCRIBED, unsubscribed_at__isnull=False),
                name="newsletters_subscription_status_times",
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=Frequency.values), name="newsletters_subscription_frequency_known"
            ),
        )
        indexes = (models.Index(fields=("status", "id"), name="newsletters_sub_status"),)

    def __str__(self) -> str:
        return f"{self.subscriber} {self.get_status_display()}"

    @property
    def contact_point(self) -> ContactPoint:
        return self.subscriber.contact_point

    @property
    def is_active(self) -> bool:
        return self.status == SubscriptionStatus.ACTIVE

    @property
    def topic_keys(self) -> list[str]:
        """The chosen topics in the order of ``Topic``."""
        chosen = {row.topic for row in self.topics.all()}
        return [key for key in Topic.values if key in chosen]

    @property
    def topic_labels(self) -> list[Any]:
        return [Topic(key).label for key in self.topic_keys]

    def set_topics(self, topics: Iterable[str]) -> None:
        """Make the chosen topics exactly ``topics``, in the caller's transaction."""
        wanted = set(topics)
        self.topics.exclude(topic__in=wanted).delete()
        SubscriptionTopic.objects.bulk_create(
            [SubscriptionTopic(subscription=self, topic=topic) for topic in sorted(wanted)], ignore_conflicts=True
        )


class SubscriptionTopic(models.Model):
    """One topic that a person chose."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="topics")
    topic = models.CharField(_("内容"), max_length=10, choices=Topic.choices)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subscription", "topic"), name="newsletters_topic_once"),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="newsletters_topic_known"),
        )

    def __str__(self) -> str:
        return self.get_topic_display()
