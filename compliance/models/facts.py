"""Facts that change (fees, limits, dates, hotlines): kept once, named everywhere."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, WorkflowMixin

from compliance.errors import FactInUseError, FactKeyError
from compliance.fact_words import Unit, display_of, with_caution
from compliance.months import add_months
from core.fact_texts import texts_of
from core.facts import keys_in
from core.publishing import GatedMixin

_TELEPHONE = re.compile(r"\+?\d+(?:[ -]\d+)*")
# Uses that a refusal names; the rest are counted.
_NAMED_USES = 5


class Confidence(models.TextChoices):
    """How sure the editors are; ``LOW`` is never shown as certain."""

    HIGH = "high", _("高：读到原文")
    MEDIUM = "medium", _("中：可靠的转述")
    LOW = "low", _("低：还没有核到")


class Fact(GatedMixin, PreviewableMixin, WorkflowMixin, DraftStateMixin, RevisionMixin, models.Model):
    """One statement that may change, with its value, its source and the day to look at it again.

    Behind the publish gate like a page: pages show the live value, a draft waits for a second person. Publishing it
    writes a ``PublishedVersion`` for itself and for every live object whose text changes with it.

    **Certainty.** A fact may be stated as certain only when somebody read its source: ``confidence`` is not low and it
    is not ``recalled`` (known from experience, the source not seen). Any other may be published, but wherever it is
    shown its value is followed by what really decides, ``caution`` in brackets. The author of a page cannot leave that
    out, and a ``display`` of one's own does not replace it. Medium confidence needs no such words: the list of facts
    under the page says where it comes from.
    """

    key = models.CharField(
        _("编号"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("编号用小写字母、数字和下划线，以字母开头。"))],
        help_text=_("正文里用它来引用，例如 redeem_fee_lt7d。第一次发布后不能改。"),
    )
    statement = models.TextField(_("事实"), max_length=300, help_text=_("一句完整的话，写明适用范围和例外。"))
    value = models.CharField(_("数值"), max_length=80, help_text=_("只写值，例如 0.8、12、2026-01-01、15:00。"))
    unit = models.CharField(_("单位"), max_length=16, choices=Unit.choices, default=Unit.PERCENT)
    display = models.CharField(
        _("句子里怎么写"), max_length=80, blank=True, help_text=_("留空就用数值加单位，例如 0.8%、12个月。")
    )
    source = models.CharField(_("来源"), max_length=300, help_text=_("文件名、条款、发布或施行日期。"))
    as_of = models.DateField(_("资料截至"), help_text=_("来源说的是哪一天的情况。"))
    checked_on = models.DateField(_("核对日期"), help_text=_("最近一次拿来源核对的日子。"))
    review_months = models.PositiveSmallIntegerField(
        _("几个月后再核对"), default=12, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    review_by = models.DateField(
        _("下次核对"), null=True, blank=True, db_index=True, help_text=_("留空就按核对日期加月数算。")
    )
    confidence = models.CharField(_("把握"), max_length=8, choices=Confidence.choices, default=Confidence.MEDIUM)
    recalled = models.BooleanField(_("凭专业知识写的，没有看到原文"), default=False)
    caution = models.CharField(
        _("不确定时以什么为准"),
        max_length=40,
        blank=True,
        help_text=_("把握低，或没有看到原文时，会写在数值后面的括号里。留空写“以基金合同和产品资料概要为准”。"),
    )
    note = models.TextField(_("备注"), blank=True, help_text=_("给同事看，不公开。"))
    # Wagtail's own default is live: here a fact is born as a draft.
    live = models.BooleanField(_("已发布"), default=False, editable=False)

    class Meta:
        ordering = ("key",)
        verbose_name = _("事实")
        verbose_name_plural = _("事实")

    def __str__(self) -> str:
        return self.key

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save; raise ``FactKeyError`` for another key than the one that was public, ``FactInUseError`` for taking off
        the site what something still names, in whatever way.
        """
        if self.stored_key not in {"", self.key}:
            raise FactKeyError(gettext("发布过的编号不能改，别处在用它。"))
        if not self.live and self.pk and Fact.objects.filter(pk=self.pk, live=True).exists():
            self.refuse_while_in_use()
        return super().save(*args, **kwargs)

    @property
    def certain(self) -> bool:
        """Whether it may be stated without saying what really decides."""
        return self.confidence != Confidence.LOW and not self.recalled

    @property
    def inline(self) -> str:
        """What stands in a sentence; with its reservation unless it is certain."""
        try:
            text = self.display or display_of(self.value, self.unit)
        except ValueError:
            # A draft on its way.
            text = self.value
        return text if self.certain else with_caution(text, self.caution)

    @property
    def dial(self) -> str:
        """The number to ring; the empty string unless the fact is one telephone number."""
        number = self.value.strip()
        is_number = self.unit == Unit.PHONE and _TELEPHONE.fullmatch(number)
        return re.sub(r"[ -]", "", number) if is_number else ""

    @property
    def stored_key(self) -> str:
        """The key under which this fact was public, or the empty string."""
        stored = Fact.objects.filter(pk=self.pk, first_published_at__isnull=False).values_list("key", flat=True)
        return stored.first() or "" if self.pk else ""

    def clean(self) -> None:
        super().clean()
        errors: dict[str, str] = {}
        try:
            if self.value:
                display_of(self.value, self.unit)
        except ValueError:
            errors["value"] = gettext("数值和单位对不上。日期写 2026-01-01，时刻写 15:00，其余写数字。")
        if keys_in(texts_of(self)):
            errors["statement"] = gettext("事实里不能再引用别的事实。")
        if self.stored_key not in {"", self.key}:
            errors["key"] = gettext("发布过的编号不能改，别处在用它。")
        if self.checked_on and self.review_by and self.review_by <= self.checked_on:
            errors["review_by"] = gettext("下次核对要晚于核对日期。")
        if errors:
            raise ValidationError(errors)
        self.settle_review()

    def settle_review(self) -> None:
        """Set the day to look again from the day of checking, unless somebody chose one."""
        if self.review_by is None and isinstance(self.checked_on, date):
            self.review_by = add_months(self.checked_on, self.review_months)

    def refuse_while_in_use(self) -> None:
        """Raise ``FactInUseError``, naming the places, while anything names this fact."""
        from compliance.queries import uses_of

        uses = uses_of([self.key])
        if uses:
            named = "、".join(f"{use.label}“{use.title}”" for use in uses[:_NAMED_USES])
            raise FactInUseError(
                gettext("事实“%(key)s”还有 %(count)d 处在用：%(places)s。请先在那里去掉或换掉它。")
                % {"key": self.key, "count": len(uses), "places": named}
            )

    def fact_keys(self) -> list[str]:
        return []

    def shown_fact_keys(self) -> list[str]:
        return [self.key]

    def changes_with_this(self) -> Iterable[Any]:
        from compliance.queries import published_with

        return published_with(self.key)

    def published_text(self) -> str:
        """Return the statement, what stands in sentences, and the source, for the record of published versions."""
        dates = f"{self.as_of.isoformat()} / {self.checked_on.isoformat()}"
        return f"{self.statement}\n{self.inline}\n{self.source}\n{dates}"

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "compliance/facts/preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Return what readers would get of this draft."""
        from compliance.queries import as_shown

        return {"object": self, "used_facts": [as_shown(self)]}


class FactReference(models.Model):
    """An object behind the publish gate names a fact: in what is live, in the newest draft, or in both."""

    key = models.CharField(_("编号"), max_length=120)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=64)
    subject = GenericForeignKey("content_type", "object_id")
    in_live = models.BooleanField(_("读者看得到"))
    in_draft = models.BooleanField(_("草稿里有"))

    class Meta:
        ordering = ("key", "content_type", "object_id")
        constraints = (
            models.UniqueConstraint(fields=("key", "content_type", "object_id"), name="compliance_factref_unique"),
            models.CheckConstraint(
                condition=models.Q(in_live=True) | models.Q(in_draft=True), name="compliance_factref_somewhere"
            ),
        )
        indexes = (models.Index(fields=("content_type", "object_id"), name="compliance_factref_object"),)

    def __str__(self) -> str:
        return f"{self.key} {self.content_type_id}/{self.object_id}"
