"""Addresses below /accounts/."""

from allauth.account.views import reauthenticate
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.views import sign_in, staff

_own = [
    path("code/", sign_in.enter_code, name="code"),
    path("code/resend/", sign_in.resend_code, name="resend"),
    path("welcome/", sign_in.welcome, name="welcome"),
    path("password/", sign_in.demo_password, name="demo_password"),
    path("deleted/", sign_in.account_deleted, name="deleted"),
    path("staff/login/", staff.staff_login, name="staff_login"),
]

# allauth looks for these names itself.
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="me:desk")),
    path("login/", sign_in.start, name="account_login"),
    path("signup/", sign_in.start, name="account_signup"),
    path("logout/", sign_in.sign_out, name="account_logout"),
    path("inactive/", sign_in.inactive, name="account_inactive"),
    path("reauthenticate/", reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
    path("", include((_own, "accounts"))),
]
