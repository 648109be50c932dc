"""The phrase check of a form while it is written."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from compliance.drafts import DraftUnknownError, EditedForm, NoDraftError, draft_of, form_at
from compliance.errors import TextTooLongError
from compliance.findings import PlacedFinding, findings_of
from compliance.publication import releases_of
from compliance.reviews import may_edit
from compliance.text_of import source_of
from core import limits

LARGEST = 400_000
CHECKS = limits.Limit(count=120, window=timedelta(minutes=1))
_TOO_LARGE, _TOO_MANY, _FORBIDDEN, _UNREADABLE, _NOTHING_TO_CHECK = 413, 429, 403, 400, 204


@csrf_exempt
@require_POST
def check_form(request: HttpRequest) -> HttpResponse:
    """Answer with the findings in the posted form; refuse a body of more than ``LARGEST`` bytes before it is read.

    A form that holds no words for readers, of a recording for instance, gets an empty answer.

    Django's own protection reads the form to find its token, so it is asked after the size.
    """
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = LARGEST + 1
    if size > LARGEST:
        message = _("内容超过 %(most)d KB，不能边写边查。请分成几篇，或先存草稿再提交。") % {"most": LARGEST // 1000}
        return JsonResponse({"error": message}, status=_TOO_LARGE)
    return _checked(request)


@csrf_protect
def _checked(request: HttpRequest) -> HttpResponse:
    try:
        limits.hit(
            key=f"compliance-check:{request.user.pk}", limit=CHECKS.count, window=CHECKS.window, now=timezone.now()
        )
        form = form_at(request.POST.get("compliance-path", ""))
        if not _may_write(form, request.user):
            return JsonResponse({"error": _("您不能改这一篇。")}, status=_FORBIDDEN)
        draft = draft_of(form, request.POST)
        source = source_of(form.model)
        findings = findings_of(list(source.pieces(draft)), source.kind)
    except limits.LimitExceeded as error:
        return JsonResponse({"error": str(error)}, status=_TOO_MANY)
    except TextTooLongError as error:
        return JsonResponse({"error": str(error)}, status=_TOO_LARGE)
    except NoDraftError:
        return HttpResponse(status=_NOTHING_TO_CHECK)
    except DraftUnknownError as error:
        return JsonResponse({"error": str(error)}, status=_UNREADABLE)
    releases = releases_of(form.stored, findings) if form.stored is not None else {}
    return JsonResponse(
        {
            "counts": {
                "block": sum(f.severity == "block" and f.digest not in releases for f in findings),
                "warn": sum(f.severity == "warn" for f in findings),
                "note": sum(f.severity == "note" for f in findings),
            },
            "findings": [_as_json(finding, released=finding.digest in releases) for finding in findings],
        }
    )


def _may_write(form: EditedForm, user: Any) -> bool:
    if form.stored is not None:
        return may_edit(form.stored, user)
    opts = form.model._meta
    # Wagtail asks where a new page may stand when it is stored; here nothing is.
    return bool(user.has_perm("wagtailadmin.access_admin")) and (
        hasattr(form.model, "url_path") or user.has_perm(f"{opts.app_label}.add_{opts.model_name}")
    )


def _as_json(finding: PlacedFinding, *, released: bool) -> dict[str, Any]:
    return {
        "severity": "note" if released else finding.severity,
        "released": released,
        "rule": finding.rule,
        "category": finding.category_name,
        "match": finding.match,
        "before": finding.before[-18:],
        "after": finding.after[:18],
        # What follows the sign is no place of the editor.
        "places": [place.partition("#")[0] for place in finding.places],
        "label": finding.label,
        "suggestion": finding.suggestion,
        "wording": finding.wording,
    }
