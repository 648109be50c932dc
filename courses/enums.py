"""Choices of the courses app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Track(models.TextChoices):
    """The three strands of teaching; values are the slugs in the address."""

    DECISION = "decision", _("投资决策")
    ALLOCATION = "allocation", _("资产配置")
    RIGHTS = "rights", _("权益保护")


class Tier(models.TextChoices):
    """How far along; values are the slugs in the address."""

    BEGINNER = "beginner", _("入门")
    INTERMEDIATE = "intermediate", _("进阶")
    ADVANCED = "advanced", _("高级")


class Mastery(models.TextChoices):
    """How well a lesson is to be known."""

    KNOW = "know", _("了解")
    COMPREHEND = "comprehend", _("理解")
    MASTER = "master", _("掌握")


class Purpose(models.TextChoices):
    """The six purposes of investor education."""

    KNOWLEDGE = "knowledge", _("传播投资知识")
    EXPERIENCE = "experience", _("传授投资经验")
    SKILL = "skill", _("培养投资技能")
    ATTITUDE = "attitude", _("倡导理性的投资观念")
    RISK = "risk", _("提示投资风险")
    RIGHTS = "rights", _("告知权利和保护途径")


class Stage(models.TextChoices):
    """When in an investment the lesson helps."""

    BEFORE = "before", _("投资前")
    DURING = "during", _("投资中")
    AFTER = "after", _("投资后")


class Column(models.TextChoices):
    """The columns of articles; values are the slugs in the address."""

    COLUMNS = "columns", _("专栏文章")
    ALERTS = "alerts", _("风险提示")
    POLICY = "policy", _("政策解读")
    CASES = "cases", _("案例")
    RECAPS = "recaps", _("活动回顾")


class DrillKind(models.TextChoices):
    """What a drill is for."""

    SCAM = "scam", _("识破骗局")
    MOMENT = "moment", _("难熬的时候")


class DrillOutcome(models.TextChoices):
    """How a way through a drill ends, in words that blame nobody."""

    HELD = "held", _("守住了")
    CLOSE = "close", _("差一点")
    CAUGHT = "caught", _("这次没守住")


class Clarity(models.TextChoices):
    """Whether a lesson was clear to somebody."""

    CLEAR = "clear", _("清楚")
    PARTLY = "partly", _("有一处没懂")
    UNCLEAR = "unclear", _("没看懂")


class ChangeKind(models.TextChoices):
    """Why a public text was changed: it was wrong, or the world has moved."""

    CORRECTION = "correction", _("更正")
    UPDATE = "update", _("更新")
