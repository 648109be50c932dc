"""The editing view of snippets behind the publish gate."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import EditView

from core.editing import (
    comparison_url,
    in_review,
    no_autosave_in_review,
    overtaken_by,
    overtaken_message,
)
from core.messages import link_button


class ReviewedEditView(EditView):
    """Approving writes nothing.

    Wagtail would save a revision first, of the approver: who approves would have written what is approved, and the
    gate would refuse it for ever.
    """

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """Lead to the page of the review, which compliance provides."""
        kind = self.model._meta
        url = reverse("compliance_review", args=[kind.app_label, kind.model_name, self.object.pk])
        return [*super().header_more_buttons, Button(_("审核这一版"), url=url, icon_name="tasks", priority=15)]

    def is_valid(self, form: Any) -> bool:
        """Refuse autosave during a review and a form that somebody else has overtaken."""
        if self.expects_json_response and in_review(self.object):
            self.produced_error_code = "locked"
            self.produced_error_message = no_autosave_in_review()
            return False
        if not super().is_valid(form):
            return False
        overtaken = None
        if not self.expects_json_response:
            overtaken = overtaken_by(self.object, user=self.request.user, posted=self.request.POST)
        if overtaken is not None:
            self.produced_error_message = overtaken_message(overtaken)
            self._show_the_other_version()
            return False
        return True

    def _show_the_other_version(self) -> None:
        url = comparison_url(
            self.object,
            loaded=self.request.POST["loaded_revision_id"],
            names=(self.revisions_compare_url_name, self.history_url_name),
        )
        messages.info(self.request, link_button(url, _("看对方改了什么")))

    def form_valid(self, form: Any) -> HttpResponse:
        if self.action == "workflow-action" and form.has_changed():
            self.produced_error_message = _("审核时不能同时改内容。要改，请先“请求修改”，由编辑改好再提交。")
            return self.form_invalid(form)
        return super().form_valid(form)

    def save_instance(self) -> Any:
        if self.action != "workflow-action":
            return super().save_instance()
        self.has_content_changes = False
        self.new_revision = None
        return self.form.instance
