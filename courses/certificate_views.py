"""Certificates: the holder's pages below /me/, and what anyone learns from a code at /verify/. None of it is cached."""

import uuid
from datetime import timedelta
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.sessions import reader_of
from core import limits
from core.clients import client_of
from core.memory import give_back_memory
from core.pdf_fonts import pdf_fonts
from courses.actions.certificates import issue_certificate, show_to_others
from courses.certificate_pdf import write_certificate
from courses.certificate_queries import certificates_of, tier_states, verified_certificate
from courses.errors import CertificateRefusedError
from courses.forms import CertificateForm, PdfNameForm
from courses.models import Certificate
from courses.qr import draw_qr
from quizzes.models import QuizAttempt

# Each look-up counts, found or not: only so does the limit say nothing about codes. A class of forty that checks its
# certificates from one school's address stays below it.
LOOKUPS = limits.Limit(count=60, window=timedelta(minutes=10))
# Each takes a second of a processor.
DOWNLOADS = limits.Limit(count=10, window=timedelta(minutes=10))


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
    return _certificate_page(request, certificate, form, PdfNameForm(initial={"pdf_name": certificate.shown_name}))


def _certificate_page(
    request: HttpRequest, certificate: Certificate, form: CertificateForm, pdf_form: PdfNameForm, message: str = ""
) -> HttpResponse:
    verify_url = request.build_absolute_uri(certificate.verify_path)
    context = {
        "section": "me",
        "certificate": certificate,
        "form": form,
        "saved": request.method != "POST" and "saved" in request.GET,
        "verify_url": verify_url,
        "qr": draw_qr(verify_url),
        "has_pdf": pdf_fonts() is not None,
        "pdf_form": pdf_form,
        "pdf_message": message,
        "trail": [(_("学习证明"), reverse("certificate_list"))],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or pdf_form.errors else HTTPStatus.OK
    return render(
        request,
        "courses/certificates/certificate.html",
        context,
        status=HTTPStatus.TOO_MANY_REQUESTS if message else status,
    )


@never_cache
@login_required
@require_POST
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Send the certificate as a PDF to its holder, with the name typed for this one file, which is not kept.

    A revoked one is refused; to anybody but the holder it does not exist.
    """
    reader = reader_of(request)
    certificate: Certificate = get_object_or_404(certificates_of(reader), code=code)
    form = PdfNameForm(request.POST)
    if certificate.is_revoked or pdf_fonts() is None:
        return redirect(certificate)
    others = CertificateForm(initial={"name": certificate.shown_name, "shows_score": certificate.shows_score})
    if not form.is_valid():
        return _certificate_page(request, certificate, others, form)
    try:
        limits.hit(
            key=f"certificates.pdf:{reader.pk}", limit=DOWNLOADS.count, window=DOWNLOADS.window, now=timezone.now()
        )
    except limits.LimitExceeded as error:
        return _certificate_page(request, certificate, others, form, str(error))
    content = write_certificate(
        certificate,
        name=form.cleaned_data["pdf_name"],
        verify_url=request.build_absolute_uri(certificate.verify_path),
    )
    give_back_memory()
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=_("学习证明") + f"-{certificate.grouped_code}.pdf"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


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
