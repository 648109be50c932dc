"""The glossary in the admin."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from core.snippet_views import ReviewedEditView
from courses.dashboard import editorial_panels
from courses.media_views import MediaFileViewSet, media_chooser_viewset
from courses.models import GlossaryTerm


class GlossaryTermForm(WagtailAdminModelForm):
    """The address may be left empty: it is made of the pinyin."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("网址里的一段。留空则用拼音。")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not cleaned.get("slug") and cleaned.get("pinyin") and "slug" not in self.errors:
            cleaned["slug"] = cleaned["pinyin"].replace(" ", "-")[:60]
        return cleaned


class GlossaryTermViewSet(SnippetViewSet):
    """Terms: written by editors, public after review."""

    model = GlossaryTerm
    edit_view_class = ReviewedEditView
    icon = "openquote"
    menu_label = _("词典")
    menu_name = "glossary"
    add_to_admin_menu = True
    menu_order = 320
    list_display = ("term", "pinyin", "plain", BooleanColumn("live", label=_("已发布"), sort_key="live"))
    list_filter = ("live",)
    search_fields = ("term", "aliases", "plain")
    ordering = ("pinyin",)
    list_per_page = 50
    edit_handler = ObjectList(
        [
            FieldPanel("term"),
            FieldPanel("plain"),
            FieldPanel("example"),
            FieldPanel("aliases"),
            FieldPanel("lessons"),
            MultiFieldPanel([FieldPanel("pinyin"), FieldPanel("english"), FieldPanel("slug")], heading=_("排序与网址")),
            MultiFieldPanel([FieldPanel("checked_on"), FieldPanel("review_by")], heading=_("核对")),
        ],
        base_form_class=GlossaryTermForm,
    )


register_snippet(GlossaryTermViewSet)


@hooks.register("register_admin_viewset")
def register_media_viewsets() -> list[Any]:
    """Return the recordings and their chooser."""
    return [MediaFileViewSet("media_files"), media_chooser_viewset]


@hooks.register("construct_homepage_panels")
def add_homepage_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Say what has to be looked at again, and that nothing waits for approval when nothing does."""
    panels += editorial_panels(request.user, today=timezone.localdate())
