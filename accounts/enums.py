"""Choices of the accounts app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How a person is reached."""

    EMAIL = "email", _("电子邮件")
    SMS = "sms", _("短信")
