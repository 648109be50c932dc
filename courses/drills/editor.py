"""Drills in the admin: the form, the overview of the tree beside it, and the list."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from core.pages import SignedMixin
from core.snippet_views import ReviewedEditView
from courses.drills.blocks import nodes_of
from courses.drills.tree import problems
from courses.drills.walk import overview
from courses.models import Drill


class DrillForm(WagtailAdminModelForm):
    """A draft may be saved before it can be walked; what is submitted must be whole."""

    def _post_clean(self) -> None:
        # Steps that the form refused are not on the instance, whose older ones nobody asked about.
        self.instance.is_unfinished = self.is_deferred_validation or "steps" in self.errors
        super()._post_clean()


class OverviewPanel(HelpPanel):  # type: ignore[misc]
    """The whole tree as nested lists, as it was last saved, with what keeps it from being walked."""

    class BoundPanel(HelpPanel.BoundPanel):  # type: ignore[misc]
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            steps = self.instance.steps
            found = problems(nodes_of(steps)) if steps else []
            return {**context, "tree": overview(self.instance.parts), "problems": [row.message for row in found]}


class DrillViewSet(SnippetViewSet):
    """Drills: written by editors, public after review."""

    model = Drill
    edit_view_class = ReviewedEditView
    icon = "help"
    menu_label = _("情景演练")
    menu_name = "drills"
    add_to_admin_menu = True
    menu_order = 325
    list_display = ("__str__", "kind", "tier", BooleanColumn("live", label=_("已发布"), sort_key="live"))
    list_filter = ("live", "kind")
    search_fields = ("title", "intro")
    # Staff look for a piece of a word among the drafts too: the columns themselves, not the index of what is public.
    search_backend_name = None
    ordering = ("title",)
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("intro"),
            MultiFieldPanel(
                [
                    FieldPanel("kind"),
                    FieldPanel("tier"),
                    FieldPanel("minutes"),
                    FieldPanel("purposes"),
                    FieldPanel("dimensions"),
                    FieldPanel("slug"),
                ],
                heading=_("这个演练"),
            ),
            FieldPanel("steps"),
            OverviewPanel(template="courses/drills/admin_overview.html", heading=_("走法一览")),
            FieldPanel("lessons"),
            FieldPanel("sources"),
            *SignedMixin.signature_panels,
        ],
        base_form_class=DrillForm,
    )
