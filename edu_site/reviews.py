"""Which pages of information have to be looked at again."""

from datetime import date

from wagtail.admin.admin_url_finder import AdminURLFinder

from core.registries import DueReview
from edu_site.pages import InfoPage


def due_information(until: date) -> list[DueReview]:
    """Return the public pages of information due for another look on ``until`` or before, the earliest first."""
    finder = AdminURLFinder()
    pages = InfoPage.objects.live().filter(review_by__lte=until).order_by("review_by", "pk").defer("body", "sources")
    return [
        DueReview(
            label=str(InfoPage._meta.verbose_name),
            title=str(page),
            edit_url=finder.get_edit_url(page) or "",
            due=page.review_by,
            subject=page,
        )
        for page in pages
    ]
