"""Bring the home page and the information pages in from parsed content files. Nothing here publishes."""

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from core.facts import embed_tokens
from edu_site.errors import ImportRefusedError
from edu_site.pages import HomePage, InfoLayout, InfoPage

_NAMESPACE = uuid.UUID("5a4c0b52-6f7e-4f0c-9d52-1f1c6f6f2a11")
_WELCOME_SLUG = "home"
_PATH_OF_HELP_NOW = "/help/now/"
_ICONS = {"balance": "scale"}


def import_home(*, data: Mapping[str, Any], author: Any, now: datetime) -> HomePage:
    """Make or update the draft of the home page and make it the root of the site; return it.

    A new page is a draft with one revision by ``author``; a page that already holds this content gets no new revision.
    The welcome page of a fresh installation goes, as it would hold the address.
    """
    with transaction.atomic():
        page = HomePage.objects.first()
        if page is None:
            page = HomePage(title=data["title"], slug="site-home", live=False)
            _fill_home(page, data)
            Page.get_first_root_node().add_child(instance=page)
            _make_site_root(page)
            page.save_revision(user=author)
            return page
        draft = page.get_latest_revision_as_object()
        _fill_home(draft, data)
        _save_if_changed(draft, author)
        return draft


def import_info_page(*, data: Mapping[str, Any], author: Any, now: datetime) -> InfoPage:
    """Make or update the draft of the information page at ``data["path"]``; return it.

    Raises ``ImportRefusedError`` when the page above it does not exist yet. A page that already holds this content
    gets no new revision.
    """
    *above, slug = data["path"].strip("/").split("/")
    with transaction.atomic():
        parent = _page_at(above)
        page = InfoPage.objects.child_of(parent).filter(slug=slug).first()
        if page is None:
            page = InfoPage(slug=slug, live=False)
            _fill_info(page, data)
            parent.add_child(instance=page)
            page.save_revision(user=author)
            return page
        draft = page.get_latest_revision_as_object()
        _fill_info(draft, data)
        _save_if_changed(draft, author)
        return draft


def _fill_home(page: HomePage, data: Mapping[str, Any]) -> None:
    promise, alert, question, sections = data["promise"], data.get("alert", {}), data["question"], data["sections"]
    page.title = page.draft_title = data["title"]
    page.search_description = data.get("search_description", "")
    page.promise, page.promise_sub = promise["text"], promise.get("sub", "")
    page.alert_text, page.alert_link = alert.get("text", ""), alert.get("link", "")
    page.tracks_heading, page.events_empty = sections["tracks"], sections["events_empty"]
    page.subscribe_heading, page.subscribe_text = sections["subscribe"], sections["subscribe_text"]
    replies = {row["key"]: row["text"] for row in question["reveal_by_option"]}
    value = {
        **_rich({name: question[name] for name in _QUESTION_FIELDS}, "reveal"),
        "options": [{**option, "reply": replies.get(option["key"], "")} for option in question["options"]],
    }
    page.question = _stream("home/question", [("question", value)])
    page.doors = _stream(
        "home/doors",
        [
            ("door", {**_only(door, "title", "text", "link"), "icon": _ICONS.get(door["icon"], door["icon"])})
            for door in data["doors"]
        ],
    )
    page.tracks = _stream("home/tracks", [("track", _only(track, "slug", "title", "text")) for track in data["tracks"]])


_QUESTION_FIELDS = (
    "label",
    "situation",
    "say",
    "question",
    "answer",
    "button",
    "button_note",
    "result_right",
    "result_wrong",
    "reveal",
    "risk",
    "lesson",
    "next_text",
)


