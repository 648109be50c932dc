"""The Chinese fonts that PDF files are written with, where this machine has them: Noto CJK, as Debian packs it.

Without them no PDF is written: a page of boxes helps nobody. ``PDF_FONT_DIRS`` names further folders.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Info
from fontTools.ttLib import TTCollection, TTLibError

# fonts-noto-cjk on Debian and Ubuntu, then Fedora, Arch and Alpine.
USUAL_DIRS = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/noto",
)
_REGULAR, _BOLD, _DISPLAY = "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "NotoSerifCJK-Bold.ttc"
# The simplified Chinese face of a collection, among those of the other regions.
_FACES = ("CJK SC",)


@dataclass(frozen=True)
class FontFile:
    """A face in a collection of fonts."""

    path: Path
    number: int


@dataclass(frozen=True)
class PdfFonts:
    """The three faces of a document: running text, emphasis, titles (Song, or the bold one without it)."""

    regular: FontFile
    bold: FontFile
    display: FontFile


def pdf_fonts() -> PdfFonts | None:
    """Return the fonts of this machine, or None when it has none; looked for once in each place."""
    return _fonts_in((*settings.PDF_FONT_DIRS, *USUAL_DIRS))


@lru_cache(maxsize=8)
def _fonts_in(folders: tuple[str, ...]) -> PdfFonts | None:
    regular, bold, display = (_face(folders, name) for name in (_REGULAR, _BOLD, _DISPLAY))
    return PdfFonts(regular, bold, display or bold) if regular and bold else None


def _face(folders: Iterable[str], name: str) -> FontFile | None:
    for folder in folders:
        path = Path(folder) / name
        try:
            with TTCollection(str(path), lazy=True) as collection:
                for number, font in enumerate(collection):
                    title = str(font["name"].getDebugName(1) or "")
                    if title.endswith(_FACES) and "Mono" not in title:
                        return FontFile(path, number)
        except (OSError, TTLibError):
            continue
    return None


def check_pdf_fonts(**_kwargs: Any) -> list[CheckMessage]:
    """Tell operators when there is no Chinese font, so that pages offer no PDF. The site runs without."""
    if pdf_fonts() is not None:
        return []
    return [
        Info(
            "No Chinese font for PDF files was found: handbooks and certificates are offered as pages only.",
            hint="Install fonts-noto-cjk, or name the folder of NotoSansCJK-*.ttc in PDF_FONT_DIRS.",
            id="core.I001",
        )
    ]
