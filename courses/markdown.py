"""Markdown as the blocks of a lesson or article. Pure: nothing is stored, and no address in the text is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bs4 import BeautifulSoup
from django.utils.html import strip_tags
from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.facts import embed_tokens
from core.sanitize import safe_html

TITLE_MOST = 60
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_EMPTY = re.compile(r"<p>(?:\s|<br>)*</p>\s*")
_LOOSE_ITEM = re.compile(r"<li>\s*<p>")


@dataclass
class MarkdownText:
    """The title, if the text begins with one; the blocks as a stream stores them; the pictures that were left out."""

    title: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


def stored_html(html: str) -> str:
    """Return ``html`` as running text is stored: what may stay, facts as chips, breaks as the editor reads them."""
    clean = _EMPTY.sub("", str(safe_html(html)))
    if _LOOSE_ITEM.search(clean):
        clean = _with_flat_items(clean)
    # The editor's reader takes a ``<br>`` that nothing closes for the beginning of an element.
    return embed_tokens(clean).replace("<br>", "<br/>").strip()


def _with_flat_items(html: str) -> str:
    """Return ``html`` without paragraphs in the items of lists, which the editor would take out of the list."""
    soup = BeautifulSoup(html, "html.parser")
    for paragraph in soup.select("li p"):
        if paragraph.find_next_sibling("p") is not None:
            paragraph.insert_after(soup.new_tag("br"))
        paragraph.unwrap()
    return re.sub(r"(<li>)\s+|\s+(?=</li>)", r"\1", str(soup))


def read_markdown(text: str) -> MarkdownText:
    """Return what ``text`` says as blocks: headings as sections, tables as tables, the rest as running text.

    A heading of the first level at the beginning is the title. Running text keeps emphasis, lists and links and
    nothing else; a picture leaves its description. A heading longer than a section's title stays a paragraph in bold.
    """
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = parser.parse(INVISIBLE.sub("", text))
    read = MarkdownText()
    run: list[Token] = []

    def close_run() -> None:
        html = stored_html(parser.renderer.render(run, parser.options, {}))
        if strip_tags(html).strip() or "<embed" in html:
            read.blocks.append({"type": "text", "value": html})
        run.clear()

    place = 0
    while place < len(tokens):
        end = _end_of(tokens, place)
        part = tokens[place : end + 1]
        read.pictures += _without_pictures(part)
        words = _words(part)
        if part[0].type == "heading_open" and part[0].tag == "h1" and not (read.title or read.blocks or run):
            read.title = words
        elif part[0].type == "heading_open" and len(words) <= TITLE_MOST:
            close_run()
            if words:
                read.blocks.append({"type": "section", "value": {"title": words, "short": ""}})
        elif part[0].type == "table_open":
            close_run()
            read.blocks.append({"type": "table", "value": _table(part, _last_title(read))})
        else:
            run += _as_bold(part) if part[0].type == "heading_open" else part
        place = end + 1
    close_run()
    return read


def _end_of(tokens: Sequence[Token], start: int) -> int:
    """Return the place of the token that closes the part which begins at ``start``."""
    depth = 0
    for place in range(start, len(tokens)):
        depth += tokens[place].nesting
        if depth <= 0:
            return place
    return len(tokens) - 1


def _without_pictures(part: Sequence[Token]) -> list[str]:
    """Put the description of each picture in its place; return the addresses of the pictures."""
    found = []
    for token in part:
        for child in token.children or ():
            if child.type == "image":
                found.append(str(child.attrGet("src") or ""))
                child.type, child.tag, child.nesting = "text", "", 0
                child.children = None
    return found


def _words(part: Sequence[Token]) -> str:
    words = "".join(
        child.content if child.type in {"text", "code_inline"} else " " if child.type == "softbreak" else ""
        for token in part
        for child in token.children or ()
    )
    return " ".join(words.split())


def _as_bold(part: Sequence[Token]) -> list[Token]:
    opened, inline, closed = Token("paragraph_open", "p", 1), part[1], Token("paragraph_close", "p", -1)
    inline.children = [
        Token("strong_open", "strong", 1),
        *(inline.children or ()),
        Token("strong_close", "strong", -1),
    ]
    return [opened, inline, closed]


def _table(part: Sequence[Token], caption: str) -> dict[str, Any]:
    rows: list[list[str]] = []
    for token, following in pairwise(part):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"}:
            rows[-1].append(_words([following]))
    columns = [{"type": "text", "heading": heading} for heading in rows[0]]
    body = [{"values": row} for row in rows[1:]]
    return {"table": {"columns": columns, "rows": body, "caption": caption}, "note": ""}


def _last_title(read: MarkdownText) -> str:
    titles = [block["value"]["title"] for block in read.blocks if block["type"] == "section"]
    return str(titles[-1] if titles else read.title)
