"""Links from the first mention of a term to the glossary, put into HTML that is otherwise left as it is.

Only the text between tags is looked at; where a tag cannot be told from text, nothing more is linked.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape

from django.utils.safestring import SafeString, mark_safe

MOST_LINKS = 12
# What is read as a link, a heading, a quotation, a table or a control stays as it is; so does what is not read at all.
_LEFT_ALONE = frozenset({
    "a", "blockquote", "q", "h1", "h2", "h3", "h4", "h5", "h6", "table", "figure", "form", "button", "label", "summary",
    "select", "option", "textarea", "title", "code", "pre", "svg", "math", "script", "style", "template", "iframe",
    "noscript",
})  # fmt: skip
# The content of these is text to a browser, whatever it looks like.
_RAW = frozenset({"script", "style", "textarea", "title", "iframe", "noscript"})
# An author's mark on an element whose words are no running text.
_MARKED = re.compile(r"\sdata-plain(?=[\s=/>])")
_TAG = re.compile(
    r"<!--.*?-->|<[!?][^>]*>"
    r"|</?([A-Za-z][A-Za-z0-9:-]*)(?=[\s/>])(?:[^>\"'<=]|=\s*\"[^\"]*\"|=\s*'[^']*'|=)*>",
    re.DOTALL,
)
_OPENS = re.compile(r"<(?=[A-Za-z/!?])")
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
# Words in quotation marks are somebody's words; an entity is one character, a fact is
# filled in later.
_PASSED_OVER = r"“[^”]*”|「[^」]*」|&#?[0-9A-Za-z]+;|\{fact:[^{}]*\}"
_LATIN_OR_DIGIT = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True)
class LinkedTerm:
    """A term of the glossary: its names in running text, where it is explained, and its one plain sentence."""

    term: str
    address: str
    plain: str
    names: tuple[str, ...]
    # Names that are known, so that no shorter one is found within them, but lead nowhere.
    silent: tuple[str, ...] = ()


class TermLinks:
    """The links of one page: each term once, at its first mention, and no more than ``MOST_LINKS`` of them."""

    def __init__(self, terms: Iterable[LinkedTerm]) -> None:
        self._terms = list(terms)
        names: dict[str, LinkedTerm | None] = {}
        for term in self._terms:
            for name in term.names:
                # A name that two terms share leads nowhere: it could mean either.
                key = name.casefold()
                names[key] = term if names.get(key, term) is term else None
        for term in self._terms:
            names.update((name.casefold(), None) for name in term.silent)
        self._names = names
        self._pattern = _compiled(tuple(sorted(names, key=lambda name: (-len(name), name))))
        self._linked: set[str] = set()

    def link(self, html: str) -> SafeString:
        """Return ``html`` with links at first mentions. Without the links it is the same, character by character."""
        parts: list[str] = []
        place = 0
        inside: list[str] = []
        while place < len(html):
            tag = _TAG.search(html, place)
            end = tag.start() if tag else len(html)
            text = html[place:end]
            broken = _OPENS.search(text)
            if broken:
                # No tag ends here, yet a browser may see one begin.
                parts.append(html[place:])
                return mark_safe("".join(parts))  # noqa: S308 -- what came in, and links made of escaped parts
            parts.append(text if inside else self._linked_text(text))
            if tag is None:
                break
            parts.append(tag.group())
            place = tag.end()
            name = (tag.group(1) or "").lower()
            if name in _RAW and not tag.group().startswith("</"):
                closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, place)
                stop = closing.start() if closing else len(html)
                parts.append(html[place:stop])
                place = stop
            _step(inside, name, tag.group())
        return mark_safe("".join(parts))  # noqa: S308 -- what came in, and links made of escaped parts

    def _linked_text(self, text: str) -> str:
        if self._pattern is None or len(self._linked) >= MOST_LINKS or not text.strip():
            return text
        return self._pattern.sub(self._replacement, text)

    def _replacement(self, match: re.Match[str]) -> str:
        words = match.group()
        term = self._names.get(unescape(words).casefold()) if match.group("name") else None
        if term is None or term.term in self._linked or len(self._linked) >= MOST_LINKS:
            return words
        self._linked.add(term.term)
        name, address, plain = escape(term.term), escape(term.address), escape(term.plain)
        return f'<a class="term-link" href="{address}" data-term="{name}" data-plain-words="{plain}">{words}</a>'


def _step(inside: list[str], name: str, tag: str) -> None:
    """Keep count of the elements that are left alone: the first of them and what is nested in it under its name."""
    if tag.startswith("</"):
        if inside and inside[-1] == name:
            inside.pop()
    elif name not in _VOID and (name == inside[-1] if inside else name in _LEFT_ALONE or bool(_MARKED.search(tag))):
        inside.append(name)


@lru_cache(maxsize=8)
def _compiled(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return the pattern of all names, the longest first; kept for as long as the glossary stays the same."""
    if not names:
        return None
    return re.compile(rf"{_PASSED_OVER}|(?P<name>{'|'.join(map(_bounded, names))})", re.IGNORECASE)


def _bounded(name: str) -> str:
    """Return the pattern of a name as it stands in HTML; Latin letters and digits only as a whole word."""
    before = r"(?<![A-Za-z0-9])" if _LATIN_OR_DIGIT.match(name[0]) else ""
    after = r"(?![A-Za-z0-9])" if _LATIN_OR_DIGIT.match(name[-1]) else ""
    return f"{before}{re.escape(escape(name, quote=False))}{after}"
