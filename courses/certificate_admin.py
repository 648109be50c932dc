"""Certificates in the admin: which quiz is a tier's test, and revoking by code. There is no list of people."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.actions.certificates import revoke_certificate
from courses.certificate_codes import canonical
from courses.errors import CertificateRefusedError
from courses.forms import RevokeForm
from courses.models import Certificate, TierTest

_may_revoke = permission_required("courses.revoke_certificate", raise_exception=True)


class TierTestViewSet(SnippetViewSet):
    """级别测验."""

    model = TierTest
    icon = "form"
    menu_label = gettext_lazy("级别测验")
    menu_name = "tier-tests"
    menu_order = 235
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ("tier", "quiz")
    edit_handler = ObjectList([FieldPanel("tier"), FieldPanel("quiz")])


@_may_revoke
@require_safe
def find_certificate(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a certificate and lead to it."""
    typed = request.GET.get("code", "")
    code = canonical(typed)
    if code and Certificate.objects.filter(code=code).exists():
        return redirect("courses_certificate", code=code)
    context = {"typed": typed, "missing": bool(typed.strip())}
    return render(request, "courses/admin/find_certificate.html", context, status=404 if context["missing"] else 200)


@_may_revoke
@require_http_methods(["GET", "HEAD", "POST"])
def staff_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Show what staff may know of a certificate, never whose it is, and revoke it."""
    certificate: Certificate = get_object_or_404(Certificate.objects.select_related("revoked_by"), code=code)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        try:
            revoke_certificate(
                certificate=certificate, reason=form.cleaned_data["reason"], user=user, now=timezone.now()
            )
        except CertificateRefusedError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, _("学习证明 %(code)s 已撤销。") % {"code": certificate.grouped_code})
            return redirect(reverse("courses_certificate", args=[code]))
    context = {"certificate": certificate, "form": form}
    return render(request, "courses/admin/certificate.html", context, status=422 if form.errors else 200)
