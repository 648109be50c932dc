"""Making, changing and deleting an account."""

import secrets
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.actions.consent import erase_consent_details, record_consent
from accounts.enums import ConsentKind
from accounts.errors import AccountError, ContactTakenError, LastContactError
from accounts.models import ConsentEntry, ContactPoint, User
from accounts.queries import contact_points_of, latest_consent
from accounts.signals import account_created, consent_withdrawn
from core.actions.audit import record_audit
from core.registries import personal_data_providers


@transaction.atomic
def create_account(*, contact: ContactPoint, display_name: str, wording: str, now: datetime) -> User:
    """Make an account for whoever has just proved to hold ``contact``, with their consent; return it.

    Done twice for one contact point (a double submit), the second call returns the same account and records nothing.
    """
    contact = ContactPoint.objects.select_for_update().get(pk=contact.pk)
    if contact.user is not None:
        return contact.user
    user = User.objects.create_user(display_name=display_name.strip(), date_joined=now)
    contact.user = user
    contact.verified_at = contact.verified_at or now
    contact.save(update_fields=["user", "verified_at"])
    record_consent(
        contact_or_user=user, kind=ConsentKind.PRIVACY, granted=True, wording=wording, source="signup", now=now
    )
    record_audit(action="account.created", target=user, user=user, now=now)
    account_created.send(sender=User, user=user, contact_point=contact, now=now)
    return user


def rename_account(*, user: User, display_name: str) -> None:
    """Change how the site addresses ``user``; empty means by no name."""
    user.display_name = display_name.strip()
    user.save(update_fields=["display_name"])


@transaction.atomic
def attach_contact(*, user: User, contact: ContactPoint, now: datetime) -> None:
    """Give ``user`` another way to sign in; raise ``ContactTakenError`` when it is somebody else's already."""
    contact = ContactPoint.objects.select_for_update().get(pk=contact.pk)
    if contact.user_id not in {None, user.pk}:
        raise ContactTakenError(_("它已经属于另一个账号。请先登录那个账号，再在隐私中心移除它。"))
    contact.user = user
    contact.verified_at = contact.verified_at or now
    contact.save(update_fields=["user", "verified_at"])
    record_audit(action="account.contact_added", target=user, user=user, now=now)


@transaction.atomic
def detach_contact(*, user: User, contact_id: int, now: datetime) -> None:
    """Take a contact point from the account; raise ``LastContactError`` when it is the only one."""
    User.objects.select_for_update().get(pk=user.pk)
    mine = list(contact_points_of(user))
    if contact_id not in {contact.pk for contact in mine}:
        return
    if len(mine) == 1:
        raise LastContactError(_("这是唯一能登录的方式，不能移除。请先添加另一个手机号或邮箱。"))
    ContactPoint.objects.filter(pk=contact_id, user=user).update(user=None, verified_at=None)
    record_audit(action="account.contact_removed", target=user, user=user, now=now)


@transaction.atomic
def withdraw_consent(*, user: User, kind: str, source: str, now: datetime) -> int:
    """Withdraw ``kind`` for the person and each of their contact points; return how many consents were withdrawn.

    ``consent_withdrawn`` tells upper apps, which stop in the same transaction.
    """
    if kind == ConsentKind.PRIVACY:
        raise AccountError(_("没有这一项就无法保留账号；要撤回它，请注销账号。"))
    withdrawn = 0
    subjects: list[User | ContactPoint] = [user, *contact_points_of(user)]
    for subject in subjects:
        last: ConsentEntry | None = latest_consent(contact_or_user=subject, kind=kind)
        if last is None or not last.granted:
            continue
        record_consent(contact_or_user=subject, kind=kind, granted=False, wording="", source=source, now=now)
        consent_withdrawn.send(sender=ConsentEntry, contact_or_user=subject, kind=kind, now=now)
        withdrawn += 1
    return withdrawn


@transaction.atomic
def delete_account(*, user: User, now: datetime) -> None:
    """Erase everything the site knows about a learner, in every app; the ledgers keep a pseudonym only.

    Raises ``AccountError`` for staff, whose accounts an administrator closes.
    """
    if user.is_staff:
        raise AccountError(_("工作人员的账号由系统管理员停用。"))
    User.objects.select_for_update().get(pk=user.pk)
    record_audit(action="account.deleted", target=user, user=user, now=now)
    # Upper apps registered first: what they hold goes before what it points to.
    for _name, provider in personal_data_providers:
        provider.erase(user)
    try:
        with transaction.atomic():
            user.delete()
    except models.ProtectedError:
        # Records that must be kept still point here: nobody is left behind them.
        User.objects.filter(pk=user.pk).update(
            username=f"deleted-{user.pk}",
            display_name="",
            email="",
            is_active=False,
            password="!",  # noqa: S106 -- no password at all
        )


def erase_own_data(user: User) -> None:
    """Erase what this app knows: contact points, consent details, the name, sessions by way of the password hash."""
    for contact in ContactPoint.objects.filter(user=user):
        erase_consent_details(contact_or_user=contact)
        erase_contact(contact=contact)
    erase_consent_details(contact_or_user=user)
    user.display_name = ""
    user.set_unusable_password()
    user.save(update_fields=["display_name", "password"])


def erase_contact(*, contact: ContactPoint) -> None:
    """Delete a contact point; where records must keep pointing to it, empty it so that nothing can be read or found."""
    try:
        with transaction.atomic():
            contact.delete()
    except models.ProtectedError:
        contact.codes.all().delete()
        ContactPoint.objects.filter(pk=contact.pk).update(
            value="",
            index=f"erased-{secrets.token_hex(16)}",
            last_four_index="",
            mail_domain="",
            verified_at=None,
            user=None,
        )


def purge_unused_contacts(*, before: datetime) -> int:
    """Delete contact points typed before ``before`` that nobody verified and nothing points to; return how many."""
    unused = ContactPoint.objects.filter(user__isnull=True, verified_at__isnull=True, created_at__lt=before)
    for relation in ContactPoint._meta.related_objects:
        if relation.get_accessor_name() == "codes":
            continue
        rows = relation.related_model._default_manager.filter(**{relation.field.name: models.OuterRef("pk")})  # type: ignore[union-attr]
        unused = unused.exclude(models.Exists(rows))
    deleted = 0
    for contact in unused.iterator():
        erase_contact(contact=contact)
        deleted += 1
    return deleted
