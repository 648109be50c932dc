"""Signing in as staff."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.actions.passwords import check_staff_password
from accounts.errors import SignInRefusedError
from accounts.forms import PasswordForm
from accounts.sessions import PASSWORD, begin_session
from accounts.views.sign_in import safe_next
from core.clients import client_of


@never_cache
@sensitive_post_parameters("password")
def staff_login(request: HttpRequest) -> HttpResponse:
    """Check work address and password; the second factor follows where one is set up."""
    next_url = safe_next(request, default="/cms/")
    if request.user.is_authenticated and request.user.is_staff:
        return redirect(next_url)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = check_staff_password(
                address=form.cleaned_data["contact"],
                password=form.cleaned_data["password"],
                client=client_of(request),
                now=timezone.now(),
                request=request,
            )
        except SignInRefusedError as error:
            form.add_error("password", str(error))
        else:
            return begin_session(request, user=user, method=PASSWORD, redirect_to=next_url)
    context = {"form": form, "next": next_url}
    return render(request, "accounts/staff_login.html", context, status=422 if form.errors else 200)
