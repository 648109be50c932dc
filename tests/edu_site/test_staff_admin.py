"""What staff meet on their first page and in their menus, role by role."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Page, Site, Workflow

from accounts.actions.roles import assign_role, sync_roles
from accounts.roles import ROLES
from core.actions.publishing import ensure_review_workflow
from courses.models import GlossaryTerm
from newsletters.actions.campaigns import submit_for_review
from quizzes.models import Quiz, QuizQuestion
from tests.factories.accounts import StaffFactory
from tests.factories.newsletters import make_campaign, make_marketer
from tests.factories.quizzes import make_version

pytestmark = pytest.mark.django_db

BACKEND = "accounts.backends.StaffPasswordBackend"


@pytest.fixture
def staff(settings):
    """Return a function that signs a member of staff of a role in."""
    settings.DEMO = True
    sync_roles()

    def sign_in(role):
        user = StaffFactory()
        assign_role(user=user, key=role) if role else None
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client, user

    return sign_in


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_first_page_leads_nowhere_else(staff, role):
    client, _user = staff(role)
    page = client.get("/cms/").content.decode()
    assert "wagtail.org" not in page
    assert "new items in this menu" not in page


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("reviewer", ["等您审核的内容", "等您审核的信"]),
        ("editor", ["该复审的内容"]),
        ("marketing", ["手上的信"]),
        ("events", ["接下来的场次"]),
        ("service", ["接下来的场次", "结果不明、要人确认的消息"]),
        ("analyst", ["手上的信"]),
    ],
)
def test_the_first_page_says_what_waits_for_the_role(staff, role, expected):
    client, _user = staff(role)
    page = client.get("/cms/").content.decode()
    headings = [
        heading
        for heading in (
            "等您审核的内容",
            "等您审核的信",
            "手上的信",
            "接下来的场次",
            "该复审的内容",
            "结果不明、要人确认的消息",
        )
        if heading in page
    ]
    assert sorted(headings) == sorted(expected)


def test_a_letter_in_review_waits_for_the_reviewer(staff, now):
    client, _user = staff("reviewer")
    author = make_marketer()
    campaign = make_campaign(author=author, now=now, title="一月的信")
    submit_for_review(campaign_id=campaign.pk, user=author, now=now)
    assert "一月的信" in client.get("/cms/").content.decode()


def test_demo_switched_on_after_the_start_brings_no_error(staff, settings):
    settings.DEMO = True
    client, _user = staff("service")
    assert client.get("/cms/").status_code == 200


def test_approving_a_quiz_in_its_editor_publishes_what_was_submitted(staff):
    root = Site.objects.get(is_default_site=True).root_page
    reviewers = Group.objects.get(name=ROLES["reviewer"].group)
    ensure_review_workflow(reviewers=reviewers, root_page=root, snippet_models=(GlossaryTerm, Quiz))
    _editor_client, editor = staff("editor")
    client, _reviewer = staff("reviewer")
    quiz = Quiz(slug="d-03", title="会读了|吗", pass_mark=1, live=False)
    quiz.save()
    quiz.questions.add(QuizQuestion(version=make_version("D-03-Q1", author=editor)))
    quiz.save()
    quiz.save_revision(user=editor)
    quiz.get_workflow().start(quiz, user=editor)
    item = quiz.questions.get()
    form = {
        "title": quiz.title, "slug": quiz.slug, "intro": "", "lesson": "", "pass_mark": "1",
        "questions-TOTAL_FORMS": "1", "questions-INITIAL_FORMS": "1", "questions-MIN_NUM_FORMS": "1",
        "questions-MAX_NUM_FORMS": "1000", "questions-0-id": str(item.pk), "questions-0-version": str(item.version_id),
        "questions-0-ORDER": "1", "questions-0-DELETE": "",
        "draw_count": "", "pool-TOTAL_FORMS": "0", "pool-INITIAL_FORMS": "0",
        "minimums-TOTAL_FORMS": "0", "minimums-INITIAL_FORMS": "0",
        "twins-TOTAL_FORMS": "0", "twins-INITIAL_FORMS": "0",
        "action-workflow-action": "true", "workflow-action-name": "approve",
    }  # fmt: skip
    address = f"/cms/snippets/quizzes/quiz/edit/{quiz.pk}/"
    client.post(address, form | {"intro": "审核人加的一句"})
    assert Quiz.objects.get().live is False
    client.post(address, form)
    published = Quiz.objects.get()
    assert (published.live, published.revisions.count(), str(published)) == (True, 1, "会读了吗")


def test_wagtails_own_workflow_is_retired(staff):
    reviewers = Group.objects.get(name=ROLES["reviewer"].group)
    ensure_review_workflow(reviewers=reviewers, root_page=Page.objects.get(depth=2))
    assert list(Workflow.objects.active().values_list("name", flat=True)) == ["内容合规审核"]