def _fill_info(page: InfoPage, data: Mapping[str, Any]) -> None:
    page.title = page.draft_title = data["title"]
    page.intro = data["intro"]
    page.search_description = data.get("search_description", "")
    page.author_name, page.reviewer_name = data.get("author", ""), data.get("reviewer", "")
    page.checked_on, page.review_by = data.get("checked_on"), data.get("review_by")
    page.layout = InfoLayout.URGENT if data["path"] == _PATH_OF_HELP_NOW else InfoLayout.STANDARD
    page.body = _stream(data["path"], [(block["type"], _block_value(block)) for block in data["body"]])
    page.sources = _stream(
        data["path"] + "sources",
        [("source", {"text": source["text"], "url": source.get("url", "")}) for source in data.get("sources", [])],
    )


def _block_value(block: Mapping[str, Any]) -> Any:
    """Return the stored form of a block of a content file; raise ``ImportRefusedError`` for an unknown type."""
    kind = block["type"]
    if kind in {"text", "key_idea"}:
        return embed_tokens(block["html"])
    if kind in {"risk_disclosure", "keep"}:
        return block["text"]
    if kind == "section":
        return {"title": block["title"], "short": block.get("short", "")}
    if kind == "steps":
        return {"items": [_rich(_only(item, "title", "html"), "html") for item in block["items"]]}
    if kind == "table":
        return _table_value(block)
    if kind in _PLAIN_FIELDS:
        return _rich(_only(block, *_PLAIN_FIELDS[kind]), *_RICH_FIELDS.get(kind, ()))
    raise ImportRefusedError(_("不认识的内容块：%(kind)s") % {"kind": kind})


_PLAIN_FIELDS = {
    "margin_note": ("term", "html"),
    "faq": ("question", "answer"),
    "if_then": ("if_text", "then_text"),
}
_RICH_FIELDS = {"margin_note": ("html",), "faq": ("answer",)}


def _rich(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return ``values`` with facts as embeds in the fields of rich text."""
    return {name: embed_tokens(value) if name in names else value for name, value in values.items()}


def _table_value(block: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "table": {
            "caption": block["caption"],
            "columns": [{"type": "text", "heading": heading} for heading in block["head"]],
            "rows": [{"values": row} for row in block["rows"]],
        },
        "note": block.get("note", ""),
    }


def _only(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: values.get(name, "") for name in names}


def _stream(key: str, blocks: Iterable[tuple[str, Any]]) -> str:
    """Return the stored form of a stream, with ids that stay the same each time the same file is read."""
    return json.dumps(
        [
            {"type": kind, "value": value, "id": str(uuid.uuid5(_NAMESPACE, f"{key}#{place}"))}
            for place, (kind, value) in enumerate(blocks)
        ],
        ensure_ascii=False,
    )


def _content(page: Page) -> dict[str, Any]:
    """Return what an import writes, in a form that can be compared: the ids inside lists are made anew each time."""
    names = {field.name for field in type(page)._meta.get_fields() if field.model is type(page)} | {"title"}
    names |= {"search_description", "author_name", "reviewer_name", "checked_on", "review_by"}
    values = page.serializable_data()
    return {name: _without_ids(values[name]) for name in sorted(names & values.keys())}


def _without_ids(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        value = json.loads(value)
    if isinstance(value, dict):
        return {name: _without_ids(part) for name, part in value.items() if name != "id"}
    if isinstance(value, list):
        return [_without_ids(part) for part in value]
    return value


def _save_if_changed(draft: Page, author: Any) -> None:
    latest = type(draft).objects.get(pk=draft.pk).get_latest_revision_as_object()
    if _content(draft) != _content(latest):
        draft.save_revision(user=author)


def _page_at(slugs: Iterable[str]) -> Page:
    page: Page | None = HomePage.objects.first()
    for slug in slugs:
        page = page and page.get_children().filter(slug=slug).first()
    if page is None:
        raise ImportRefusedError(_("上一级页面还没有，请先导入首页和上一级页面。"))
    return page


def _make_site_root(page: HomePage) -> None:
    site = Site.objects.filter(is_default_site=True).first()
    former = site.root_page if site else None
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": page}
    )
    if former and former.specific_class is Page and former.slug == _WELCOME_SLUG and former.is_leaf():
        Page.objects.get(pk=former.pk).delete()
