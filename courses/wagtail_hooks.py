"""Glossary, drills, paths, recordings, imports of drafts in the admin, and the checklist of lessons and articles."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from core.snippet_views import ReviewedEditView
from courses.actions.draft_importing import kind_below
from courses.bulk_actions import ReviewDateOfPages, ReviewDateOfTerms
from courses.certificate_admin import TierTestViewSet, find_certificate, staff_certificate
from courses.dashboard import editorial_panels
from courses.drills.editor import DrillViewSet
from courses.editor_views import checklist
from courses.feedback_admin import FeedbackMenuItem, FeedbackReportView, feedback_url
from courses.import_views import describe_pictures, import_draft
from courses.media_views import MediaFileViewSet, media_chooser_viewset
from courses.models import GlossaryTerm
from courses.pages import LessonPage
from courses.paths.editor import LearningPathViewSet
from courses.roles import VIEW_FEEDBACK


class CertificateMenuItem(MenuItem):
    """Only for those who may revoke."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("courses.revoke_certificate"))


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
    # Staff look for a piece of a word among the drafts too: the columns themselves, not the index of what is public.
    search_backend_name = None
    ordering = ("pinyin",)
    list_per_page = 50
    edit_handler = ObjectList(
        [
            FieldPanel("term"),
            FieldPanel("plain"),
            FieldPanel("example"),
            FieldPanel("aliases"),
            FieldPanel("unlinked"),
            FieldPanel("lessons"),
            MultiFieldPanel([FieldPanel("pinyin"), FieldPanel("english"), FieldPanel("slug")], heading=_("排序与网址")),
            MultiFieldPanel([FieldPanel("checked_on"), FieldPanel("review_by")], heading=_("核对")),
        ],
        base_form_class=GlossaryTermForm,
    )


register_snippet(GlossaryTermViewSet)
register_snippet(DrillViewSet)
register_snippet(LearningPathViewSet)
register_snippet(TierTestViewSet)

for _action in (ReviewDateOfPages, ReviewDateOfTerms):
    hooks.register("register_bulk_action", _action, order=10)


@hooks.register("register_admin_viewset")
def register_media_viewsets() -> list[Any]:
    """Return the recordings and their chooser."""
    return [MediaFileViewSet("media_files"), media_chooser_viewset]


@hooks.register("construct_homepage_panels")
def add_homepage_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Say what has to be looked at again, and that nothing waits for approval when nothing does."""
    panels += editorial_panels(request.user, today=timezone.localdate())


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    """Return the addresses that the form of a lesson or article asks, the import of drafts, and certificates."""
    return [
        path("courses/checklist/", checklist, name="courses_checklist"),
        path("courses/certificates/", find_certificate, name="courses_find_certificate"),
        path("courses/certificates/<slug:code>/", staff_certificate, name="courses_certificate"),
        path("courses/import/<int:parent_id>/", import_draft, name="courses_import"),
        path("courses/import/pictures/<uuid:key>/", describe_pictures, name="courses_import_pictures"),
    ]


@hooks.register("register_admin_menu_item")
def register_certificate_menu_item() -> MenuItem:
    """Return the way to certificates, shown to whoever may revoke one."""
    return CertificateMenuItem(
        _("学习证明"), reverse("courses_find_certificate"), name="certificates", icon_name="check", order=236
    )


@hooks.register("register_admin_urls")
def register_feedback_urls() -> list[URLPattern]:
    """Return the report on whether lessons are clear."""
    return [
        path("reports/lesson-feedback/", FeedbackReportView.as_view(), name="lesson_feedback"),
        path(
            "reports/lesson-feedback/results/",
            FeedbackReportView.as_view(results_only=True),
            name="lesson_feedback_results",
        ),
    ]


@hooks.register("register_reports_menu_item")
def feedback_menu_item() -> MenuItem:
    """Return the way to the report, shown to whoever may read it."""
    return FeedbackMenuItem(
        _("课程反馈"), reverse("lesson_feedback"), name="lesson-feedback", icon_name="help", order=690
    )


@hooks.register("register_page_header_buttons")
def offer_feedback(page: Page, user: Any, view_name: str, next_url: str | None = None, **_kwargs: Any) -> list[Button]:
    """Lead from a public lesson to what its readers said of it."""
    if not (page.pk and page.live and page.specific_class is LessonPage and user.has_perm(VIEW_FEEDBACK)):
        return []
    return [Button(_("课程反馈"), feedback_url(page), icon_name="help", priority=65)]


@hooks.register("register_page_header_buttons")
def offer_import(page: Page, user: Any, view_name: str, next_url: str | None = None, **_kwargs: Any) -> list[Button]:
    """Lead from a tier or a column to the import of a draft below it."""
    if view_name != "index" or kind_below(page) is None or not page.permissions_for_user(user).can_add_subpage():
        return []
    return [Button(_("导入"), url=reverse("courses_import", args=[page.pk]), icon_name="upload", priority=45)]


# After the phrase check, whose way to a place it takes.
@hooks.register("insert_editor_js", order=10)
def link_checklist_script() -> SafeString:
    """Link the script of the checklist with its words; it stands aside on forms that are no lesson or article."""
    words = {
        "title": _("写作清单"),
        "open": _("还差 # 项"),
        "done": _("都齐了"),
        "good": _("好了"),
        "missing": _("还差"),
        "jump": _("跳到这里"),
        "hide": _("收起"),
        "failed": _("这一次没有数成，改动后会再试。"),
        "help": _("清单只提醒，不拦提交。数的是现在表单里的内容，没有保存的也算。"),
    }
    return format_html(
        '<script src="{}" defer data-checklist-url="{}"{}></script>',
        static("js/checklist.js"),
        reverse("courses_checklist"),
        format_html_join("", ' data-word-{}="{}"', words.items()),
    )
