"""accounts.actions.roles: groups hold exactly what the roles say."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Site

from accounts.actions.roles import assign_role, sync_roles
from accounts.roles import ROLES, group_name, has_role
from core.registries import role_permissions
from tests.factories.accounts import InvestorFactory, StaffFactory

pytestmark = pytest.mark.django_db


def permissions_of(key):
    group = Group.objects.get(name=group_name(key))
    return {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")}


def test_every_role_has_a_group_with_a_chinese_name_that_enters_the_admin():
    sync_roles()

    assert set(ROLES) == {"admin", "editor", "reviewer", "events", "marketing", "service", "analyst"}
    for key in ROLES:
        assert "wagtailadmin.access_admin" in permissions_of(key)


def test_wagtails_own_groups_are_gone():
    sync_roles()

    assert not Group.objects.filter(name__in=("Editors", "Moderators")).exists()


def test_reviewer_approves_and_nobody_publishes():
    sync_roles()

    assert "core.approve_publication" in permissions_of("reviewer")
    assert "core.approve_publication" not in permissions_of("editor")
    assert not GroupPagePermission.objects.filter(permission__codename="publish_page").exists()


def test_editor_adds_and_changes_below_the_home_page():
    sync_roles()

    rows = GroupPagePermission.objects.filter(group__name=group_name("editor"))
    home = Site.objects.get(is_default_site=True).root_page
    assert {(row.page_id, row.permission.codename) for row in rows} == {
        (home.pk, "add_page"),
        (home.pk, "change_page"),
    }


def test_sync_is_idempotent_and_takes_back_what_was_added_by_hand():
    sync_roles()
    before = permissions_of("marketing")
    group = Group.objects.get(name=group_name("marketing"))
    group.permissions.add(Group.objects.get(name=group_name("admin")).permissions.get(codename="change_user"))

    sync_roles()

    assert permissions_of("marketing") == before


def test_apps_add_permissions_by_registry_and_unknown_ones_are_reported(monkeypatch):
    monkeypatch.setattr(role_permissions, "_items", {})
    role_permissions.register("test", {"service": ["wagtailforms.nothing", "accounts.view_contactpoint"]})

    assert "wagtailforms.nothing" in sync_roles()

    assert permissions_of("service") == {"wagtailadmin.access_admin", "accounts.view_contactpoint"}
    assert "accounts.view_contactpoint" in permissions_of("admin")


def test_has_role_needs_staff_of_that_group():
    editor, investor, root = StaffFactory(role="editor"), InvestorFactory(), StaffFactory(is_superuser=True)
    assign_role(user=investor, key="editor")

    assert has_role(editor, "editor")
    assert has_role(editor, "marketing", "editor")
    assert not has_role(editor, "marketing")
    assert not has_role(investor, "editor")
    assert has_role(root, "analyst")
