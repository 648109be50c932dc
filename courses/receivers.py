"""What the courses do when something else changes."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_slug_changed, post_page_move

from core import pagecache
from courses.models import Handbook, LearningPath, LessonPage, MediaFile, TierTest
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


@receiver(post_delete, sender=LearningPath)
@receiver(post_delete, sender=LessonPage)
def forget_pages_with_paths(**_kwargs: Any) -> None:
    """Lessons lead to each other along the paths."""
    pagecache.purge_on_commit()


@receiver(post_delete, sender=Handbook)
def remove_handbook(instance: Handbook, **_kwargs: Any) -> None:
    """Remove the file of an outdated handbook; whoever is reading it reads on."""
    transaction.on_commit(lambda: instance.file.storage.delete(str(instance.file.name)), robust=True)


@receiver([post_page_move, page_slug_changed])
def place_lessons_again(instance: Page, **_kwargs: Any) -> None:
    """A page moved: the lessons at or below it may be of another track or tier now."""
    refresh_places(instance)
