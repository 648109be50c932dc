"""Accounts of the demo: one for each role, and twenty learners."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from accounts.actions.accounts import create_account
from accounts.actions.contacts import get_or_create_contact
from accounts.actions.roles import assign_role, sync_roles
from accounts.enums import Channel
from accounts.errors import AccountError
from accounts.models import User
from accounts.roles import ROLES

INVESTORS = 20
_STAFF_NAMES = {
    "admin": "系统管理员（演示）",
    "editor": "林编辑（演示）",
    "reviewer": "周审核（演示）",
    "events": "陈活动（演示）",
    "marketing": "许推送（演示）",
    "service": "何客服（演示）",
    "analyst": "沈数据（演示）",
}
_WORDING = "我已阅读并同意《个人信息处理规则》"


@transaction.atomic
def create_demo_accounts(*, now: datetime) -> dict[str, User]:
    """Make the demo's accounts, or bring those that exist in line; return them by the name before ``@example.com``.

    All have the password ``DEMO_PASSWORD``. Raises ``AccountError`` where ``DEMO`` is not set.
    """
    if not settings.DEMO:
        raise AccountError("演示账号只能在演示环境里建立。")
    sync_roles()
    # Hashed once: twenty-seven slow hashes would be felt at every start.
    password = make_password(settings.DEMO_PASSWORD)
    made = {key: _staff(key, password, now) for key in ROLES}
    for number in range(1, INVESTORS + 1):
        made[f"investor{number}"] = _investor(number, password, now)
    return made


def _staff(key: str, password: str, now: datetime) -> User:
    address = f"{key}@example.com"
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(
            email=address, is_staff=True, is_superuser=key == "admin", display_name=_STAFF_NAMES[key], date_joined=now
        )
    _set_password(user, password)
    assign_role(user=user, key=key)
    return user


def _investor(number: int, password: str, now: datetime) -> User:
    contact = get_or_create_contact(channel=Channel.EMAIL, value=f"investor{number}@example.com", now=now)
    user = create_account(contact=contact, display_name=f"学员{number}", wording=_WORDING, now=now)
    _set_password(user, password)
    return user


def _set_password(user: User, password: str) -> None:
    if not user.has_usable_password() or not check_password(settings.DEMO_PASSWORD, user.password):
        user.password = password
        user.save(update_fields=["password"])
