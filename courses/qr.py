"""A QR code as the outline of one SVG path: no picture file, no inline style, sharp at any size and in print."""

from dataclasses import dataclass

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

# Modules of white around the code that readers need (ISO/IEC 18004).
_QUIET = 4


@dataclass(frozen=True)
class QrDrawing:
    """``path`` in a square of ``size`` modules, the white margin included."""

    path: str
    size: int
    # Column and row of each dark module.
    cells: tuple[tuple[int, int], ...] = ()


def draw_qr(text: str) -> QrDrawing:
    """Return the drawing of ``text`` with fifteen in a hundred of it readable when damaged (level M)."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    cells = tuple((x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return QrDrawing(path="".join(f"M{x} {y}h1v1h-1z" for x, y in cells), size=len(rows), cells=cells)
