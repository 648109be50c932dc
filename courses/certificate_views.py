"""Certificates: the holder's pages below /me/, and what anyone learns from a code at /verify/. None of it is cached."""

import uuid
from datetime import timedelta
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.sessions import reader_of
from core import limits
from core.clients import client_of
from courses.actions.certificates import issue_certificate, show_to_others
from courses.certificate_queries import certificates_of, tier_states, verified_certificate
from courses.errors import CertificateRefusedError
from courses.forms import CertificateForm
from courses.models import Certificate
from courses.qr import draw_qr
from quizzes.models import QuizAttempt

# Each look-up counts, found or not: only so does the limit say nothing about codes. A class of forty that checks its
# certificates from one school's address stays below it.
LOOKUPS = limits.Limit(count=60, window=timedelta(minutes=10))


@never_cache
@login_required
@require_GET
def certificate_list(request: HttpRequest) -> HttpResponse:
    """List the tiers with their tests and the reader's certificates."""
    context = {"section": "me", "states": tier_states(reader_of(request))}
    return render(request, "courses/certificates/list.html", context)


@never_cache
@login_required
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the certificate for the attempt that the form names; sent twice, it leads to the same one."""
    attempt = get_object_or_404(QuizAttempt, user=reader_of(request), public_id=_uuid(request.POST.get("attempt", "")))
    try:
        certificate = issue_certificate(user=reader_of(request), attempt=attempt, now=timezone.now())
    except CertificateRefusedError as error:
        context = {"section": "me", "states": tier_states(reader_of(request)), "message": str(error)}
        return render(request, "courses/certificates/list.html", context, status=HTTPStatus.CONFLICT)
    return redirect(certificate)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show a certificate to its holder, and take what others may see of it. To anybody else it does not exist."""
    certificate: Certificate = get_object_or_404(certificates_of(reader_of(request)), code=code)
    initial = {"name": certificate.shown_name, "shows_score": certificate.shows_score}
    form = CertificateForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        show_to_others(certificate=certificate, name=form.cleaned_data["name"], score=form.cleaned_data["shows_score"])
        return redirect(certificate.get_absolute_url() + "?saved=1#others")
    verify_url = request.build_absolute_uri(certificate.verify_path)
    context = {
        "section": "me",
        "certificate": certificate,
        "form": form,
        "saved": request.method != "POST" and "saved" in request.GET,
        "verify_url": verify_url,
        "qr": draw_qr(verify_url),
        "trail": [(_("学习证明"), reverse("certificate_list"))],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "courses/certificates/certificate.html", context, status=status)


@never_cache
@require_safe
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Say whether a code stands for a certificate that holds.

    Unknown and malformed codes get one answer, and the limit applies before anything is looked up.
    """
    typed = code or request.GET.get("code", "")
    context = {"section": "courses", "typed": typed, "asked": bool(typed.strip())}
    if not context["asked"]:
        return render(request, "courses/certificates/verify.html", context)
    try:
        limits.hit(
            key=f"certificates.verify:{client_of(request)}",
            limit=LOOKUPS.count,
            window=LOOKUPS.window,
            now=timezone.now(),
        )
    except limits.LimitExceeded as error:
        context.update(asked=False, message=str(error))
        return render(request, "courses/certificates/verify.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    found = verified_certificate(typed)
    context["found"] = found
    status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
    return render(request, "courses/certificates/verify.html", context, status=status)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error
