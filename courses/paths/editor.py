"""Paths in the admin: the form, what is left out in public, and the list."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, ObjectList, PageChooserPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import SnippetViewSet

from core.fact_texts import check_texts
from core.pages import SignedMixin
from core.snippet_views import ReviewedEditView
from courses.models import LearningPath

MOST_ITEMS = 12
_TWICE = _("这一课在这条路径里已经有了，请去掉一个。")


class LearningPathForm(WagtailAdminModelForm):
    """Says in words when a lesson stands in the path twice; refuses unknown facts beside the reason that names one."""

    def is_valid(self) -> bool:
        """Tell whether form and items hold."""
        items = self.formsets["items"]
        # The formset finds them; its own sentence names columns.
        items.get_form_error = lambda: str(_TWICE)
        items.get_unique_error_message = lambda _columns: str(_TWICE)
        valid = super().is_valid()
        for form in items.forms:
            try:
                check_texts([str(getattr(form, "cleaned_data", {}).get("reason", ""))])
            except ValidationError as error:
                form.add_error("reason", error)
                valid = False
        return bool(valid)


class LeftOutPanel(HelpPanel):  # type: ignore[misc]
    """The items that the public does not see, and why."""

    class BoundPanel(HelpPanel.BoundPanel):  # type: ignore[misc]
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "missing": self.instance.missing() if self.instance.pk else []}


class LearningPathViewSet(SnippetViewSet):
    """Paths: written by editors, public after review."""

    model = LearningPath
    edit_view_class = ReviewedEditView
    icon = "list-ol"
    menu_label = _("学习路径")
    menu_name = "paths"
    add_to_admin_menu = True
    menu_order = 322
    list_display = (
        "__str__",
        "audience",
        Column("left_out", label=_("读者看不到的"), accessor=lambda path: "；".join(path.missing())),
        BooleanColumn("live", label=_("已发布"), sort_key="live"),
    )
    list_filter = ("live",)
    search_fields = ("title", "audience", "promise")
    # Staff look for a piece of a word among the drafts too: the columns themselves, not the index of what is public.
    search_backend_name = None
    ordering = ("title",)
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("audience"),
            FieldPanel("promise"),
            FieldPanel("slug"),
            LeftOutPanel(template="courses/paths/admin_left_out.html", heading=_("读者看不到的")),
            InlinePanel(
                "items",
                [
                    PageChooserPanel("lesson", "courses.LessonPage"),
                    FieldPanel("reason"),
                    FieldPanel("drill"),
                    FieldPanel("tool"),
                ],
                heading=_("课，按先后排"),
                label=_("课"),
                min_num=1,
                max_num=MOST_ITEMS,
            ),
            FieldPanel("follow_up"),
            FieldPanel("order"),
            *SignedMixin.signature_panels,
        ],
        base_form_class=LearningPathForm,
    )
