"""The glossary in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.models import GlossaryTerm


class GlossaryTermViewSet(SnippetViewSet):
    """Terms: written by editors, public after review."""

    model = GlossaryTerm
    icon = "book"
    menu_label = _("词典")
    menu_name = "glossary"
    add_to_admin_menu = True
    menu_order = 320
    list_display = ("term", "pinyin", "plain", "live")
    list_filter = ("live",)
    search_fields = ("term", "aliases", "plain")
    ordering = ("pinyin",)
    list_per_page = 50
    panels = (
        FieldPanel("term"),
        FieldPanel("plain"),
        FieldPanel("example"),
        FieldPanel("aliases"),
        FieldPanel("lessons"),
        MultiFieldPanel([FieldPanel("pinyin"), FieldPanel("english"), FieldPanel("slug")], heading=_("排序与网址")),
        MultiFieldPanel([FieldPanel("checked_on"), FieldPanel("review_by")], heading=_("核对")),
    )


register_snippet(GlossaryTermViewSet)
