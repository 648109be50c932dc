"""Whatever a reader can open is looked at in a browser, or there is a reason why not."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from wagtail.models import get_page_models

from courses.tools.catalog import TOOLS
from tests.browser.addresses import ADDRESSES, BY_CATALOGUE, EXEMPT, ON_THE_WAY, PAGE_TYPES, SAMPLED

BROWSER = Path(__file__).parent.parent / "browser"


def _names(resolver: URLResolver, spaces: tuple[str, ...] = (), before: str = "") -> Iterator[str]:
    """Yield the name of every address outside the editors' part; the address itself where it has no name."""
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name)) if entry.name else address
        elif address != "cms/":
            yield from _names(entry, (*spaces, entry.namespace) if entry.namespace else spaces, address)


def _opened() -> set[str]:
    opened = {resolve(urlsplit(address).path).view_name for address in ADDRESSES}
    return opened | {f"{BY_CATALOGUE}{tool.slug}" for tool in TOOLS}


def test_every_address_is_looked_at_or_has_a_reason() -> None:
    known = _opened() | ON_THE_WAY.keys() | EXEMPT.keys()
    assert set(_names(get_resolver())) - known == set()


def test_what_has_a_reason_is_still_there_and_not_looked_at() -> None:
    names = set(_names(get_resolver()))
    assert (ON_THE_WAY.keys() | EXEMPT.keys()) - names == set()
    assert EXEMPT.keys() & ON_THE_WAY.keys() == set()
    assert all(len(reason) > len("a file") for reason in EXEMPT.values())


@pytest.mark.parametrize("place", sorted(set(ON_THE_WAY.values())))
def test_the_tests_that_come_by_exist(place: str) -> None:
    module, test = place.split(".")
    assert f"def {test}(" in (BROWSER / f"{module}.py").read_text(encoding="utf-8")


def test_every_type_of_page_is_looked_at() -> None:
    types = {f"{model._meta.app_label}.{model.__name__}" for model in get_page_models()}
    assert types - {"wagtailcore.Page"} == PAGE_TYPES.keys()
    assert set(PAGE_TYPES.values()) | SAMPLED <= set(ADDRESSES)
