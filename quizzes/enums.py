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
