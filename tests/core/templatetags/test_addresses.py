"""The way back that preference links carry."""

import pytest
from django.test import RequestFactory

from core.templatetags.addresses import here


@pytest.mark.parametrize(
    ("address", "quoted"),
    [
        ("/courses/decision/", "%2Fcourses%2Fdecision%2F"),
        ("/?guess=a&utm_source=li&from=singlemessage", "%2F%3Fguess%3Da"),
        ("/search/?q=费用&page=2", "%2Fsearch%2F%3Fpage%3D2%26q%3D%25E8%25B4%25B9%25E7%2594%25A8"),
    ],
)
def test_here_keeps_only_what_changes_the_page(address, quoted):
    assert here({"request": RequestFactory().get(address)}) == quoted


def test_here_without_a_request_is_home():
    assert here({}) == "%2F"
