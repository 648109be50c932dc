"""People and the only place that holds their phone numbers and addresses."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Channel
from core.fields import EncryptedTextField


class ContactPoint(models.Model):
    """A phone number or an e-mail address.

    Everything that writes to a person points here. The value is encrypted; ``index`` finds it (blind index of the
    normalised value), ``last_four_index`` finds a phone by its last four digits, ``mail_domain`` serves per-domain
    limits. Make one with ``accounts.actions.contacts.get_or_create_contact``, which normalises.
    """

    channel = models.CharField(_("渠道"), max_length=8, choices=Channel.choices)
    value = EncryptedTextField(_("号码或地址"))
    index = models.CharField(max_length=64)
    last_four_index = models.CharField(max_length=64, blank=True, db_index=True)
    mail_domain = models.CharField(max_length=253, blank=True, db_index=True)
    verified_at = models.DateTimeField(_("验证时间"), null=True, blank=True)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="contact_points"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("channel", "index"), name="accounts_contact_unique"),)

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """The value as staff may see it: ``138****8000`` or ``l***@example.com``."""
        if not self.value:
            return str(_("已删除"))
        if self.channel == Channel.SMS:
            national = self.value.removeprefix("+86")
            return f"{national[:3]}****{national[-4:]}"
        local, _at, domain = self.value.partition("@")
        return f"{local[:1]}***@{domain}"


class UserManager(BaseUserManager["User"]):
    """Makes investors (no password, no e-mail column) and staff (both)."""

    def create_user(self, username: str = "", email: str = "", password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username or uuid.uuid4().hex, email=self.normalize_email(email), **fields)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, email: str, password: str, **fields: Any) -> "User":
        return self.create_user(username, email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account.

    Investors sign in by a code sent to one of their contact points: their ``email`` stays empty and ``username`` is
    random. Staff have a work address and a password.
    """

    username = models.CharField(max_length=64, unique=True)
    email = models.EmailField(_("工作邮箱"), blank=True)
    display_name = EncryptedTextField(_("称呼"), blank=True, default="")
    is_staff = models.BooleanField(_("工作人员"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    date_joined = models.DateTimeField(_("注册时间"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        constraints = (
            models.UniqueConstraint(
                fields=("email",), condition=~models.Q(email=""), name="accounts_user_staff_email_unique"
            ),
            # Only a work address may stand here in the clear.
            models.CheckConstraint(
                condition=models.Q(is_staff=True) | models.Q(email=""), name="accounts_user_investor_no_email"
            ),
        )

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """The name shown to staff and in greetings."""
        return self.display_name or self.email or str(_("学员"))

    def get_short_name(self) -> str:
        return self.get_full_name()

    # Wagtail's user list and avatars read these; investors have neither.
    @property
    def first_name(self) -> str:
        return self.get_full_name()

    @property
    def last_name(self) -> str:
        return ""
