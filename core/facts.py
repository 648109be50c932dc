"""Facts by reference: a text names a fact as ``{fact:KEY}``, the reader gets what the live fact says.

The words stay with the reference until the page is finished. ``FactsMiddleware`` then fills in all of them at once:
whatever template, filter or attribute they went through, one query answers for the page, and none is forgotten. What
leaves the site by another way (the record of published versions) calls ``fill_in``. Who knows the facts is registered
in ``core.registries.fact_sources``.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.utils.translation import gettext as _

from core.registries import ShownFact, fact_sources

logger = logging.getLogger(__name__)

_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
# The right form, and beside it what a slip of the pen makes of it: refused in the editor, never read on a page.
_TOKEN = re.compile(rf"\{{fact:({_KEY.pattern})\}}|\{{\s{{0,3}}fact\s{{0,3}}[:：][^{{}}<>\"'&\\]{{0,80}}\}}")
_EMBED = re.compile(r"<embed\b(?=[^>]*\bembedtype=\"fact\")[^>]*\bkey=\"([^\"]{0,80})\"[^>]*>")
_REFERENCE = re.compile(f"{_TOKEN.pattern}|{_EMBED.pattern}")
_TAG_OR_TOKEN = re.compile(rf"<[^>]*>|{_TOKEN.pattern}")
# A fact of rich text (``compliance.fact_rich_text``), and what must not hold a link.
_IN_TEXT = re.compile(
    rf'<(a|button|label|summary)\b.*?</\1>|<span class="fact" data-fact="({_KEY.pattern})">(\{{fact:\2\}})</span>',
    re.DOTALL,
)
_NUMBER_WORD = re.compile(r"(?<=\d)(?=[\u3400-\u9fff])")
_WORD_JOINER = "\u2060"
_MARK = re.compile(rb"\{\s*fact")

_lookups: ContextVar[dict[str, ShownFact | None] | None] = ContextVar("fact_lookups", default=None)


def token(key: str) -> str:
    """Return the reference to the fact ``key`` as authors write it; what is no key gives a reference to nothing."""
    return f"{{fact:{key if _KEY.fullmatch(key) else '?'}}}"


def keys_in(texts: Iterable[str]) -> list[str]:
    """Return the keys that ``texts`` name, as token or embed, each once, in the order of their first place.

    A token that is not written rightly counts as a key of its own, which no fact has.
    """
    found: dict[str, None] = {}
    for text in texts:
        for match in _REFERENCE.finditer(text):
            found.setdefault(match[1] or match[2] or match[0])
    return list(found)


def embed_tokens(html: str) -> str:
    """Return rich text in which each token between tags has become the embed that the editor shows as a chip."""

    def embed(match: re.Match[str]) -> str:
        return match[0] if match[1] is None else f'<embed embedtype="fact" key="{escape(match[1])}"/>'

    return _TAG_OR_TOKEN.sub(embed, html)


def shown_facts(keys: Iterable[str]) -> dict[str, ShownFact]:
    """Return the live facts among ``keys``, in their order: in one query, or none when the page asked before."""
    wanted = list(dict.fromkeys(keys))
    known = _lookups.get()
    if known is None:
        known = {}
    missing = [key for key in wanted if key not in known]
    if missing:
        found = {fact.key: fact for _name, source in fact_sources for fact in source(missing)}
        known.update({key: found.get(key) for key in missing})
    return {key: fact for key in wanted if (fact := known[key]) is not None}


def unknown_keys(texts: Iterable[str]) -> list[str]:
    """Return the keys in ``texts`` that name no live fact."""
    keys = keys_in(texts)
    found = shown_facts(keys) if keys else {}
    return [key for key in keys if key not in found]


def fill_in(text: str, write: Callable[[str], str] = str) -> str:
    """Return ``text`` with each token replaced by its live fact, put through ``write``.

    A key without a live fact becomes a sentence that says so, and is logged; it never raises.
    """
    keys = list(dict.fromkeys(match[1] or match[0] for match in _TOKEN.finditer(text)))
    if not keys:
        return text
    found = shown_facts(keys)
    lost = [key for key in keys if key not in found]
    if lost:
        # A slip of the pen may be what a reader typed.
        logger.warning("facts missing", extra={"keys": [key for key in lost if _KEY.fullmatch(key)]})
    pending = _("（此处数字正在核对）")
    return _TOKEN.sub(lambda match: write(found[match[1]].text if match[1] in found else pending), text)


def with_numbers_to_tap(html: str) -> str:
    """Return ``html``, facts not yet filled in, with each telephone number of rich text as a link that rings it."""
    found = shown_facts(keys_in([html]))

    def tap(match: re.Match[str]) -> str:
        fact = found.get(match[2] or "")
        if fact is None or not fact.dial:
            return match[0]
        return f'<a class="fact" data-fact="{match[2]}" href="tel:{escape(fact.dial)}">{match[3]}</a>'

    return _IN_TEXT.sub(tap, html)


def unbroken(text: str) -> str:
    """Return ``text`` with an invisible joiner between a number and its unit, so that no line ends between them."""
    return _NUMBER_WORD.sub(_WORD_JOINER, text)


@contextmanager
def one_lookup() -> Iterator[None]:
    """Remember within this block what was asked, so that a page asks once for what it lists and what it says."""
    held = _lookups.set({})
    try:
        yield
    finally:
        _lookups.reset(held)


class FactsMiddleware:
    """Fills in the facts of every public page, feed and answer; editors see the references themselves.

    On a page the telephone numbers among them can be tapped.

    Stands below the page cache, which therefore stores finished pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/cms/"):
            return self.get_response(request)
        with one_lookup():
            response = self.get_response(request)
            write = _writer(response)
            if write is not None:
                text = response.content.decode(response.charset)
                if response.headers["Content-Type"].startswith("text/html"):
                    text = with_numbers_to_tap(text)
                response.content = fill_in(text, write)
        return response


def _writer(response: HttpResponse) -> Callable[[str], str] | None:
    """Return how a fact is written into this response; None where there is nothing to fill in."""
    if response.streaming or not _MARK.search(response.content):
        return None
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
    if kind.endswith("json"):
        return lambda text: json.dumps(text, ensure_ascii=False)[1:-1]
    if kind == "text/html" or kind.endswith("xml"):
        return lambda text: escape(unbroken(text))
    return str if kind.startswith("text/") and kind not in {"text/css", "text/javascript"} else None
