"""Sessions and registrations: what people did, apart from the editorial pages."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedTextField
from events.enums import ACTIVE, SEATED, RegistrationSource, RegistrationStatus, SeatState, SessionStatus
from events.pages import EventIndexPage, EventPage
from events.shortcodes import new_ticket_code

__all__ = ["EventIndexPage", "EventPage", "EventSession", "Registration", "RegistrationQuerySet"]

FEW_SEATS = 5
MAX_PARTY = 2


class EventSessionQuerySet(models.QuerySet["EventSession"]):
    """Selections of sessions."""

    def public(self) -> "EventSessionQuerySet":
        """Those whose page readers can see."""
        return self.filter(page__live=True)

    def upcoming(self, now: datetime) -> "EventSessionQuerySet":
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")

    def past(self, now: datetime) -> "EventSessionQuerySet":
        return self.filter(ends_at__lte=now).order_by("-starts_at", "-pk")


class EventSession(models.Model):
    """One date of an event, with its seats.

    ``seats_taken`` is kept by a database trigger on registrations (events/seat_triggers.py), so that the check
    constraint on it refuses an oversold seat whoever writes. Rules lock this row first.
    """

    page = models.ForeignKey(
        "events.EventPage", on_delete=models.PROTECT, related_name="sessions", verbose_name=_("活动页面")
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    check_in_at = models.DateTimeField(_("开始签到"), null=True, blank=True)
    capacity = models.PositiveIntegerField(_("座位数"), null=True, blank=True, help_text=_("留空表示不限人数。"))
    waitlist_enabled = models.BooleanField(_("满员后可以候补"), default=True)
    registration_opens_at = models.DateTimeField(
        _("报名开始"), null=True, blank=True, help_text=_("留空表示现在就可以报名。")
    )
    registration_closes_at = models.DateTimeField(
        _("报名截止"), null=True, blank=True, help_text=_("留空表示活动开始时截止。")
    )
    status = models.CharField(
        _("状态"), max_length=12, choices=SessionStatus.choices, default=SessionStatus.SCHEDULED, editable=False
    )
    join_url = EncryptedTextField(
        _("入会链接"), blank=True, default="", help_text=_("只给已报名的人看，线上活动才需要。加密保存。")
    )
    seats_taken = models.IntegerField(_("已占座位"), default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EventSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动场次")
        verbose_name_plural = _("活动场次")
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(seats_taken__gte=0) & (Q(capacity__isnull=True) | Q(seats_taken__lte=F("capacity"))),
                name="events_session_not_oversold",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_session_ends_after_start"),
        )
        indexes = (models.Index(fields=("ends_at", "starts_at"), name="events_session_time"),)

    def __str__(self) -> str:
        return f"{self.page.plain_title} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def free_seats(self) -> int | None:
        """Seats nobody holds; None when there is no limit."""
        return None if self.capacity is None else max(self.capacity - self.seats_taken, 0)

    @property
    def closes_at(self) -> datetime:
        """When sign-up ends: the set time, and the start of the event at the latest."""
        return min(self.registration_closes_at or self.starts_at, self.starts_at)

    def seat_state(self, now: datetime) -> SeatState:
        """What readers are told at ``now``. Counts are not part of the words, so that most sign-ups change no page."""
        if self.status == SessionStatus.CANCELLED:
            return SeatState.CANCELLED
        if now >= self.ends_at:
            return SeatState.PAST
        if now >= self.closes_at:
            return SeatState.CLOSED
        if self.registration_opens_at and now < self.registration_opens_at:
            return SeatState.NOT_YET
        return self._seats_in_words()

    def _seats_in_words(self) -> SeatState:
        free = self.free_seats
        if free is None:
            return SeatState.UNLIMITED
        if free == 0:
            return SeatState.WAITLIST if self.waitlist_enabled else SeatState.FULL
        return SeatState.FEW if free <= FEW_SEATS else SeatState.AVAILABLE


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Selections of registrations."""

    def active(self) -> "RegistrationQuerySet":
        return self.filter(status__in=ACTIVE)

    def seated(self) -> "RegistrationQuerySet":
        return self.filter(status__in=SEATED)

    def waiting(self) -> "RegistrationQuerySet":
        return self.filter(status=RegistrationStatus.WAITLISTED).order_by("waitlist_number")


class Registration(models.Model):
    """A person's place at a session, or in its queue.

    The contact point goes and the encrypted fields are emptied 30 days after the event, as the form promises.
    """

    session = models.ForeignKey(
        EventSession, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("场次")
    )
    contact_point = models.ForeignKey(
        "accounts.ContactPoint", on_delete=models.SET_NULL, null=True, related_name="registrations"
    )
    second_contact = models.ForeignKey(
        "accounts.ContactPoint", on_delete=models.SET_NULL, null=True, blank=True, related_name="second_registrations"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="registrations"
    )
    name = EncryptedTextField(_("称呼"), blank=True, default="")
    seats = models.PositiveSmallIntegerField(_("几位"), default=1)
    access_needs = EncryptedTextField(_("需要准备"), blank=True, default="")
    status = models.CharField(_("状态"), max_length=12, choices=RegistrationStatus.choices)
    source = models.CharField(_("来源"), max_length=8, choices=RegistrationSource.choices, default="web")
    ticket_code = models.CharField(_("签到码"), max_length=8, unique=True, default=new_ticket_code)
    # A form can be sent twice: the second finds what the first made.
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    waitlist_number = models.PositiveIntegerField(_("候补号"), null=True, blank=True)
    offer_expires_at = models.DateTimeField(_("请在此前确认"), null=True, blank=True)
    consent_wording = models.CharField(max_length=200)
    consent_at = models.DateTimeField()
    created_at = models.DateTimeField(_("报名时间"), default=timezone.now)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("报名")
        verbose_name_plural = _("报名")
        ordering = ("created_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("session", "contact_point"),
                condition=Q(status__in=[str(status) for status in ACTIVE]),
                name="events_registration_active_once",
            ),
            models.UniqueConstraint(
                fields=("session", "waitlist_number"), name="events_registration_waitlist_number_once"
            ),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=MAX_PARTY), name="events_registration_seats"),
            models.CheckConstraint(
                condition=~Q(status__in=["waitlisted", "offered"]) | Q(waitlist_number__isnull=False),
                name="events_registration_waiting_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(status="offered") | Q(offer_expires_at__isnull=False),
                name="events_registration_offer_expires",
            ),
        )
        indexes = (
            models.Index(fields=("session", "status"), name="events_registration_status"),
            models.Index(fields=("status", "offer_expires_at"), name="events_registration_offers"),
        )

    def __str__(self) -> str:
        return self.ticket_text

    @property
    def ticket_text(self) -> str:
        """The ticket code as people read it out: two groups of four."""
        return f"{self.ticket_code[:4]}-{self.ticket_code[4:]}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    def contacts(self) -> list[Any]:
        """The contact points that hear about this registration, the first one first."""
        return [contact for contact in (self.contact_point, self.second_contact) if contact is not None]
