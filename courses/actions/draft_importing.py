"""A new draft from a text written elsewhere. Nothing here publishes or submits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.errors import ContentInvalidError
from courses.markdown import read_markdown
from courses.pages import ArticlePage, ColumnPage, CoursePage, LessonPage

LARGEST = 1_000_000
TITLE_MOST = 255
_KINDS: dict[type[Page], type[Any]] = {CoursePage: LessonPage, ColumnPage: ArticlePage}


@dataclass(frozen=True)
class ImportedDraft:
    """The new page, and the addresses of the pictures that have to be brought in by hand."""

    page: Any
    pictures: list[str]


def kind_below(parent: Page) -> type[Any] | None:
    """Return what is imported below ``parent``: a lesson, an article, or nothing."""
    return _KINDS.get(parent.specific_class)


def import_markdown(*, parent: Page, data: bytes, user: Any, now: datetime) -> ImportedDraft:
    """Create a draft lesson or article below ``parent`` from a Markdown file; it is neither live nor submitted.

    Raises ``ContentInvalidError`` for a file that is too large, is no text in UTF-8, or says nothing.
    """
    if kind_below(parent) is None:
        raise ContentInvalidError(_("这里不能导入：请从一个级别或一个栏目进来。"))
    if len(data) > LARGEST:
        raise ContentInvalidError(_("文件超过 1 MB。请分成几篇。"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentInvalidError(_("这不是 UTF-8 编码的文本文件。请另存为 Markdown（.md）再试。")) from error
    if "\x00" in text:
        raise ContentInvalidError(_("这不是 UTF-8 编码的文本文件。请另存为 Markdown（.md）再试。"))
    read = read_markdown(text)
    if not read.blocks and not read.title:
        raise ContentInvalidError(_("文件里没有文字。"))
    page = draft_below(parent=parent, title=read.title or _("导入的草稿"), blocks=read.blocks, user=user)
    return ImportedDraft(page, read.pictures)


def draft_below(*, parent: Page, title: str, blocks: list[dict[str, Any]], user: Any) -> Any:
    """Create a draft of the kind that stands below ``parent``; ``user`` is its author."""
    kind = kind_below(parent)
    if kind is None:
        raise ContentInvalidError(_("这里不能导入：请从一个级别或一个栏目进来。"))
    page = kind(title=title[:TITLE_MOST], live=False, owner=user)
    page.body = kind._meta.get_field("body").stream_block.to_python(blocks)
    with transaction.atomic():
        parent.add_child(instance=page)
        # Required fields may wait: the form asks for them when it is saved for review.
        page.save_revision(user=user, log_action=True, clean=False)
    return page
