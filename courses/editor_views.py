"""What the editor asks while a lesson or article is written."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.models import Page

from compliance.drafts import DraftUnknownError, EditedForm, draft_of, form_at
from compliance.reviews import may_edit
from compliance.text_of import source_of
from core import limits
from courses.actions.draft_importing import LARGEST, import_markdown, kind_below
from courses.checklist import Check, checklist_of
from courses.errors import ContentInvalidError
from courses.pages import ArticlePage, LessonPage

CHECKS = limits.Limit(count=120, window=timedelta(minutes=1))
_TOO_MANY, _FORBIDDEN, _UNREADABLE = 429, 403, 400


@require_POST
def checklist(request: HttpRequest) -> JsonResponse:
    """Answer with the checklist of the posted form of a lesson or article; nothing is stored."""
    now = timezone.now()
    try:
        limits.hit(key=f"checklist:{request.user.pk}", limit=CHECKS.count, window=CHECKS.window, now=now)
        form = _form_of(request.POST.get("checklist-path", ""))
        if not _may_write(form, request.user):
            return JsonResponse({"error": _("您不能改这一篇。")}, status=_FORBIDDEN)
        draft = draft_of(form, request.POST)
    except limits.LimitExceeded as error:
        return JsonResponse({"error": str(error)}, status=_TOO_MANY)
    except DraftUnknownError as error:
        return JsonResponse({"error": str(error)}, status=_UNREADABLE)
    draft.minutes = _whole_number(request.POST.get("minutes", ""))
    pieces = list(source_of(form.model).pieces(draft))
    checks = checklist_of(draft, pieces, known_codes=draft.misconceptions_by_code)
    labels = {piece.place.partition("#")[0]: piece.label for piece in pieces}
    return JsonResponse(
        {
            "open": sum(not check.done for check in checks),
            "total": len(checks),
            "checks": [_as_json(check, labels) for check in checks],
        }
    )


def _form_of(path: str) -> EditedForm:
    form = form_at(path)
    if not issubclass(form.model, LessonPage | ArticlePage):
        raise DraftUnknownError(_("这里没有可以检查的表单。"))
    return form


def _may_write(form: EditedForm, user: Any) -> bool:
    if form.stored is not None:
        return may_edit(form.stored, user)
    return bool(user.has_perm("wagtailadmin.access_admin"))


def _whole_number(typed: str) -> int:
    return int(typed) if len(typed) <= 4 and typed.isascii() and typed.isdigit() else 0  # noqa: PLR2004


def _as_json(check: Check, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "key": check.key,
        "label": check.label,
        "done": check.done,
        "detail": check.detail,
        "spots": [
            {"text": spot.text, "kind": spot.kind, "place": spot.place, "where": labels.get(spot.place, "")}
            for spot in check.spots
        ],
    }


class MarkdownForm(forms.Form):
    """The file to import."""

    file = forms.FileField(
        label=gettext_lazy("Markdown 文件"), help_text=gettext_lazy("扩展名是 .md 或 .txt，UTF-8 编码，不超过 1 MB。")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_draft(request: HttpRequest, parent_id: int) -> HttpResponse:
    """Ask for a Markdown file and lead to the form of the draft that it makes."""
    parent = get_object_or_404(Page, pk=parent_id).specific
    kind = kind_below(parent)
    if kind is None or not parent.permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    form = MarkdownForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            made = import_markdown(parent=parent, data=upload.read(LARGEST + 1), user=request.user, now=timezone.now())
        except ContentInvalidError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("已经导入成草稿，请补全必填的几项。"))
            if made.pictures:
                messages.warning(
                    request,
                    _("有 %(count)d 张图没有带进来，原处留着图的说明。请用“图片”块加上。")
                    % {"count": len(made.pictures)},
                )
            return redirect("wagtailadmin_pages:edit", made.page.pk)
    return render(
        request, "courses/import_draft.html", {"form": form, "parent": parent, "kind": kind._meta.verbose_name}
    )
