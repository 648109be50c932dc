"""A Word document as the blocks of a lesson or article. Pure: nothing is stored, and no address in it is asked."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import mammoth
from bs4 import BeautifulSoup, NavigableString, Tag
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from courses.errors import ContentInvalidError
from courses.markdown import INVISIBLE, TITLE_MOST, stored_html
from courses.word_package import open_word

MOST_PICTURES = 40
LARGEST_PICTURE = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
# What a browser shows and the picture library takes; the name is Pillow's.
_FORMATS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINKS = {"http", "https", "mailto", "tel"}
_STYLES = """
p[style-name='Title'] => h1.document-title:fresh
p[style-name='标题'] => h1.document-title:fresh
p[style-name='标题 1'] => h1:fresh
p[style-name='标题 2'] => h2:fresh
p[style-name='标题 3'] => h3:fresh
p[style-name='标题 4'] => h4:fresh
p[style-name^='toc'] => !
p[style-name^='TOC'] => !
b => strong
comment-reference => !
"""
# What Word writes of its own accord when a picture is put in.
_MACHINE_WORDS = ("已自动生成", "automatically generated", "AI 生成", "AI-generated")


@dataclass(frozen=True)
class Picture:
    """A picture of the document: its bytes, the ending its content has, and what the author said that it shows."""

    data: bytes
    extension: str
    alt: str


@dataclass
class WordText:
    """The title, if there is one; the blocks as a stream stores them; the pictures; what was not carried, by name.

    A block of the type ``picture`` holds the place of its picture in ``pictures``.
    """

    title: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_word(data: bytes) -> WordText:
    """Return what the document says as blocks: headings as sections, tables as tables, pictures apart.

    Raises ``ContentInvalidError`` for what is no Word document or may not be opened.
    """
    package = open_word(data)
    gallery = _Gallery()
    try:
        html = mammoth.convert_to_html(
            BytesIO(package.data),
            convert_image=mammoth.images.img_element(gallery.keep),
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
        ).value
    except (KeyError, ValueError, AttributeError, TypeError, IndexError, RecursionError, OSError) as error:
        # The library expects a document that follows the standard.
        raise ContentInvalidError(_("文件里有读不懂的内容。请在 Word 里另存一份再试。")) from error
    text = _Reader(gallery).read(INVISIBLE.sub("", html))
    text.left_out = [*_left_out(package.elements), *gallery.left_out]
    return text


class _Gallery:
    """Takes the pictures out of the document while it is read; the same picture is kept once."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self.left_out: list[str] = []
        self._places: dict[str, int] = {}
        self._met = 0

    def keep(self, image: Any) -> dict[str, str]:
        self._met += 1
        if self._met > MOST_PICTURES * 5:
            raise ContentInvalidError(_("图片超过 %(count)d 张。请分成几篇。") % {"count": MOST_PICTURES})
        with image.open() as file:
            data = file.read()
        key = sha256(data).hexdigest()
        if key not in self._places:
            extension = _extension_of(data, self._met)
            if extension is None:
                kind = str(image.content_type).rpartition("/")[2].removeprefix("x-").split("+")[0].upper()
                self.left_out.append(_("第 %(number)d 张图（%(kind)s 格式）") % {"number": self._met, "kind": kind})
                return {"src": ""}
            if len(self.pictures) == MOST_PICTURES:
                raise ContentInvalidError(_("图片超过 %(count)d 张。请分成几篇。") % {"count": MOST_PICTURES})
            self._places[key] = len(self.pictures)
            self.pictures.append(Picture(data, extension, _written_by_hand(image.alt_text)))
        return {"src": str(self._places[key])}


