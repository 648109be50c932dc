"""Draws static_src/img/share.png, the picture of a shared link, in the colours of the site.

    .venv/bin/python deploy/share_image.py

It needs a Song typeface with Chinese characters; FONT names another file.
"""

import os
from math import sin, tau
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).resolve().parent.parent / "static_src" / "img" / "share.png"
FONT = os.environ.get("FONT", "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc")
# Simplified Chinese within the collection.
FONT_INDEX = 2
SIZE = (1200, 630)
SCALE = 2
PAPER, INK, SOFT, BAMBOO, VERMILION = "#FAF7F1", "#1E2430", "#525A68", "#3E6B57", "#B5402A"


def main() -> None:
    """Draw at twice the size, so that edges are smooth, and store few colours."""
    picture = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), PAPER)
    draw = ImageDraw.Draw(picture)
    _rules(draw, top=64)
    _slips(draw, left=120, top=205, unit=8.2)
    _words(draw)
    _rules(draw, top=SIZE[1] - 76, turned=True)
    small = picture.resize(SIZE, Image.Resampling.LANCZOS)
    small.quantize(96, method=Image.Quantize.MAXCOVERAGE).save(TARGET, optimize=True)


def _rules(draw: ImageDraw.ImageDraw, *, top: int, turned: bool = False) -> None:
    """Draw the thick and the thin line."""
    thick, thin = (top + 7, top) if turned else (top, top + 8)
    for place, width in ((thick, 4), (thin, 2)):
        draw.rectangle([_scaled(80), _scaled(place), _scaled(SIZE[0] - 80), _scaled(place + width)], fill=INK)


def _slips(draw: ImageDraw.ImageDraw, *, left: float, top: float, unit: float) -> None:
    """Draw the mark: four bamboo slips and the two threads that bind them."""
    for slip in range(4):
        x = left + (3 + slip * 5.7) * unit
        box = [x, top + 4.5 * unit, x + 4.2 * unit, top + 23.5 * unit]
        draw.rectangle([_scaled(edge) for edge in box], outline=INK, width=_scaled(0.9 * unit))
    for height in (10.2, 18.2):
        points = [
            (left + (1.5 + step * 0.125) * unit, top + (height - 0.45 * sin(step * tau / 44)) * unit)
            for step in range(201)
        ]
        draw.line([(_scaled(x), _scaled(y)) for x, y in points], fill=BAMBOO, width=_scaled(1.3 * unit), joint="curve")


def _words(draw: ImageDraw.ImageDraw) -> None:
    large = ImageFont.truetype(FONT, _scaled(104), index=FONT_INDEX)
    small = ImageFont.truetype(FONT, _scaled(44), index=FONT_INDEX)
    draw.text((_scaled(440), _scaled(205)), "看懂再决定", font=large, fill=INK)
    draw.rectangle([_scaled(446), _scaled(362), _scaled(502), _scaled(367)], fill=VERMILION)
    draw.text((_scaled(442), _scaled(392)), "投资者教育 · 这里不卖产品", font=small, fill=SOFT)


def _scaled(length: float) -> int:
    return round(length * SCALE)


if __name__ == "__main__":
    main()
