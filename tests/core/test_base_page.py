"""Addresses and titles of pages as staff meet them."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth import get_user_model
from wagtail.models import Site

from courses.pages import ArticleIndexPage, ArticlePage, ColumnPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def column():
    home = Site.objects.get(is_default_site=True).root_page
    index = home.add_child(instance=ArticleIndexPage(title="文章", slug="articles", live=False))
    return index.add_child(instance=ColumnPage(title="专栏文章", slug="column", live=False))


@pytest.fixture
def superuser(client, settings):
    settings.DEMO = True
    user = get_user_model().objects.create_superuser("boss", "boss@example.com", "password-of-boss")
    client.force_login(user, backend="accounts.backends.StaffPasswordBackend")
    return user


def _post(client, column, **values):
    form = {
        "title": "慢一点也不迟", "slug": "", "summary": "先放一放。", "minutes": "3",
        "body-count": "0", "sources-count": "0",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    response = client.post(f"/cms/pages/add/courses/articlepage/{column.pk}/", form | values)
    assert response.status_code == 302, response.context["form"].errors
    return ArticlePage.objects.order_by("-pk").first()


@time_machine.travel(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), tick=False)
def test_a_chinese_title_gets_a_dated_address_and_the_next_one_another(client, superuser, column):
    first = _post(client, column)
    second = _post(client, column, title="再想一想")
    assert (first.slug, second.slug) == ("article-20261123-1", "article-20261123-2")


def test_an_address_that_was_typed_is_kept(client, superuser, column):
    assert _post(client, column, slug="slow-down").slug == "slow-down"


def test_an_address_comes_from_a_latin_title(client, superuser, column):
    assert _post(client, column, title="What is an ETF").slug == "what-is-an-etf"


@time_machine.travel(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), tick=False)
def test_digits_out_of_a_chinese_title_are_no_address(client, superuser, column):
    assert _post(client, column, title="3 个问题先问清楚").slug == "article-20261123-1"


@time_machine.travel(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), tick=False)
def test_a_page_made_by_code_gets_an_address_too(column):
    page = column.add_child(instance=ArticlePage(title="慢一点", summary="先放一放。", live=False))
    assert page.slug == "article-20261123-1"


def test_an_emptied_address_of_an_existing_page_stays_what_it_was(client, superuser, column):
    page = _post(client, column, slug="slow-down")
    form = {
        "title": "改过的题目", "slug": "", "summary": "先放一放。", "minutes": "3", "body-count": "0",
        "sources-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    client.post(f"/cms/pages/{page.pk}/edit/", form)
    draft = ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (draft.title, draft.slug) == ("改过的题目", "slow-down")


def test_staff_see_titles_without_phrase_marks(client, superuser, column):
    page = _post(client, column, title="慢一点|也不迟")
    listing = client.get(f"/cms/pages/{column.pk}/").content.decode()
    assert "慢一点也不迟" in listing
    assert "慢一点|也不迟" not in listing
    assert (str(page), page.get_admin_display_title()) == ("慢一点也不迟", "慢一点也不迟")
