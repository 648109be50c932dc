"""The page on which a reviewer reads one version and answers."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page, TaskState

from compliance.actions.overrides import release_finding
from compliance.errors import ComplianceError, TextTooLongError
from compliance.models.overrides import SHORTEST_REASON
from compliance.publication import may_release
from compliance.reviews import (
    authors_since_live,
    changes_since_live,
    deadline_of,
    facts_in,
    may_review,
    review_url,
    reviewed_findings,
    revision_to_review,
    waiting_state,
)
from compliance.text_of import is_text, source_of, words_of


class ReviewView(WagtailAdminTemplateMixin, TemplateView):
    """One version: what changed, what was found, who wrote it, and the answers that this user may give."""

    template_name = "compliance/review/review.html"
    header_icon = "tasks"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        try:
            model = apps.get_model(kwargs["app_label"], kwargs["model_name"])
        except LookupError as error:
            raise Http404 from error
        if not is_text(model):
            raise Http404
        self.stored: Any = get_object_or_404(model, pk=kwargs["pk"])
        if isinstance(self.stored, Page):
            self.stored = self.stored.specific
        self.state = waiting_state(self.stored)
        self.revision = revision_to_review(self.stored, self.state)
        self.subject: Any = self.revision.as_object() if self.revision is not None else self.stored

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_review(self.stored, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return _("审核这一版：%(title)s") % {"title": self.subject}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit_url = AdminURLFinder(self.request.user).get_edit_url(self.stored) or ""
        return [
            *self.breadcrumbs_items,
            {"url": edit_url, "label": str(self.subject)},
            {"url": "", "label": self.get_page_title()},
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Release one finding; a refusal is told in its own words and changes nothing."""
        if request.POST.get("revision", "") != str(self.revision.pk if self.revision else ""):
            messages.error(request, _("您打开之后，内容又改过了。请重新看一遍再放行。"))
            return redirect(review_url(self.stored))
        try:
            release_finding(
                subject=self.subject,
                revision=self.revision,
                digest=request.POST.get("digest", ""),
                reason=request.POST.get("reason", ""),
                user=request.user,
                now=timezone.now(),
            )
        except ComplianceError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("已放行，并记下了您的名字和理由。"))
        return redirect(review_url(self.stored) + "#findings")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        source = source_of(type(self.subject))
        pieces = list(source.pieces(self.subject))
        too_long, rows = "", []
        try:
            rows = reviewed_findings(self.subject)
        except TextTooLongError as error:
            too_long = str(error)
        live = self.stored if getattr(self.stored, "live", False) else None
        deadline = deadline_of(self.state)
        return {
            **super().get_context_data(**kwargs),
            "subject": self.subject,
            "revision": self.revision,
            "state": self.state,
            "deadline": deadline,
            "overdue": deadline is not None and deadline.due_at < timezone.now(),
            "live": live,
            "changes": changes_since_live(live=live, draft=self.subject, request=self.request) if live else [],
            "words": [] if live else words_of(pieces),
            "rows": [row for row in rows if row.finding.category != "REQUIRED"],
            "missing": [row for row in rows if row.finding.category == "REQUIRED"],
            "stopping": sum(row.stops for row in rows),
            "too_long": too_long,
            "authors": authors_since_live(self.subject, self.revision),
            "facts": facts_in(pieces),
            "may_release": may_release(subject=self.subject, user=self.request.user, revision=self.revision),
            "shortest_reason": SHORTEST_REASON,
            "answers": self._answers(self.state) if self.state is not None else [],
            "answer_url": source.answer_url(self.stored) if source.answer_url else "",
            "edit_url": AdminURLFinder(self.request.user).get_edit_url(self.stored),
        }

    def _answers(self, state: TaskState) -> list[dict[str, Any]]:
        """Return the steps of Wagtail's workflow that this user may take, each once."""
        name = "wagtailadmin_pages:workflow_action"
        if not isinstance(self.stored, Page):
            name = type(self.stored).snippet_viewset.get_url_name("workflow_action")
        offered = {action for action, _label, _modal in state.task.specific.get_actions(self.stored, self.request.user)}
        labels = {"approve": _("通过并发布"), "reject": _("请求修改")}
        return [
            {"name": action, "label": label, "url": reverse(name, args=[quote(self.stored.pk), action, state.pk])}
            for action, label in labels.items()
            if action in offered
        ]
