"""Bringing the groups of the database in line with the roles of the code."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from accounts.models import User
from accounts.roles import ROLES, Role, group_name
from core.registries import role_permissions

# Nobody holds "publish": a page goes live when somebody who did not write it approves it.
PAGE_PERMISSIONS = ("add_page", "change_page")
COLLECTION_PERMISSIONS = (
    "add_image",
    "change_image",
    "choose_image",
    "add_document",
    "change_document",
    "choose_document",
)
# Groups that Wagtail makes by itself; their members could publish.
WAGTAIL_GROUPS = ("Moderators", "Editors")


@transaction.atomic
def sync_roles() -> list[str]:
    """Make every role's group hold exactly its permissions; return permissions that do not exist (yet).

    Safe to call at any time and any number of times: after a migration, when some tables may still be missing, it
    grants what there is. Page areas that do not exist yet are granted on a later call.
    """
    unknown: list[str] = []
    Group.objects.filter(name__in=WAGTAIL_GROUPS, user__isnull=True).delete()
    granted = {name: set(permissions) for name, permissions in _registered().items()}
    everything = {permission for permissions in granted.values() for permission in permissions}
    for key, role in ROLES.items():
        group, _created = Group.objects.get_or_create(name=role.group)
        wanted = {"wagtailadmin.access_admin", *role.permissions, *granted.get(key, set())}
        if key == "admin":
            wanted |= everything
        found = _find_permissions(wanted)
        unknown += sorted(wanted - found.keys())
        group.permissions.set(found.values())
        _sync_pages(group, role)
        _sync_uploads(group, role)
    return unknown


@transaction.atomic
def assign_role(*, user: User, key: str) -> None:
    """Put ``user`` into the role's group; make the group if it is missing."""
    user.groups.add(Group.objects.get_or_create(name=group_name(key))[0])


def _registered() -> dict[str, set[str]]:
    registered: dict[str, set[str]] = {}
    for _name, roles in role_permissions:
        for key, permissions in roles.items():
            if key not in ROLES:
                raise KeyError(f"no role {key!r}")
            registered.setdefault(key, set()).update(permissions)
    return registered


def _find_permissions(names: Iterable[str]) -> dict[str, Permission]:
    pairs = [name.split(".", 1) for name in names]
    condition = Q(pk__in=[])
    for app_label, codename in pairs:
        condition |= Q(content_type__app_label=app_label, codename=codename)
    rows = Permission.objects.filter(condition).select_related("content_type")
    return {f"{row.content_type.app_label}.{row.codename}": row for row in rows}


def _sync_pages(group: Group, role: Role) -> None:
    page = _page_area(role.pages)
    wanted = Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=PAGE_PERMISSIONS if page else ()
    )
    held = GroupPagePermission.objects.filter(group=group)
    held.exclude(page=page, permission__in=wanted).delete()
    for permission in wanted:
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def _page_area(path: str | None) -> Page | None:
    """Return the page below which a role works: the site's home for "", a child of it by slug otherwise."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if path is None or site is None:
        return None
    return site.root_page if not path else site.root_page.get_children().filter(slug=path).first()


def _sync_uploads(group: Group, role: Role) -> None:
    root = Collection.get_first_root_node()
    wanted = Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"),
        codename__in=COLLECTION_PERMISSIONS if role.uploads and root else (),
    )
    held = GroupCollectionPermission.objects.filter(group=group)
    held.exclude(collection=root, permission__in=wanted).delete()
    for permission in wanted:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
