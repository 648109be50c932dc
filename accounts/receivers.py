"""What follows from signals of Django and allauth."""

from typing import Any, NoReturn

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.contrib.auth.signals import user_logged_out
from django.db import connections
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.actions.roles import sync_roles
from accounts.models import User
from core.fragments import forget_reader


class ClearAddressError(RuntimeError):
    """Something tried to store an address outside ``ContactPoint``."""


@receiver(pre_save, sender=EmailAddress)
@receiver(pre_save, sender=EmailConfirmation)
def refuse_clear_addresses(**_kwargs: Any) -> NoReturn:
    """allauth's tables hold addresses in the clear: nothing may write to them."""
    raise ClearAddressError("addresses live in accounts.ContactPoint only")


@receiver(authenticator_added)
def count_new_factor(request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Whoever has just typed a code of the new app has shown the second factor in this session."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


@receiver(user_logged_out)
def forget_staff_browser(request: HttpRequest, **_kwargs: Any) -> None:
    """Let ``StaffGateMiddleware`` take the marker cookie away."""
    if request is not None:
        request.staff_signed_out = True  # type: ignore[attr-defined]


@receiver([post_save, post_delete], sender=User)
@receiver(user_logged_out)
def forget_fragments(**kwargs: Any) -> None:
    """What was kept for an account is out of date when it changes, and over when it signs out anywhere."""
    account = kwargs.get("instance") or kwargs.get("user")
    if account is not None:
        forget_reader(account.pk)


def sync_roles_after_migrate(using: str, **_kwargs: Any) -> None:
    """Bring groups in line with the code, once Wagtail's tables exist."""
    tables = set(connections[using].introspection.table_names())
    needed = {"wagtailcore_site", "wagtailcore_grouppagepermission", "wagtailcore_groupcollectionpermission"}
    if using == "default" and needed <= tables:
        sync_roles()
