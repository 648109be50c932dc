"""What must always hold of lessons and certificates."""

from collections.abc import Iterable

from django.db.models import F, Q

from courses.certificate_codes import canonical
from courses.models import Certificate
from courses.pages import LessonPage


def lessons_are_placed() -> Iterable[str]:
    """Track and tier of a lesson agree with its address."""
    for lesson in LessonPage.objects.defer("body", "sources"):
        if f"/{lesson.track}/{lesson.tier}/" not in lesson.url_path:
            yield f"lesson {lesson.code}: track or tier does not agree with {lesson.url_path}"


def certificates_hold() -> Iterable[str]:
    """Each certificate stands on a passed attempt of its holder, in its version, and its code can be typed."""
    wrong = (
        ~Q(attempt__user=F("user"))
        | Q(attempt__finished_at__isnull=True)
        | Q(attempt__score__lt=F("attempt__pass_mark"))
        | ~Q(attempt__content_digest=F("content_digest"))
    )
    for row in Certificate.objects.filter(wrong):
        yield f"certificate {row.pk}: its attempt does not carry it"
    for pk, code in Certificate.objects.values_list("pk", "code"):
        if canonical(code) != code:
            yield f"certificate {pk}: its code is none"
