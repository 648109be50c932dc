"""What the courses do when something else changes."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, post_page_move

from core import pagecache
from courses.actions.changes import record_change
from courses.actions.clarity import adopt_answers
from courses.learning.visitors import forget_visitor, visitor_of
from courses.models import MediaFile, TierTest
from courses.pages.body import BodyMixin
from courses.pages.lessons import refresh_places
from quizzes.models import Misconception


@receiver([post_save, post_delete], sender=Misconception)
def forget_pages_with_misconceptions(**_kwargs: Any) -> None:
    """Lessons show misconceptions by their code: a changed one changes cached pages."""
    pagecache.purge_on_commit()


@receiver([post_save, post_delete], sender=TierTest)
def forget_pages_with_tests(**_kwargs: Any) -> None:
    """The page of a tier leads to its test."""
    pagecache.purge_on_commit()


@receiver(post_delete, sender=MediaFile)
def remove_recording(instance: MediaFile, **_kwargs: Any) -> None:
    """Remove the file of a deleted recording once nothing can bring the row back."""
    transaction.on_commit(lambda: instance.file.storage.delete(str(instance.file.name)), robust=True)


@receiver([post_page_move, page_slug_changed])
def place_lessons_again(instance: Page, **_kwargs: Any) -> None:
    """A page moved: the lessons at or below it may be of another track or tier now."""
    refresh_places(instance)


@receiver(user_logged_in)
def keep_guest_answers(request: HttpRequest | None, user: Any, **_kwargs: Any) -> None:
    """Somebody who said whether a lesson was clear and then signs in keeps one answer a lesson."""
    session = getattr(request, "session", None)
    visitor = visitor_of(session) if session is not None else ""
    if visitor:
        adopt_answers(visitor=visitor, user=user)
        forget_visitor(session)


@receiver(page_published)
def tell_what_changed(instance: Page, revision: Any, **_kwargs: Any) -> None:
    """A lesson or article went through the gate: its readers learn what is different, in the same transaction."""
    if isinstance(instance, BodyMixin):
        record_change(page=instance, revision_id=revision.pk, now=timezone.now())
