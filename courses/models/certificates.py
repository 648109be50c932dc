"""Certificates of the tiers, and which quiz is a tier's test."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedTextField
from courses.certificate_codes import LENGTH, grouped
from courses.enums import Tier


class TierTest(models.Model):
    """The quiz by which a tier is certified. It opens for anyone; only the certificate asks for an account."""

    tier = models.CharField(_("级别"), max_length=14, choices=Tier.choices, unique=True)
    quiz = models.OneToOneField(
        "quizzes.Quiz", on_delete=models.PROTECT, related_name="tier_test", verbose_name=_("测验")
    )

    class Meta:
        ordering = ("pk",)
        verbose_name = _("级别测验")
        verbose_name_plural = _("级别测验")
        constraints = (models.CheckConstraint(condition=models.Q(tier__in=Tier.values), name="courses_tier_test_tier"),)

    def __str__(self) -> str:
        return str(self.get_tier_display())

    def clean(self) -> None:
        super().clean()
        if self.quiz_id and not self.quiz.is_drawn:
            raise ValidationError({"quiz": _("级别测验要从整一级的课里抽题。请选一份抽题的测验。")})


class Certificate(models.Model):
    """What a learner passed: the tier's test in one version of its content.

    It stands on the attempt, which keeps the very words of its questions, and goes with it when the account is
    deleted. What others see by its code is what the holder allows; at first that is neither name nor score.
    """

    code = models.CharField(_("编号"), max_length=LENGTH, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="certificates")
    tier = models.CharField(_("级别"), max_length=14, choices=Tier.choices)
    attempt = models.ForeignKey("quizzes.QuizAttempt", on_delete=models.CASCADE, related_name="certificates")
    content_digest = models.CharField(max_length=64)
    content_version = models.CharField(_("内容版本"), max_length=24)
    issued_at = models.DateTimeField(_("发出时间"))
    shown_name = EncryptedTextField(_("给别人看的姓名"), blank=True, default="")
    shows_score = models.BooleanField(_("给别人看成绩"), default=False)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    revoked_reason = EncryptedTextField(_("撤销原因"), blank=True, default="")
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-issued_at", "-pk")
        verbose_name = _("学习证明")
        verbose_name_plural = _("学习证明")
        permissions = (("revoke_certificate", _("撤销学习证明")),)
        constraints = (
            models.UniqueConstraint(fields=("user", "tier", "content_digest"), name="courses_certificate_once"),
            models.CheckConstraint(condition=models.Q(tier__in=Tier.values), name="courses_certificate_tier"),
            models.CheckConstraint(condition=~models.Q(content_digest=""), name="courses_certificate_content"),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True) | models.Q(revoked_at__gte=models.F("issued_at")),
                name="courses_certificate_revoked_after_issue",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=False) | models.Q(revoked_by__isnull=True),
                name="courses_certificate_revoked_by",
            ),
        )

    def __str__(self) -> str:
        return self.grouped_code

    def get_absolute_url(self) -> str:
        return f"/me/certificates/{self.code}/"

    @property
    def verify_path(self) -> str:
        """The public address at which anyone can check it."""
        return f"/verify/{self.code}/"

    @property
    def grouped_code(self) -> str:
        return grouped(self.code)

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None
