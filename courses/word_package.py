"""Whether an uploaded file is a Word document that may be opened at all. Pure: nothing is stored.

A ``.docx`` file is a ZIP archive of XML parts (ECMA-376). What is checked here is done before any library reads it.
"""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from courses.errors import ContentInvalidError

LARGEST = 20 * 1024 * 1024
MOST_PARTS = 2000
LARGEST_UNPACKED = 60 * 1024 * 1024
# Ordinary XML shrinks to a twentieth or so; only small files may shrink further.
MOST_TIMES = 100
FREE_UNPACKED = 4 * 1024 * 1024
LARGEST_XML = 16 * 1024 * 1024
DEEPEST = 60
MOST_ELEMENTS = 400_000
_PIECE = 64 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ARCHIVES = (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", _OLE)
_FORBIDDEN = re.compile(r"vbaproject|vbadata|(?:^|/)activex|(?:^|/)embeddings/|oleobject", re.IGNORECASE)
_EMBEDDING_KINDS = ("/oleObject", "/package", "/control", "/aFChunk", "/vbaProject", "/subDocument")
_MACRO = re.compile(rb"macroEnabled", re.IGNORECASE)


@dataclass(frozen=True)
class WordPackage:
    """The checked parts, packed again without compression, and which structures the text holds, by local name.

    Packed again, because sizes and sums of the file that came are its sender's words: a library that unpacks it by
    them could be made to fill the memory.
    """

    data: bytes
    elements: Counter[str]


def open_word(data: bytes) -> WordPackage:
    """Return the checked file; raise ``ContentInvalidError`` with what is wrong with it."""
    if len(data) > LARGEST:
        raise ContentInvalidError(_("文件超过 20 MB。请先在 Word 里压缩图片，或分成几篇。"))
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise ContentInvalidError(_("文件有密码。请在 Word 里去掉密码，再另存为 .docx。"))
        raise ContentInvalidError(_("这是旧格式的 .doc 文件。请在 Word 里另存为 .docx 再试。"))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_entries(archive)
            parts = {entry.filename: _read(archive, entry) for entry in archive.infolist() if not entry.is_dir()}
        return WordPackage(_packed(parts), _check_parts(parts))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise ContentInvalidError(_("这不是完好的 .docx 文件。请在 Word 里另存一份再试。")) from error
    except (DefusedXmlException, ParseError, UnicodeError, LookupError, ValueError) as error:
        raise ContentInvalidError(_("文件里有读不懂的内容。请在 Word 里另存一份再试。")) from error


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise ContentInvalidError(_("文件里的部件太多，不能导入。"))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise ContentInvalidError(_("文件有密码。请在 Word 里去掉密码，再另存为 .docx。"))
    names = [entry.filename for entry in entries]
    folded = {name.casefold() for name in names}
    if len(folded) != len(names) or any(_leads_out(name) for name in names):
        raise ContentInvalidError(_("这不是完好的 .docx 文件。请在 Word 里另存一份再试。"))
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    text = sum(entry.file_size for entry in entries if _is_xml(entry.filename))
    if (
        unpacked > LARGEST_UNPACKED
        or text > LARGEST_XML
        or (unpacked > FREE_UNPACKED and unpacked > packed * MOST_TIMES)
    ):
        raise ContentInvalidError(_("文件展开以后太大，不能导入。请分成几篇。"))
    if not {"[content_types].xml", "word/document.xml"} <= folded:
        raise ContentInvalidError(_("这不是 Word 文档。请选 .docx 文件。"))
    if any(_FORBIDDEN.search(name) for name in names):
        _refuse_foreign_parts(names)


def _refuse_foreign_parts(names: list[str]) -> None:
    if any("vba" in name.casefold() for name in names):
        raise ContentInvalidError(_("文件里有宏，不能导入。请另存为不带宏的 .docx。"))
    raise ContentInvalidError(_("文件里嵌着别的文件或控件，不能导入。请删掉它们，图表请先存成图片再放进来。"))


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or "\x00" in name


def _is_xml(name: str) -> bool:
    return name.casefold().endswith((".xml", ".rels", ".vml"))


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return an entry, unpacked piece by piece: in one go zipfile would unpack before it counts."""
    content = bytearray()
    with archive.open(entry) as file:
        while piece := file.read(_PIECE):
            content += piece
    return bytes(content)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _check_parts(parts: Mapping[str, bytes]) -> Counter[str]:
    """Look at each part: no macros, nothing from outside, no archive in the archive, no tricks in the XML."""
    found: Counter[str] = Counter()
    for part, content in parts.items():
        if content.startswith(_ARCHIVES):
            raise ContentInvalidError(_("文件里嵌着别的文件或控件，不能导入。请删掉它们，图表请先存成图片再放进来。"))
        name = part.casefold()
        if name == "[content_types].xml" and _MACRO.search(content):
            raise ContentInvalidError(_("文件里有宏，不能导入。请另存为不带宏的 .docx。"))
        if not _is_xml(name):
            continue
        for element in _elements(content):
            if name.endswith(".rels"):
                _check_relationship(element)
            elif name == "word/document.xml" or (
                name.startswith(("word/header", "word/footer")) and _local(element) == "t" and _says(element)
            ):
                found[_counted_name(name, element)] += 1
    return found


def _counted_name(part: str, element: Element) -> str:
    return _local(element) if part == "word/document.xml" else "header-text"


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _says(element: Element) -> bool:
    """Tell whether a run of text holds words: a page number alone is none."""
    return any(letter.isalpha() and letter not in "第页共" for letter in element.text or "")


def _elements(content: bytes) -> Iterator[Element]:
    depth = count = 0
    for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise ContentInvalidError(_("文件的结构太复杂，不能导入。请分成几篇，或只复制文字。"))
        if event == "end":
            yield element
            element.clear()


def _check_relationship(element: Element) -> None:
    if _local(element) != "Relationship":
        return
    kind = element.get("Type") or ""
    if kind.endswith(_EMBEDDING_KINDS):
        raise ContentInvalidError(_("文件里嵌着别的文件或控件，不能导入。请删掉它们，图表请先存成图片再放进来。"))
    outside = (element.get("TargetMode") or "").casefold() == "external"
    if not outside or kind.endswith("/hyperlink"):
        return
    if kind.endswith("/image"):
        raise ContentInvalidError(_("有图片只是链接到别处。请在 Word 里把图片嵌入文件再试。"))
    raise ContentInvalidError(_("文件用到了别处的模板或文件。请在 Word 里换回“Normal”模板，另存一份再试。"))
