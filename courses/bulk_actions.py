"""“下次复审” of many lessons, articles or terms at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import classproperty
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.widgets import AdminDateInput
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from core.actions.bulk import Outcome, set_review_date_of_each
from core.bulk_actions import AnsweringMixin
from core.pages import SignedMixin
from courses.models import GlossaryTerm


class ReviewDateForm(forms.Form):
    """The day."""

    review_by = forms.DateField(label=_("下次复审"), widget=AdminDateInput)

    def clean_review_by(self) -> date:
        day: date = self.cleaned_data["review_by"]
        if day <= timezone.localdate():
            raise forms.ValidationError(gettext("请选今天以后的日期。"))
        return day


class _ReviewDate(AnsweringMixin):
    display_name = _("改下次复审")
    action_type = "review_by"
    aria_label = _("改选中各项的下次复审")
    template_name = "courses/bulk_review_date.html"
    action_priority = 60
    form_class = ReviewDateForm
    done = _("已改 %(count)d 个，存成草稿，审核通过后生效：")
    cleaned_form: Any

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "review_by": self.cleaned_form.cleaned_data["review_by"]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "action_name": self.display_name}  # type: ignore[misc]


class ReviewDateOfPages(_ReviewDate, PageBulkAction):  # type: ignore[misc]
    """Of lessons and articles; other pages have no such date."""

    def check_perm(self, page: Any) -> bool:
        return bool(page.permissions_for_user(self.request.user).can_edit())

    @classmethod
    def execute_action(cls, objects: Sequence[Any], **kwargs: Any) -> tuple[int, int]:
        pages = [page.specific for page in objects]
        signed = [page for page in pages if isinstance(page, SignedMixin)]
        kwargs["outcomes"] += set_review_date_of_each(
            objects=signed, review_by=kwargs["review_by"], user=kwargs["user"]
        )
        kwargs["outcomes"] += [
            Outcome(page.get_admin_display_title(), gettext("这种页面没有复审日期。"))
            for page in pages
            if not isinstance(page, SignedMixin)
        ]
        return len(objects), 0


class ReviewDateOfTerms(_ReviewDate, SnippetBulkAction):  # type: ignore[misc]
    """Of terms of the glossary."""

    @classproperty
    def models(cls) -> list[type[Any]]:  # noqa: N805 -- a property of the class, as in Wagtail
        return [GlossaryTerm]

    def check_perm(self, obj: Any) -> bool:
        policy = GlossaryTerm.snippet_viewset.permission_policy
        return bool(policy.user_has_permission_for_instance(self.request.user, "change", obj))

    @classmethod
    def execute_action(cls, objects: Sequence[Any], **kwargs: Any) -> tuple[int, int]:
        kwargs["outcomes"] += set_review_date_of_each(
            objects=objects, review_by=kwargs["review_by"], user=kwargs["user"]
        )
        return len(objects), 0
