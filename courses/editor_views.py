"""What the editor asks while a lesson or article is written."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from compliance.drafts import DraftUnknownError, EditedForm, draft_of, form_at
from compliance.reviews import may_edit
from compliance.text_of import source_of
from core import limits
from courses.checklist import Check, checklist_of
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
