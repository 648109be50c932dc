"""How a file names a page: a lesson by its code, any other page by its address on the site."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.errors import ContentInvalidError
from courses.pages import LessonPage


def reference_to(page_id: int | None) -> str:
    """Return the name of a page; empty for none."""
    if page_id is None:
        return ""
    code = LessonPage.objects.filter(pk=page_id).values_list("code", flat=True).first()
    return code or urlsplit(Page.objects.get(pk=page_id).url or "").path


def page_of(reference: str) -> Page | None:
    """Return the page of that name, None for the empty one; raise ``ContentInvalidError`` where there is none."""
    if not reference:
        return None
    is_address = reference.startswith("/")
    named = {"depth__gt": 1, "url_path__endswith": reference} if is_address else {"lessonpage__code": reference}
    page: Page | None = Page.objects.filter(**named).first()
    if page is None:
        raise ContentInvalidError(_("这个站里没有“%(name)s”这一课或这一页。") % {"name": reference})
    return page
