"""Signals: what empties the page cache, and the gate for pages saved by their base class."""

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.signals import page_slug_changed, page_unpublished, post_page_move

from core import pagecache
from core.errors import PublicationRefusedError
from core.publishing import GatedMixin


@receiver([page_unpublished, post_page_move, page_slug_changed])
def forget_cached_pages(**_kwargs: Any) -> None:
    """A page moved or disappeared: menus, lists and neighbours change with it."""
    pagecache.purge_on_commit()


@receiver(pre_save, sender=Page)
def keep_the_gate_for_plain_pages(instance: Page, **_kwargs: Any) -> None:
    """A gated page loaded as a plain ``Page`` must not go live by being saved that way."""
    model = instance.specific_class
    if instance.live and instance.pk and model is not None and issubclass(model, GatedMixin):
        if not Page.objects.filter(pk=instance.pk, live=True).exists():
            raise PublicationRefusedError(_("新内容要先存为草稿，经审核后发布。"))
