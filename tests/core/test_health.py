"""Alive, and able to serve."""

import pytest

pytestmark = pytest.mark.django_db


def test_healthz_answers_without_touching_anything(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert response.content == b"ok\n"
    assert "no-store" in response.headers["Cache-Control"]


def test_readyz_names_each_part(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "migrations": "ok", "cache": "ok", "broker": "ok"}


def test_readyz_is_503_when_the_broker_is_away(client, monkeypatch):
    from celery import Celery

    from core import health

    monkeypatch.setattr(
        health, "current_app", Celery("away", broker="amqp://guest@127.0.0.1:1//", set_as_current=False)
    )
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["broker"] == "unreachable"
    assert response.json()["database"] == "ok"
