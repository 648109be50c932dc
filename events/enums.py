"""Choices of the events app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """What sort of meeting it is."""

    SEMINAR = "seminar", _("讲座")
    SALON = "salon", _("沙龙")


class EventMode(models.TextChoices):
    """Where people meet."""

    ONSITE = "onsite", _("线下")
    ONLINE = "online", _("线上")


class SessionStatus(models.TextChoices):
    """Whether the session takes place."""

    SCHEDULED = "scheduled", _("如期举行")
    CANCELLED = "cancelled", _("已取消")


class RegistrationStatus(models.TextChoices):
    """Where a registration stands."""

    CONFIRMED = "confirmed", _("已报名")
    WAITLISTED = "waitlisted", _("候补中")
    OFFERED = "offered", _("待确认")
    ATTENDED = "attended", _("已签到")
    CANCELLED = "cancelled", _("已取消")
    LAPSED = "lapsed", _("过期未确认")


# An offer holds its seat until it lapses: nobody else can take it meanwhile.
SEATED = (RegistrationStatus.CONFIRMED, RegistrationStatus.OFFERED, RegistrationStatus.ATTENDED)
ACTIVE = (*SEATED, RegistrationStatus.WAITLISTED)


class RegistrationSource(models.TextChoices):
    """How a registration came about."""

    WEB = "web", _("网页")
    STAFF = "staff", _("工作人员代报")
    SAMPLE = "sample", _("演示数据")


class SeatState(models.TextChoices):
    """What readers are told about seats: words, never a countdown."""

    UNLIMITED = "unlimited", _("不限人数")
    AVAILABLE = "available", _("还有座位")
    FEW = "few", _("座位不多")
    WAITLIST = "waitlist", _("已满，可候补")
    FULL = "full", _("已满")
    NOT_YET = "not_yet", _("还没开始报名")
    CLOSED = "closed", _("报名已截止")
    CANCELLED = "cancelled", _("活动已取消")
    PAST = "past", _("活动已结束")
