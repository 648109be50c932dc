"""The search in the admin: everyday words that lead to the field's own, and what was looked for in vain."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.snippets.views.snippets import SnippetViewSet

from core.models import Synonym, VainSearch
from edu_site.roles import VIEW_VAIN_SEARCHES

# Words of fewer different days are shown to nobody: they could be one person's.
SHOWN_FROM_DAYS = 3


class SynonymViewSet(SnippetViewSet):
    """Everyday words. They are no published text: they lead to what is, so a change needs no second person."""

    model = Synonym
    icon = "search"
    menu_label = _("搜索用词")
    menu_name = "synonyms"
    add_to_admin_menu = True
    menu_order = 330
    list_display = ("everyday", "terms")
    search_fields = ("everyday", "terms")
    ordering = ("everyday",)
    list_per_page = 100
    panels = [FieldPanel("everyday"), FieldPanel("terms")]


class VainSearchReportView(ReportView):
    """What readers looked for in vain on several days, the commonest first. Nobody can tell who it was."""

    page_title = _("没找到的搜索")
    header_icon = "search"
    index_url_name = "vain_searches"
    index_results_url_name = "vain_searches_results"
    model = VainSearch
    is_searchable = False
    list_export = ["words", "days", "times", "last"]
    export_headings = {"words": _("找的词"), "days": _("几天里有人找"), "times": _("共几次"), "last": _("最近一天")}
    columns = [
        Column("words", label=_("找的词"), accessor=lambda row: row["words"]),
        Column("days", label=_("几天里有人找"), accessor=lambda row: row["days"]),
        Column("times", label=_("共几次"), accessor=lambda row: row["times"]),
        Column("last", label=_("最近一天"), accessor=lambda row: row["last"]),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(VIEW_VAIN_SEARCHES):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[Any, Any]:
        return (
            VainSearch.objects.values("words")
            .annotate(days=Count("day"), times=Sum("count"), last=Max("day"))
            .filter(days__gte=SHOWN_FROM_DAYS)
            .order_by("-days", "-times", "words")
        )

    def get_queryset(self) -> QuerySet[Any, Any]:
        return self.get_base_queryset()

    def get_filename(self) -> str:
        return f"vain-searches-{timezone.localdate():%Y%m%d}"
