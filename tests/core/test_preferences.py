"""Language, print size and colours, kept in cookies."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("name", "value"), [("size", "l"), ("size", "xl"), ("theme", "dark"), ("lang", "en")])
def test_a_choice_is_remembered_and_leads_back(client, name, value):
    response = client.get("/mode/", {name: value, "next": "/courses/?tier=beginner"})
    assert response.status_code == 302
    assert response.headers["Location"] == "/courses/?tier=beginner"
    assert response.cookies[name].value == value
    assert response.cookies[name]["httponly"] is True


def test_an_empty_value_forgets(client):
    client.get("/mode/?size=l")
    response = client.get("/mode/?size=")
    assert response.cookies["size"].value == ""


@pytest.mark.parametrize("value", ["huge", "l;x", "<script>"])
def test_an_unknown_value_sets_nothing(client, value):
    assert client.get("/mode/", {"size": value}).cookies.keys() == set()


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "\\\\evil"])
def test_it_leads_to_no_other_site(client, target):
    assert client.get("/mode/", {"size": "l", "next": target}).headers["Location"] == "/"
