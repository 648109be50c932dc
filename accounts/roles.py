"""The roles of staff: a key for code, a Chinese name for people, a Group in the database."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User


@dataclass(frozen=True)
class Role:
    """``group`` is the name of the Group row, the same in every language; ``label`` is shown."""

    key: str
    group: str
    label: Promise | str
    # Slug path below the site's home under which the role may add and change pages; None for nowhere.
    pages: str | None = None
    # Core permissions of the role; other apps add theirs through core.registries.role_permissions.
    permissions: tuple[str, ...] = ()
    uploads: bool = False


ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role(
            "admin",
            "系统管理员",
            _("系统管理员"),
            pages="",
            permissions=("accounts.view_user", "accounts.add_user", "accounts.change_user"),
            uploads=True,
        ),
        Role("editor", "内容编辑", _("内容编辑"), pages="", uploads=True),
        Role("reviewer", "内容审核", _("内容审核"), permissions=("core.approve_publication",)),
        Role("events", "活动专员", _("活动专员"), pages="events", uploads=True),
        Role("marketing", "推送专员", _("推送专员")),
        Role("service", "客服专员", _("客服专员")),
        Role("analyst", "数据分析", _("数据分析")),
    )
}


def group_name(key: str) -> str:
    """Return the name of the role's Group; raise ``KeyError`` for an unknown role."""
    return ROLES[key].group


def has_role(user: User, *keys: str) -> bool:
    """Tell whether an active member of staff has one of the roles; superusers have all."""
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return False
    if user.is_superuser:
        return True
    return user.groups.filter(name__in=[group_name(key) for key in keys]).exists()
