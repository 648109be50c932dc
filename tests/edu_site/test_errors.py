"""Error pages: what happened, and a way on; the page for our own faults needs no database."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory
from django.views.defaults import permission_denied

from edu_site import views
from tests.factories.edu_site import make_home


def test_server_error_needs_no_database():
    # No django_db mark: a query would fail the test.
    request = RequestFactory().get("/x/")
    request.COOKIES["size"] = "xl"

    response = views.server_error(request)

    page = response.content.decode()
    assert response.status_code == 500
    assert "是我们这边出错了 · " in page
    assert 'data-size="xl"' in page
    assert 'href="/help/now/"' in page


def test_bad_request_needs_no_database():
    response = views.bad_request(RequestFactory().get("/x/"), SuspiciousOperation())

    assert response.status_code == 400
    assert "我们看不懂" in response.content.decode()


@pytest.mark.django_db
def test_unknown_address_offers_search_and_ways_on(client):
    make_home()

    response = client.get("/nope/")

    page = response.content.decode()
    assert response.status_code == 404
    assert 'action="/search/"' in page
    assert [f'href="{way}"' in page for way in ("/courses/", "/events/", "/help/", "/")] == [True] * 4


@pytest.mark.django_db
def test_unknown_address_is_not_stored(client):
    make_home()
    client.get("/nope/")

    assert "X-Page-Cache" not in client.get("/nope/").headers


@pytest.mark.django_db
def test_form_without_token_says_that_it_waited_too_long():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "li@example.com"})

    page = response.content.decode()
    assert response.status_code == 403
    assert "这张表" in page
    assert "li@example.com" not in page


@pytest.mark.django_db
def test_permission_denied_leads_to_sign_in():
    response = permission_denied(RequestFactory().get("/x/"), PermissionDenied())

    assert response.status_code == 403
    assert 'href="/accounts/login/"' in response.content.decode()


@pytest.mark.django_db
def test_address_of_a_button_opened_directly_shows_a_page(client):
    make_home()

    response = client.get("/accounts/code/resend/")

    page = response.content.decode()
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "没有做任何改动" in page
    assert 'href="/help/now/"' in page
