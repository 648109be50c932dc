"""Choices of the quizzes app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RiskDimension(models.TextChoices):
    """The kinds of risk awareness by which results are shown."""

    MARKET = "market", _("市场")
    CREDIT = "credit", _("信用")
    LIQUIDITY = "liquidity", _("流动性")
    CONCENTRATION = "concentration", _("集中")
    LEVERAGE = "leverage", _("杠杆")
    FEE = "fee", _("费用")
    BEHAVIOUR = "behaviour", _("行为")
    FRAUD = "fraud", _("诈骗")
    SUITABILITY = "suitability", _("适当性")
    INFORMATION = "information", _("信息")


class QuestionKind(models.TextChoices):
    """How many options a reader may choose."""

    SINGLE = "single", _("单选")
    MULTIPLE = "multiple", _("多选")


class ReviewStatus(models.TextChoices):
    """Whether spaced review still asks a question."""

    SCHEDULED = "scheduled", _("还会再问")
    DONE = "done", _("复习完了")
    FORGOTTEN = "forgotten", _("不再问")


class ReviewMail(models.TextChoices):
    """When a letter about reviews is sent."""

    OFF = "off", _("不发")
    DUE = "due", _("只在有新题到期时发")
    DAILY = "daily", _("每天早上发一封")
