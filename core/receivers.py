"""Signals: what empties the page cache, and the gate for pages saved by their base class."""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.models import Page, WorkflowState
from wagtail.signals import page_slug_changed, page_unpublished, post_page_move, unpublished

from core import pagecache
from core.errors import PublicationRefusedError
from core.models import Synonym
from core.publishing import GatedMixin
from core.registries import check_for_publication
from core.revisions import newest_of


# Snippets send ``unpublished``: the admin takes them down without asking their model's own method.
@receiver([unpublished, page_unpublished, post_page_move, page_slug_changed])
def forget_cached_pages(**_kwargs: Any) -> None:
    """A page or snippet moved or disappeared: menus, lists and neighbours change with it."""
    pagecache.purge_on_commit()


@receiver([post_save, post_delete], sender=Synonym)
def forget_known_words(**_kwargs: Any) -> None:
    """Every process keeps the words of the search until the next publication."""
    pagecache.purge_on_commit()


@receiver(pre_save, sender=Page)
def keep_the_gate_for_plain_pages(instance: Page, **_kwargs: Any) -> None:
    """A gated page loaded as a plain ``Page`` must not go live by being saved that way."""
    model = instance.specific_class
    gated = instance.live and instance.pk and model is not None and issubclass(model, GatedMixin)
    if gated and not Page.objects.filter(pk=instance.pk, live=True).exists():
        raise PublicationRefusedError(_("新内容要先存为草稿，经审核后发布。"))


@receiver(pre_save, sender=WorkflowState)
def check_before_a_review_is_resumed(instance: WorkflowState, **_kwargs: Any) -> None:
    """Refuse before anything is written: Wagtail resumes a review in several steps without a transaction."""
    if not instance.pk or instance.status != WorkflowState.STATUS_IN_PROGRESS:
        return
    if WorkflowState.objects.filter(pk=instance.pk, status=WorkflowState.STATUS_NEEDS_CHANGES).exists():
        check_for_publication(newest_of(instance.content_object))
