"""Wrong ideas that lessons correct and wrong options name."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import PublicationRefusedError
from core.fact_texts import check_facts, texts_of
from core.facts import keys_in
from core.registries import check_for_publication


class Misconception(models.Model):
    """One tempting wrong idea and the right one beside it."""

    code = models.CharField(_("编号"), max_length=24, unique=True, help_text=_("如 D-03-1"))
    belief = models.CharField(_("误区"), max_length=200, help_text=_("读者会怎么说"))
    correction = models.CharField(_("正解"), max_length=200)
    why = models.TextField(_("为什么容易这样想，错在哪里"), blank=True)
    lesson = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="misconceptions",
        verbose_name=_("对应的课"),
    )

    class Meta:
        ordering = ("code",)
        verbose_name = _("误区")
        verbose_name_plural = _("误区")

    def __str__(self) -> str:
        return f"{self.code} {self.belief}"

    def clean(self) -> None:
        """Refuse what a lesson must not say: lessons show these words at once, without a review of their own."""
        super().clean()
        check_facts(self)
        try:
            check_for_publication(self)
        except PublicationRefusedError as error:
            raise ValidationError(str(error)) from error

    def fact_keys(self) -> list[str]:
        """Return the keys of the facts that its words name."""
        return keys_in(texts_of(self))
