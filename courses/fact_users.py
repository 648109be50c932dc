"""Which lessons and articles show a fact through a misconception that they name by its code."""

from collections.abc import Iterator, Sequence

from wagtail.admin.admin_url_finder import AdminURLFinder

from core.registries import FactUse
from courses.pages import ArticlePage, LessonPage
from quizzes.fact_users import naming_misconceptions


def uses_through_misconceptions(keys: Sequence[str]) -> Iterator[FactUse]:
    """Yield the public pages that show a misconception which names one of ``keys``."""
    codes = set(naming_misconceptions(keys).values_list("code", flat=True))
    if not codes:
        return
    finder = AdminURLFinder()
    for model in (LessonPage, ArticlePage):
        for page in model.objects.live().iterator():
            if codes & page.misconceptions_by_code.keys():
                yield FactUse(
                    label=str(model._meta.verbose_name),
                    title=str(page),
                    edit_url=finder.get_edit_url(page) or "",
                    live=True,
                    published=page,
                )
