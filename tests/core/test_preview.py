"""Previews show the page to the reader of the chosen mode, in Chinese, whatever the editor's own cookies say."""

import re

import pytest
from django.test import RequestFactory

from tests.factories.courses import CourseSite

MINE = "theme=dark; size=xl; lang=en"


@pytest.fixture
def page(db):
    return CourseSite().lesson()


def shown(page, mode):
    request = RequestFactory().get("/cms/", HTTP_COOKIE=MINE)
    response = page.make_preview_request(request, preview_mode=mode)
    assert response.status_code == 200
    return re.search(r"<html[^>]*>", response.content.decode())[0], response


@pytest.mark.parametrize(
    ("mode", "attributes"),
    [
        ("", '<html lang="zh-CN" data-theme="light">'),
        ("dark", '<html lang="zh-CN" data-theme="dark">'),
        ("large", '<html lang="zh-CN" data-size="l" data-theme="light">'),
        ("largest", '<html lang="zh-CN" data-size="xl" data-theme="light">'),
        ("unknown", '<html lang="zh-CN" data-theme="light">'),
    ],
)
def test_a_mode_decides_size_and_colours(page, mode, attributes):
    html, response = shown(page, mode)
    assert html == attributes
    assert response.headers["Content-Language"] == "zh-Hans"
    assert page.title.split("|")[0] in response.content.decode()


def test_phone_comes_first_and_desktop_second(page):
    assert [(size["name"], size["device_width"]) for size in page.preview_sizes] == [("phone", 390), ("desktop", 1280)]
    assert page.default_preview_mode == ""
    assert [str(label) for _name, label in page.preview_modes] == ["标准", "深色", "大字版", "特大字"]
