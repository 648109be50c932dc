"""The abstract page that every page type derives from."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from core.publishing import GatedMixin


class BasePage(GatedMixin, Page):
    """A page behind the publish gate, whose copies start as drafts."""

    class Meta:
        abstract = True

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """Copy as a draft: what was approved here was not approved there."""
        kwargs["keep_live"] = False
        return super().copy(*args, **kwargs)


class SignedMixin(models.Model):
    """Who wrote a text, who checked it and when: shown above its title."""

    author_name = models.CharField(_("作者"), max_length=40, blank=True)
    reviewer_name = models.CharField(_("审核"), max_length=40, blank=True)
    checked_on = models.DateField(_("核对日期"), null=True, blank=True)
    review_by = models.DateField(_("下次复审"), null=True, blank=True, db_index=True)

    signature_panels = [
        MultiFieldPanel(
            [FieldPanel("author_name"), FieldPanel("reviewer_name"), FieldPanel("checked_on"), FieldPanel("review_by")],
            heading=_("署名与核对"),
        )
    ]

    class Meta:
        abstract = True
