"""What readers type is theirs: shown as they wrote it, and in no log, also where it looks like a reference to a fact."""

import logging
from html import unescape

import pytest
from django.test import Client

from courses.models import LessonNote
from tests.courses.learning.conftest import FETCH, three_sections
from tests.factories.accounts import InvestorFactory

pytestmark = pytest.mark.django_db
TYPED = "记着 {fact:gone} 和 { fact : 卡号6222 }"


@pytest.fixture
def reader(client):
    user = InvestorFactory()
    client.force_login(user, backend="accounts.backends.ContactCodeBackend")
    return user


@pytest.fixture(autouse=True)
def _nothing_logged(caplog):
    caplog.set_level(logging.WARNING, logger="core.facts")
    yield
    assert caplog.records == []


def test_a_note_is_shown_and_stored_again_as_it_was_written(client, reader, course_site):
    lesson = course_site.lesson(**three_sections())
    client.post(f"/me/notes/lesson/{lesson.pk}/", {"text": TYPED, "version": "0"})
    note = LessonNote.objects.get(user=reader)
    for address in (f"/courses/progress/{lesson.pk}/", "/me/notes/", f"/me/notes/{note.pk}/"):
        assert TYPED in unescape(client.get(address, headers=FETCH).content.decode()), address
    conflict = client.post(f"/me/notes/lesson/{lesson.pk}/", {"text": f"新的{TYPED}", "version": "0"})
    assert conflict.status_code == 409
    shown = unescape(conflict.content.decode())
    assert (shown.count(TYPED), shown.count(f"新的{TYPED}")) == (2, 1)


@pytest.mark.parametrize("path", ["/tools/goal/", "/tools/emergency-fund/"])
def test_a_planner_gives_back_what_it_could_not_read(path):
    typed = "{fact:gone}"
    name = "goal" if "goal" in path else "expenses"
    shown = unescape(Client().post(path, {name: typed}).content.decode())
    assert f'value="{typed}"' in shown
    assert f"“{typed}”" in shown


@pytest.mark.parametrize(
    ("path", "name"), [("/search/", "q"), ("/verify/", "code"), ("/tools/regular-investing/", "returns")]
)
def test_a_question_is_repeated_as_it_was_asked(path, name):
    assert TYPED in unescape(Client().get(path, {name: TYPED}).content.decode())


def test_a_reader_is_called_as_they_wish(client, reader):
    client.post("/me/name/", {"display_name": "{fact:gone}"})
    for address in ("/me/", "/me/privacy/", "/me/name/"):
        assert "{fact:gone}" in unescape(client.get(address).content.decode()), address
