"""Signals of Wagtail that empty the page cache."""

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_slug_changed, page_unpublished, post_page_move

from core import pagecache


@receiver([page_unpublished, post_page_move, page_slug_changed])
def forget_cached_pages(**_kwargs: Any) -> None:
    """A page moved or disappeared: menus, lists and neighbours change with it."""
    pagecache.purge_on_commit()
