"""Beginning and ending a session; the one place that calls allauth's machinery."""

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse

from accounts.models import User

CODE, PASSWORD, SECOND_FACTOR = "code", "password", "mfa"


def begin_session(
    request: HttpRequest, *, user: User, method: str, redirect_to: str, signup: bool = False
) -> HttpResponse:
    """Sign ``user`` in, or lead them to the second factor first; the response redirects.

    The session key changes, so a key that was planted before is worthless.
    """
    record_authentication(request, user, method)
    response = perform_login(request, Login(user=user, redirect_url=redirect_to, signup=signup))
    assert isinstance(response, HttpResponse)  # noqa: S101 -- allauth's functions are untyped
    return response


def end_session(request: HttpRequest) -> None:
    """Sign out; nothing of the session is left."""
    logout(request, show_message=False)
    request.session.flush()


def used_second_factor(request: HttpRequest, user: User) -> bool:
    """Tell whether this very session was opened, or later confirmed, with a second factor."""
    return any(record.get("method") == SECOND_FACTOR for record in get_authentication_records(request, user))


def reader_of(request: HttpRequest) -> User:
    """Return who is signed in; only for views behind ``login_required``."""
    if not isinstance(request.user, User):
        raise TypeError("this view needs login_required")
    return request.user
