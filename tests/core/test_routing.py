"""A page is found by its whole address; what hides it or a page above it still counts."""

import pytest
from wagtail.models import Page, PageViewRestriction

from core.routing import pages_above

pytestmark = pytest.mark.django_db
TIER = "/courses/decision/beginner/"
LESSON = TIER + "sample-lesson/"


@pytest.fixture
def lesson(course_site):
    return course_site.lesson()


def test_a_page_knows_the_pages_above_it_without_asking(lesson, client, django_assert_num_queries):
    above = client.get(LESSON + "?uncached").context["page"]
    with django_assert_num_queries(0):
        titles = [page.slug for page in pages_above(above)]
    assert titles == ["courses", "decision", "beginner"]
    assert [page.slug for page in pages_above(type(lesson).objects.get(pk=lesson.pk))] == titles


@pytest.mark.parametrize("level", [0, 1, 2, 3], ids=["lesson", "tier", "track", "section"])
def test_a_restriction_on_any_level_asks_for_its_password(lesson, client, level):
    page = [lesson, *reversed(pages_above(lesson))][level]
    PageViewRestriction.objects.create(page=Page.objects.get(pk=page.pk), restriction_type="password", password="x1")
    answer = client.get(LESSON)
    assert b'name="password"' in answer.content


@pytest.mark.parametrize("address", ["sample-lesson/more/", "sample/", "%20/", "sample-lesson/../"])
def test_an_address_of_nothing_is_not_found(lesson, client, address):
    assert client.get(TIER + address).status_code == 404


def test_a_page_of_another_site_is_not_found_below_this_home(lesson, client):
    other = Page.get_first_root_node().add_child(title="另一个站", slug="other")
    other.add_child(title="别处的页", slug="elsewhere")
    assert client.get("/elsewhere/").status_code == 404
