"""Choosing a question for a quiz, or a misconception for an option, by words in them."""

from typing import Any

from django import forms
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.snippets.views.chooser import ChooseResultsView as SnippetChooseResultsView
from wagtail.snippets.views.chooser import ChooseView as SnippetChooseView
from wagtail.snippets.views.chooser import SnippetChooserViewSet

from quizzes.models import QuestionVersion


class _WordsForm(BaseFilterForm):
    q = forms.CharField(label=_("搜索"), required=False)
    columns: tuple[str, ...] = ()

    def filter(self, objects: Any) -> Any:
        words = self.cleaned_data.get("q", "").split()
        for word in words:
            condition = Q()
            for column in self.columns:
                condition |= Q(**{f"{column}__icontains": word})
            objects = objects.filter(condition)
        self.is_searching = bool(words)
        self.search_query = " ".join(words)
        return objects


class QuestionWordsForm(_WordsForm):
    columns = ("question__code", "stem", "ask")


class MisconceptionWordsForm(_WordsForm):
    columns = ("code", "belief", "correction")


class TwinWordsForm(_WordsForm):
    columns = ("code", "versions__stem", "versions__ask")

    def filter(self, objects: Any) -> Any:
        return super().filter(objects).distinct()


class _NewestMixin:
    filter_form_class = QuestionWordsForm

    def get_object_list(self) -> QuerySet[QuestionVersion]:
        newest = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number").values("number")[:1]
        return (
            QuestionVersion.objects.filter(number=Subquery(newest))
            .select_related("question")
            .order_by(F("question__code"))
        )


class QuestionChooseView(_NewestMixin, ChooseView):
    pass


class QuestionChooseResultsView(_NewestMixin, ChooseResultsView):
    pass


class QuestionChooserViewSet(ChooserViewSet):
    """Offers the newest version of each question."""

    model = QuestionVersion
    icon = "help"
    choose_one_text = _("选择题目")
    choose_another_text = _("换一道题")
    edit_item_text = _("修改这道题")
    choose_view_class = QuestionChooseView
    choose_results_view_class = QuestionChooseResultsView


class MisconceptionChooseView(SnippetChooseView):
    filter_form_class = MisconceptionWordsForm


class MisconceptionChooseResultsView(SnippetChooseResultsView):
    filter_form_class = MisconceptionWordsForm


class MisconceptionChooserViewSet(SnippetChooserViewSet):
    choose_one_text = _("选择误区")
    choose_another_text = _("换一个误区")
    choose_view_class = MisconceptionChooseView
    choose_results_view_class = MisconceptionChooseResultsView


class TwinChooseView(SnippetChooseView):
    filter_form_class = TwinWordsForm


class TwinChooseResultsView(SnippetChooseResultsView):
    filter_form_class = TwinWordsForm


class TwinChooserViewSet(SnippetChooserViewSet):
    """Offers questions of the bank, whatever their version."""

    choose_one_text = _("选择题目")
    choose_another_text = _("换一道题")
    choose_view_class = TwinChooseView
    choose_results_view_class = TwinChooseResultsView


question_chooser_viewset = QuestionChooserViewSet("question_chooser")
