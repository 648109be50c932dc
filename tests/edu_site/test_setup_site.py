"""A fresh production database gets its roles and its review."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import Site, Workflow, WorkflowContentType, WorkflowPage

from accounts.roles import ROLES

pytestmark = pytest.mark.django_db


def test_setup_site_makes_roles_and_review_once(capsys):
    call_command("setup_site")
    call_command("setup_site")
    home = Site.objects.get(is_default_site=True).root_page
    assert set(Group.objects.values_list("name", flat=True)) >= {str(role.group) for role in ROLES.values()}
    assert WorkflowPage.objects.count() == 1
    reviewed = {row.content_type.model for row in WorkflowContentType.objects.select_related("content_type")}
    assert (reviewed, WorkflowContentType.objects.count()) == (
        {"drill", "fact", "glossaryterm", "learningpath", "quiz"},
        5,
    )
    assert home.get_workflow() == Workflow.objects.get(name="内容合规审核")
    assert capsys.readouterr().out.splitlines() == ["角色和审核流程都在了。"] * 2
