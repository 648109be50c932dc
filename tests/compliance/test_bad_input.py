"""What editors and programs may hand in by mistake or on purpose."""

import pytest
from django.test import Client
from wagtail.admin.models import EditingSession

from courses.pages import LessonPage
from tests.compliance.test_check_view import edit, rich, stream
from tests.compliance.test_publication_paths import page_form
from tests.factories.accounts import StaffFactory

pytestmark = pytest.mark.django_db
EVIL = (
    '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">看</a><p onclick="x()">好</p>'
)


def test_scripts_in_imported_html_are_never_stored(course_site, client):
    lesson = course_site.lesson(body=[{"type": "text", "html": f"<p>正文。</p>{EVIL}"}])
    stored = str(lesson.body.get_prep_value())
    page = client.get(lesson.url).content.decode()
    for sign in ("<script>alert", "onerror", "javascript:", "onclick"):
        assert sign not in stored
        assert sign not in page
    assert "正文。" in page


def test_scripts_typed_into_the_editor_are_words(enter, course_site):
    page = course_site.draft()
    form = page_form(page, objective=EVIL) | stream(
        ("text", "11111111-1111-4111-8111-111111111111", {"-html": rich("正文 <script>alert(1)</script>")})
    )
    enter(course_site.author).post(edit(page), form)
    draft = LessonPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert "<script>" not in draft.body[0].value.source
    assert "script&gt;alert(1)&lt;/script&gt;" in draft.body[0].value.source


def test_scripts_are_escaped_where_reviewers_read(enter, course_site):
    page = course_site.draft()
    page.objective = EVIL + "本产品保本"
    page.subtitle = "<script>alert(2)</script>"
    page.save_revision(user=course_site.author)
    shown = enter(course_site.reviewer).get(f"/cms/compliance/review/courses/lessonpage/{page.pk}/").content.decode()
    assert "<script>alert" not in shown
    assert "onerror=alert" not in shown


def test_three_megabytes_posted_to_a_form_are_refused_in_words(enter, course_site):
    page = course_site.draft()
    before = page.revisions.count()
    response = enter(course_site.author).post(edit(page), page_form(page, objective="基金" * 500_000))
    assert response.status_code == 413
    assert "没有保存任何改动" in response.content.decode()
    assert page.revisions.count() == before


def test_two_editors_at_once_are_told(enter, course_site):
    """Wagtail's own notice is on: each form pings, and the answer names who else has the page open."""
    page = course_site.draft()
    other = StaffFactory(role="editor", display_name="另一位编辑")
    form = enter(course_site.author).get(edit(page)).content.decode()
    mine = EditingSession.objects.get(user=course_site.author)
    second = Client()
    second.force_login(other, backend="accounts.backends.StaffPasswordBackend")
    second.get(edit(page))
    ping = f"/cms/editing-sessions/ping/wagtailcore/page/{page.pk}/{mine.pk}/"
    answer = enter(course_site.author).post(ping, {"is_editing": "1"}).json()
    assert ping in form
    assert "另一位编辑" in str(answer)
