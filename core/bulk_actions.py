"""Bulk actions of the admin's listings that answer for each row."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import classproperty
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.models import get_snippet_models

from core.actions.bulk import Outcome, publish_each, unpublish_each
from core.publishing import GatedMixin


def tell_outcomes(request: HttpRequest, outcomes: Sequence[Outcome], *, done: str) -> None:
    """Say which rows were done, and for each of the others why not. ``done`` holds ``%(count)d``."""
    passed = [row.title for row in outcomes if not row.refusal]
    refused = [row for row in outcomes if row.refusal]
    if passed:
        messages.success(request, format_html("{}{}", done % {"count": len(passed)}, "、".join(passed)))
    if refused:
        head = ngettext("%(count)d 个没有做：", "%(count)d 个没有做：", len(refused)) % {"count": len(refused)}
        rows = format_html_join("", "<li>{}：{}</li>", ((row.title, row.refusal) for row in refused))
        messages.error(request, format_html("{}<ul>{}</ul>", head, rows))


class AnsweringMixin:
    """Collects what became of each row, and tells it once everything is stored."""

    request: HttpRequest
    done: Any = ""

    def form_valid(self, form: Any) -> HttpResponse:
        self.outcomes: list[Outcome] = []
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        tell_outcomes(self.request, self.outcomes, done=str(self.done))
        return response

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "user": self.request.user, "outcomes": self.outcomes}  # type: ignore[misc]

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> None:
        """Nothing more: each row has its answer."""


class PublishPages(AnsweringMixin, PublishBulkAction):  # type: ignore[misc]
    """Wagtail's, through the gate row by row: an approved one goes live though another is refused."""

    done = _("已发布 %(count)d 个：")

    @classmethod
    def execute_action(
        cls, objects: Sequence[Any], include_descendants: bool = False, user: Any = None, **kwargs: Any
    ) -> tuple[int, int]:
        wanted: dict[int, Any] = {}
        for page in objects:
            wanted.setdefault(page.pk, page)
            if include_descendants:
                for below in page.get_descendants().not_live():
                    if below.permissions_for_user(user).can_publish():
                        wanted.setdefault(below.pk, below)
        kwargs["outcomes"] += publish_each(objects=[page.specific for page in wanted.values()], user=user)
        return len(objects), 0


class _GatedSnippets(AnsweringMixin, SnippetBulkAction):  # type: ignore[misc]
    """A step for the snippets behind the gate, for who may publish them."""

    template_name = "core/admin/bulk_snippets.html"
    question: Any = ""

    @classproperty
    def models(cls) -> list[type[Any]]:  # noqa: N805 -- a property of the class, as in Wagtail
        return [model for model in get_snippet_models() if issubclass(model, GatedMixin)]

    def check_perm(self, obj: Any) -> bool:
        policy = self.model.snippet_viewset.permission_policy
        return bool(policy.user_has_permission_for_instance(self.request.user, "publish", obj))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "action_name": self.display_name,
            "question": self.question,
        }


class PublishSnippets(_GatedSnippets):
    """Publish, through the gate."""

    display_name = _("发布")
    action_type = "publish"
    aria_label = _("发布选中的条目")
    action_priority = 10
    question = _("要发布这些吗？没有通过审核的会留下，并说明原因。")
    done = _("已发布 %(count)d 个：")

    @classmethod
    def execute_action(cls, objects: Sequence[Any], **kwargs: Any) -> tuple[int, int]:
        kwargs["outcomes"] += publish_each(objects=objects, user=kwargs["user"])
        return len(objects), 0


class UnpublishSnippets(_GatedSnippets):
    """Take off the site what nothing shows any more."""

    display_name = _("取消发布")
    action_type = "unpublish"
    aria_label = _("取消发布选中的条目")
    action_priority = 20
    question = _("要取消发布这些吗？读者就看不到了。还有地方在用的会留下，并说明原因。")
    done = _("已取消发布 %(count)d 个：")

    @classmethod
    def execute_action(cls, objects: Sequence[Any], **kwargs: Any) -> tuple[int, int]:
        kwargs["outcomes"] += unpublish_each(objects=objects, user=kwargs["user"])
        return len(objects), 0
