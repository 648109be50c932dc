"""``/cms/guide/``: the guides of ``docs/guide``, shown where they are used."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.sanitize import document_html

FIRST = "editor"
_NAME = re.compile(r"[a-z][a-z-]{0,40}")
_ORDER = ("editor", "reviewer")
_PICTURE = re.compile(r"img/([a-z0-9-]{1,60})\.png")
_GUIDE_LINK = re.compile(r"([a-z][a-z-]{0,40})\.md(#.*)?")


@dataclass(frozen=True)
class Guide:
    """A guide of the folder: its name in the address, and its first heading."""

    name: str
    title: str


def guides() -> list[Guide]:
    """Return the guides: those of editors and reviewers first, the others by name."""
    names = sorted(path.stem for path in _folder().glob("*.md") if _NAME.fullmatch(path.stem))
    names.sort(key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    return [Guide(name, _title(_text(name))) for name in names]


def guide_html(text: str) -> SafeString:
    """Return the Markdown ``text`` as safe HTML: links between guides and pictures lead into the admin."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        for child in token.children or ():
            _lead_into_admin(child)
    return document_html(parser.renderer.render(tokens, parser.options, {}))


def _lead_into_admin(token: Token) -> None:
    if token.type == "link_open" and (match := _GUIDE_LINK.fullmatch(str(token.attrGet("href")))):
        token.attrSet("href", reverse("guide", args=[match[1]]) + (match[2] or ""))
    if token.type == "image" and (match := _PICTURE.fullmatch(str(token.attrGet("src")))):
        token.attrSet("src", reverse("guide_picture", args=[match[1]]))


@require_GET
def show_guide(request: HttpRequest, name: str = FIRST) -> HttpResponse:
    """Show one guide with the way to the others. Wagtail lets only staff come here."""
    known = guides()
    guide = next((guide for guide in known if guide.name == name), None)
    if guide is None:
        raise Http404(_("没有这篇指南。"))
    return render(
        request,
        "edu_site/guide.html",
        {"guide": guide, "guides": known, "html": guide_html(_without_title(_text(name)))},
    )


@require_GET
def show_picture(request: HttpRequest, name: str) -> FileResponse:
    """Send a picture of the guides; the address allows no way out of their folder."""
    path = _folder() / "img" / f"{name}.png"
    if not _PICTURE.fullmatch(f"img/{name}.png") or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type="image/png")
    patch_cache_control(response, private=True, max_age=3600)
    return response


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "guide"


def _text(name: str) -> str:
    return (_folder() / f"{name}.md").read_text(encoding="utf-8")


def _title(text: str) -> str:
    return text.partition("\n")[0].lstrip("# ").strip()


def _without_title(text: str) -> str:
    return text.partition("\n")[2]