def _extension_of(data: bytes, number: int) -> str | None:
    """Return the ending that the content has, or None when a browser would not show it; refuse what is too large."""
    try:
        with Image.open(BytesIO(data), formats=tuple(_FORMATS)) as image:
            width, height = image.size
            extension = _FORMATS[str(image.format)]
            if width * height > MOST_PIXELS:
                raise ContentInvalidError(
                    _("第 %(number)d 张图有 %(width)d × %(height)d 像素，太大了。请在 Word 里压缩图片再试。")
                    % {"number": number, "width": width, "height": height}
                )
            # What cannot be shown small cannot be shown at all.
            image.convert(shown_mode(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ContentInvalidError(
            _("第 %(number)d 张图的像素太多。请在 Word 里压缩图片再试。") % {"number": number}
        ) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError):
        return None
    if len(data) > LARGEST_PICTURE:
        raise ContentInvalidError(_("第 %(number)d 张图超过 5 MB。请在 Word 里压缩图片再试。") % {"number": number})
    return extension


def shown_mode(image: Image.Image) -> str:
    """Return the colours in which a picture is shown: with transparency where it has any."""
    return "RGBA" if image.has_transparency_data else "RGB"


def _written_by_hand(alt: str | None) -> str:
    words = " ".join((alt or "").split())
    return "" if any(mark in words for mark in _MACHINE_WORDS) else words[:200]


class _Reader:
    """Turns the HTML of the document into blocks."""

    def __init__(self, gallery: _Gallery) -> None:
        self._text = WordText(pictures=gallery.pictures)
        self._run: list[str] = []

    def read(self, html: str) -> WordText:
        soup = BeautifulSoup(html, "html.parser")
        _drop_notes(soup)
        _unwrap_dead_links(soup)
        parts = [part for part in soup.contents if isinstance(part, Tag)]
        title = _title_among(parts)
        for part in parts:
            if part is title:
                self._text.title = _words(part)
            elif part.name in _HEADINGS:
                self._heading(part)
            elif part.name == "table":
                self._table(part)
            else:
                self._running(part)
        self._close_run()
        return self._text

    def _heading(self, part: Tag) -> None:
        pictures = _taken_out(part)
        words = _words(part)
        if len(words) > TITLE_MOST:
            part.name = "p"
            self._running(part)
        elif words:
            self._close_run()
            self._text.blocks.append({"type": "section", "value": {"title": words, "short": ""}})
        self._pictures(pictures)

    def _table(self, part: Tag) -> None:
        self._close_run()
        pictures = _taken_out(part)
        rows = _rows_of(part)
        if rows and any(any(row) for row in rows):
            width = max(len(row) for row in rows)
            filled = [row + [""] * (width - len(row)) for row in rows]
            columns = [{"type": "text", "heading": heading} for heading in filled[0]]
            table = {
                "columns": columns,
                "rows": [{"values": row} for row in filled[1:]],
                "caption": self._last_title(),
            }
            self._text.blocks.append({"type": "table", "value": {"table": table, "note": ""}})
        self._pictures(pictures)

    def _running(self, part: Tag) -> None:
        """Add a paragraph or a list; a picture ends the running text where it stands, or after a list."""
        if part.name != "p":
            pictures = _taken_out(part)
            self._run.append(str(part))
            self._pictures(pictures)
            return
        for piece in _split_at_pictures(part):
            if isinstance(piece, int):
                self._pictures([piece])
            else:
                self._run.append(piece)

    def _pictures(self, places: list[int]) -> None:
        for place in places:
            self._close_run()
            self._text.blocks.append({"type": "picture", "value": place})

    def _close_run(self) -> None:
        html = stored_html("".join(self._run))
        if strip_tags(html).strip() or "<embed" in html:
            self._text.blocks.append({"type": "text", "value": html})
        self._run.clear()

    def _last_title(self) -> str:
        titles = [block["value"]["title"] for block in self._text.blocks if block["type"] == "section"]
        return str(titles[-1] if titles else self._text.title)


def _title_among(parts: list[Tag]) -> Tag | None:
    """Return the paragraph in the style “Title”, else the first heading if it is the only one of its level."""
    first = next((part for part in parts if _words(part)), None)
    if first is None or first.name != "h1":
        return None
    if "document-title" in (first.get("class") or []):
        return first
    return first if sum(part.name == "h1" for part in parts) == 1 else None


def _drop_notes(soup: BeautifulSoup) -> None:
    """Take out the marks of foot- and endnotes, their texts and the comments."""
    for mark in soup.select("a[id^=footnote-ref-], a[id^=endnote-ref-], a[id^=comment-ref-]"):
        outer = mark.parent if mark.parent is not None and mark.parent.name == "sup" else mark
        outer.decompose()
    for item in soup.select("li[id^=footnote-], li[id^=endnote-], dt[id^=comment-], dt[id^=comment-] + dd"):
        holder = item.parent
        item.decompose()
        if holder is not None and not holder.find(True):
            holder.decompose()


def _unwrap_dead_links(soup: BeautifulSoup) -> None:
    """Keep the words of bookmarks and of links that lead nowhere for a reader."""
    for link in soup.find_all("a"):
        try:
            scheme = urlsplit(str(link.get("href") or "")).scheme
        except ValueError:
            scheme = ""
        if scheme not in _LINKS:
            link.unwrap()


def _words(part: Tag) -> str:
    return " ".join(part.get_text(" " if part.name in {"td", "th"} else "").split())


def _taken_out(part: Tag) -> list[int]:
    """Remove the pictures from ``part``; return their places."""
    found = []
    for image in part.find_all("img"):
        if image.get("src"):
            found.append(int(str(image["src"])))
        image.decompose()
    return found


def _split_at_pictures(part: Tag) -> Iterator[str | int]:
    """Return the paragraphs that come of ``part`` when each picture stands alone; emphasis around one is lost."""
    for image in part.find_all("img"):
        top: Any = image
        while top.parent is not part:
            top.parent.unwrap()
    run: list[str] = []
    for child in part.contents:
        if isinstance(child, Tag) and child.name == "img":
            yield f"<p>{''.join(run)}</p>" if "".join(run).strip() else ""
            run.clear()
            if child.get("src"):
                yield int(str(child["src"]))
        else:
            run.append(child.output_ready(formatter="minimal") if isinstance(child, NavigableString) else str(child))
    yield f"<p>{''.join(run)}</p>" if "".join(run).strip() else ""


def _rows_of(table: Tag) -> list[list[str]]:
    """Return the words of the cells; a merged cell stands in its first place and leaves the others empty."""
    rows: list[list[str]] = []
    owed: Counter[int] = Counter()
    for line in table.find_all("tr"):
        if line.find_parent("table") is not table:
            continue
        row: list[str] = []
        for cell in line.find_all(["td", "th"], recursive=False):
            while owed[len(row)]:
                owed[len(row)] -= 1
                row.append("")
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for place in range(across):
                if down > 1:
                    owed[len(row)] += down - 1
                row.append(_words(cell) if place == 0 else "")
        while owed[len(row)]:
            owed[len(row)] -= 1
            row.append("")
        rows.append(row)
    return rows


def _span(cell: Tag, name: str) -> int:
    typed = str(cell.get(name) or "1")
    return min(int(typed), 50) if typed.isdecimal() and int(typed) else 1


def _left_out(elements: Counter[str]) -> list[str]:
    """Return the names of what the document holds and a draft cannot."""
    names = {
        _("脚注"): ("footnoteReference",),
        _("尾注"): ("endnoteReference",),
        _("批注"): ("commentReference",),
        _("修订（按接受后的样子导入）"): ("ins", "del"),
        _("文本框（文字成了普通段落）"): ("txbxContent",),
        _("公式"): ("oMath",),
        _("图表"): ("chart",),
        _("SmartArt 图形"): ("relIds",),
        _("页眉和页脚"): ("header-text",),
        _("上标和下标"): ("vertAlign",),
        _("合并的单元格"): ("gridSpan", "vMerge"),
    }
    return [name for name, marks in names.items() if any(elements[mark] for mark in marks)]
