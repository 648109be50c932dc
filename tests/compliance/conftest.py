"""Fixtures of the compliance app's tests."""

import pytest

from tests.factories.courses import CourseSite


@pytest.fixture
def course_site(db) -> CourseSite:
    """The tree of courses and articles with an author and a reviewer."""
    return CourseSite()
