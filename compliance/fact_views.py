"""Facts in the admin: list, form, chooser, and the page that says where a fact is used."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.chooser import ChosenView
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
)
from wagtail.snippets.views.snippets import DeleteView, SnippetViewSet, UnpublishView, UsageView

from compliance.models import Fact
from compliance.queries import live_facts, uses_of
from core.registries import FactUse
from core.snippet_views import ReviewedEditView


class FactForm(WagtailAdminModelForm):
    """The key is fixed once it was public; checking again moves the next check along."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields and self.instance.stored_key:
            self.fields["key"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if {"checked_on", "review_months"} & set(self.changed_data) and "review_by" not in self.changed_data:
            cleaned["review_by"] = None
        return cleaned


class UsesPanel(Panel):
    """Says where the fact is used, before somebody approves another value for it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "compliance/facts/uses_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "uses": uses_of([self.instance.key])}


class FactEditView(ReviewedEditView):
    """Wagtail's own count of uses knows nothing of references in plain text: the panel counts them all."""

    def get_usage_url(self) -> None:
        return None


class _RefusedWhileInUse:
    """Says at once that a fact is in use, instead of asking first and refusing then."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        self.object.refuse_while_in_use()  # type: ignore[attr-defined]
        return super().get(*args, **kwargs)  # type: ignore[misc]

    def get_usage_url(self) -> None:
        return None


class FactDeleteView(_RefusedWhileInUse, DeleteView):
    pass


class FactUnpublishView(_RefusedWhileInUse, UnpublishView):
    pass


class FactUsesView(UsageView):
    """Where a fact is used: pages, terms, quizzes and questions, live and in drafts."""

    page_title = _("用在哪里")

    def get_queryset(self) -> list[FactUse]:
        return uses_of([self.object.key])

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("title", label=_("在哪里"), get_url=lambda use: use.edit_url),
            Column("label", label=_("是什么")),
            BooleanColumn("live", label=_("读者看得到")),
        ]

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:
        return super(generic.UsageView, self).get_table(object_list, **kwargs)


class FactWordsForm(BaseFilterForm):
    """Finds facts by words in their key, statement or value."""

    q = forms.CharField(label=_("搜索"), required=False)

    def filter(self, objects: Any) -> Any:
        words = self.cleaned_data.get("q", "").split()
        for word in words:
            objects = objects.filter(Q(key__icontains=word) | Q(statement__icontains=word) | Q(value__icontains=word))
        self.is_searching = bool(words)
        self.search_query = " ".join(words)
        return objects


class _LiveFactsMixin:
    filter_form_class = FactWordsForm
    ordering = "key"

    def get_object_list(self) -> QuerySet[Fact]:
        return live_facts()

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns[:-1],  # type: ignore[misc]  # all are live
            Column("inline", label=_("句子里怎么写")),
            Column("statement", label=_("事实")),
        ]


class FactChooseView(_LiveFactsMixin, ChooseView):
    pass


class FactChooseResultsView(_LiveFactsMixin, ChooseResultsView):
    pass


class FactChosenView(ChosenView):
    """Gives the editor what its chip needs."""

    response_data_title_key = "string"

    def get_chosen_response_data(self, item: Fact) -> dict[str, Any]:
        return {**super().get_chosen_response_data(item), "key": item.key, "display": item.inline}


class FactChooserViewSet(SnippetChooserViewSet):
    """Offers the facts that are public."""

    choose_one_text = _("选择事实")
    choose_another_text = _("换一个事实")
    choose_view_class = FactChooseView
    choose_results_view_class = FactChooseResultsView
    chosen_view_class = FactChosenView


class FactViewSet(SnippetViewSet):
    """Facts: written by editors, public after review."""

    model = Fact
    icon = "pick"
    menu_label = _("事实")
    menu_name = "facts"
    add_to_admin_menu = True
    menu_order = 325
    copy_view_enabled = False
    edit_view_class = FactEditView
    delete_view_class = FactDeleteView
    unpublish_view_class = FactUnpublishView
    usage_view_class = FactUsesView
    chooser_viewset_class = FactChooserViewSet
    list_display = (
        "key",
        Column("inline", label=_("句子里怎么写")),
        "statement",
        Column("review_by", label=_("下次核对"), sort_key="review_by"),
        BooleanColumn("live", label=_("已发布"), sort_key="live"),
    )
    list_filter = ("live", "confidence", "recalled", "unit")
    search_fields = ("key", "statement", "value", "source")
    list_per_page = 50
    edit_handler = ObjectList(
        [
            UsesPanel(heading=_("用在哪里")),
            FieldPanel("key"),
            FieldPanel("statement"),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("value"), FieldPanel("unit")]), FieldPanel("display")], heading=_("数值")
            ),
            MultiFieldPanel(
                [FieldPanel("source"), FieldRowPanel([FieldPanel("as_of"), FieldPanel("checked_on")])],
                heading=_("来源与核对"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("review_months"), FieldPanel("review_by")])], heading=_("下次核对")
            ),
            MultiFieldPanel(
                [FieldPanel("confidence"), FieldPanel("recalled"), FieldPanel("caution")], heading=_("把握")
            ),
            FieldPanel("note"),
        ],
        base_form_class=FactForm,
    )
