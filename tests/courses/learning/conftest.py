"""Lessons with three sections and a signed-in learner."""

import pytest

from courses.learning.sections import sections_of
from tests.factories.accounts import InvestorFactory
from tests.factories.courses import lesson_data

FETCH = {"X-Requested-With": "fetch"}


def three_sections(**changes):
    body = []
    for title in ("第一节", "第二节", "第三节"):
        body += [{"type": "section", "title": title, "short": ""}, {"type": "text", "html": f"<p>{title}正文。</p>"}]
    return lesson_data(body=body, **changes)


@pytest.fixture
def lesson(course_site):
    return course_site.lesson(**three_sections())


@pytest.fixture
def blocks(lesson):
    return [section.block for section in sections_of(lesson)]


@pytest.fixture
def learner(client):
    user = InvestorFactory()
    client.force_login(user, backend="accounts.backends.ContactCodeBackend")
    return user
