"""Captions: a WebVTT file read strictly, kept in its plainest form, and turned into running text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

LARGEST_CAPTIONS = 512 * 1024
_TIME = r"(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"^{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?$")
_TAG = re.compile(r"<[^>]*>")
# A pause of so many milliseconds begins a new paragraph.
_PAUSE = 1500


class CaptionError(ValueError):
    """The file is no captions; the message says where and why, to whoever uploaded it."""


@dataclass(frozen=True)
class Cue:
    """What is said from ``start`` to ``end``, in milliseconds."""

    start: int
    end: int
    text: str


def read_captions(raw: bytes) -> list[Cue]:
    """Return the cues of a WebVTT file; raise ``CaptionError`` for anything that a browser might read differently.

    Styles, regions and positions are left out, and so is markup inside a cue.
    """
    if len(raw) > LARGEST_CAPTIONS:
        raise CaptionError(_("字幕文件太大，最多 512 KB。"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaptionError(_("字幕文件不是 UTF-8 编码，请另存为 UTF-8。")) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise CaptionError(_("第一行要写 WEBVTT。"))
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        cue = _cue(number, block)
        if cue is None:
            continue
        if cues and cue.start < cues[-1].start:
            raise CaptionError(_("第 %(line)d 行：时间比前一句还早。") % {"line": number})
        cues.append(cue)
    if not cues:
        raise CaptionError(_("文件里没有一句字幕。"))
    return cues


def write_captions(cues: Sequence[Cue]) -> str:
    """Return the WebVTT file of ``cues``."""
    parts = [f"{_clock(cue.start)} --> {_clock(cue.end)}\n{_escaped(cue.text)}" for cue in cues]
    return "WEBVTT\n\n" + "\n\n".join(parts) + "\n"


def paragraphs_of(captions: str) -> list[str]:
    """Return what stored captions say as running text, a new paragraph after each pause."""
    paragraphs: list[list[str]] = []
    last_end = None
    for cue in read_captions(captions.encode()) if captions else []:
        if last_end is None or cue.start - last_end >= _PAUSE:
            paragraphs.append([])
        paragraphs[-1].append(cue.text.replace("\n", " "))
        last_end = cue.end
    return [" ".join(lines) for lines in paragraphs]


def _blocks(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Return the runs of lines below the header, each with the number of its first line."""
    found: list[tuple[int, list[str]]] = []
    fresh = True
    # The header ends with the first empty line.
    start = next((place for place, line in enumerate(lines) if not line.strip()), len(lines))
    for number, line in enumerate(lines[start:], start=start + 1):
        if not line.strip():
            fresh = True
        elif fresh:
            found.append((number, [line]))
            fresh = False
        else:
            found[-1][1].append(line)
    return found


def _cue(number: int, block: list[str]) -> Cue | None:
    """Return the cue of a block, None for a note or a style; a line before the timing is its name."""
    if re.match(r"(?:NOTE|STYLE|REGION)(?:[ \t]|$)", block[0]) and "-->" not in block[0]:
        return None
    place = 0 if "-->" in block[0] else 1
    match = _TIMING.match(block[place].strip()) if place < len(block) else None
    if match is None:
        raise CaptionError(
            _("第 %(line)d 行：要写 00:00:01.000 --> 00:00:04.000 这样的时间。") % {"line": number + place}
        )
    start, end = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:])
    if end <= start:
        raise CaptionError(_("第 %(line)d 行：结束要晚于开始。") % {"line": number + place})
    said = [_unescaped(_TAG.sub("", line)).strip() for line in block[place + 1 :]]
    text = "\n".join(line for line in said if line)
    if not text or "-->" in text:
        raise CaptionError(_("第 %(line)d 行：这个时间下面没有字幕。") % {"line": number + place})
    return Cue(start, end, text)


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}"


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
