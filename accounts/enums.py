"""Choices of the accounts app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How a person is reached."""

    EMAIL = "email", _("电子邮件")
    SMS = "sms", _("短信")


class ConsentKind(models.TextChoices):
    """What a person agrees to; each is asked for on its own."""

    PRIVACY = "privacy", _("个人信息处理规则")
    EVENT = "event", _("活动报名信息")
    NEWSLETTER_EMAIL = "newsletter_email", _("投教邮件")
    NEWSLETTER_SMS = "newsletter_sms", _("投教短信")
    REVIEW_EMAIL = "review_email", _("复习提醒邮件")
    SELF_CHECK = "self_check", _("保存风险认知自测结果")


class CodePurpose(models.TextChoices):
    """What a code of this app is for; upper apps name their own purposes."""

    SIGN_IN = "accounts.sign_in", _("登录")
    ADD_CONTACT = "accounts.add_contact", _("添加联系方式")
