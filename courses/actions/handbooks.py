"""Building the handbook of a path once for each state of its contents, whoever asks how often."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction

from core import limits
from core.memory import give_back_memory
from courses.errors import HandbookBusyError
from courses.models import Handbook, LearningPath
from courses.paths.handbook import Manuscript, manuscript_of, write_handbook

# One build at a time on the whole site: each takes a processor and some 260 MiB.
BUILD_CLAIM = "courses.handbook.build"
# Longer than a build takes on a slow machine; a build that was killed blocks the next one so long.
BUILD_LEASE = timedelta(minutes=2)


def handbook_of(*, path: LearningPath, large: bool = False, now: datetime) -> Handbook:
    """Return the handbook for what ``path`` says now, built by this call where there is none.

    Of calls at the same time one builds; the others raise ``HandbookBusyError`` at once, so that they hold no worker.
    An older one of the path in the same print is deleted. Raises ``NoFontError`` where the machine has no Chinese font.
    """
    manuscript = manuscript_of(path, large=large)
    found = _kept(manuscript)
    if found is not None:
        return found
    try:
        limits.hit(key=BUILD_CLAIM, limit=1, window=BUILD_LEASE, now=now)
    except limits.LimitExceeded as error:
        raise HandbookBusyError from error
    try:
        # Another call may have finished between the look and the claim.
        return _kept(manuscript) or _build(manuscript, now)
    finally:
        limits.clear(key=BUILD_CLAIM)


def _kept(manuscript: Manuscript) -> Handbook | None:
    found = Handbook.objects.filter(path=manuscript.path, key=manuscript.key).first()
    if found is not None and not found.file.storage.exists(str(found.file.name)):
        # Somebody emptied the folder: the row is worth nothing.
        found.delete()
        return None
    return found


def _build(manuscript: Manuscript, now: datetime) -> Handbook:
    built = write_handbook(manuscript)
    give_back_memory()
    outdated = list(Handbook.objects.filter(path=manuscript.path, large=manuscript.large).values_list("pk", flat=True))
    with transaction.atomic():
        handbook = Handbook(
            path=manuscript.path, key=manuscript.key, large=manuscript.large, pages=built.pages, built_at=now
        )
        handbook.file.save(f"{manuscript.path.slug}-{manuscript.key[:12]}.pdf", ContentFile(built.content), save=True)
        Handbook.objects.filter(pk__in=outdated).delete()
    return handbook
