"""Articles by the month in which they first appeared."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from core.dates import month_bounds
from courses.pages import ArticlePage
from courses.pages.articles import newest_articles


@dataclass(frozen=True)
class ArchiveMonth:
    """A month in which articles appeared."""

    first: date
    count: int

    @property
    def year(self) -> int:
        return self.first.year


def archive_months() -> list[ArchiveMonth]:
    """Return the months with public articles, the newest first, in one query; months begin in the site's zone."""
    rows = (
        ArticlePage.objects.live()
        .filter(first_published_at__isnull=False)
        .annotate(month=TruncMonth("first_published_at"))
        .order_by()
        .values("month")
        .annotate(number=Count("pk"))
    )
    months = [ArchiveMonth(first=row["month"].date(), count=row["number"]) for row in rows]
    return sorted(months, key=lambda month: month.first, reverse=True)


def articles_of_month(first: date) -> QuerySet[ArticlePage]:
    """Return the public articles that first appeared in the month that begins on ``first``, newest first."""
    start, end = month_bounds(first)
    articles: QuerySet[ArticlePage] = newest_articles().filter(
        first_published_at__gte=start, first_published_at__lt=end
    )
    return articles
