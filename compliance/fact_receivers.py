"""What happens to facts and their index when something is saved, published or deleted."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils import timezone
from wagtail.signals import page_published, published

from compliance.actions.facts import forget_references, index_references
from compliance.actions.reviews import close_review_tasks
from compliance.models import Fact
from core.publishing import GatedMixin


def connect() -> None:
    """Listen to every model behind the publish gate: not to all models, which would slow down every deletion.

    Facts themselves name none.
    """
    for model in apps.get_models():
        if issubclass(model, GatedMixin) and model is not Fact:
            post_save.connect(_index, sender=model, dispatch_uid="compliance.facts")
            post_delete.connect(_forget, sender=model, dispatch_uid="compliance.facts")
    pre_delete.connect(_keep_facts_in_use, sender=Fact, dispatch_uid="compliance.facts")
    for signal in (page_published, published):
        signal.connect(_close_tasks, dispatch_uid="compliance.reviews")


def _index(instance: Any, *, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        index_references(obj=instance)


def _forget(instance: Any, **_kwargs: Any) -> None:
    forget_references(obj=instance)


def _keep_facts_in_use(instance: Fact, **_kwargs: Any) -> None:
    """Serves every way of deletion, single, bulk or by code."""
    instance.refuse_while_in_use()


def _close_tasks(instance: Any, **_kwargs: Any) -> None:
    close_review_tasks(obj=instance, now=timezone.now())
