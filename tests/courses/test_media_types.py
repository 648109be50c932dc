"""What a file is by its content, and captions read strictly."""

import io

import pytest

from courses.captions import CaptionError, paragraphs_of, read_captions, write_captions
from courses.media_types import M4A, MP3, MP4, WEBM, sniff
from tests.factories.media import VTT, mp3, mp4, webm


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (mp3(), MP3),
        (mp3()[20:], MP3),
        (mp4(b"vide"), MP4),
        (mp4(b"soun", b"vide"), MP4),
        (mp4(b"soun", brand=b"M4A "), M4A),
        (webm(), WEBM),
    ],
    ids=["mp3 with a tag", "mp3", "mp4", "mp4 with sound", "m4a", "webm"],
)
def test_a_recording_is_known_by_its_content(content, found):
    file = io.BytesIO(content)
    assert sniff(file) == found
    assert file.tell() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"MZ" + bytes(200),
        b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40),
        b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"<html>" * 20,
        mp3(frames=1),
        mp4(b"vide")[:40],
        mp4(b"vide", brand=b"qt  "),
        mp4(b"text"),
        mp4(b"vide")[:-4],
        webm(b"matroska"),
        webm()[:14] + b"<html></html>",
        b"\x00\x00\x00\x00ftypisom" + bytes(40),
        b"\x00\x00\x00\x01ftypisom\x00\x00\x00\x00",
    ],
    ids=[
        "nothing", "a page", "a program", "a wave file", "a page behind a tag", "one frame", "no index", "quicktime",
        "text alone", "cut short", "matroska", "webm without a segment", "a box without end", "a box with a broken size",
    ],
)  # fmt: skip
def test_anything_else_is_refused(content):
    assert sniff(io.BytesIO(content)) is None


# --- Captions -------------------------------------------------------------------------------------------------
def test_captions_are_kept_in_their_plainest_form():
    kept = write_captions(read_captions(VTT.encode()))
    assert kept.splitlines()[:6] == [
        "WEBVTT",
        "",
        "00:00:00.000 --> 00:00:02.500",
        "先停一停，别转账。",
        "",
        "00:00:02.600 --> 00:00:05.000",
    ]
    assert "这叫 A &amp; B。" in kept
    assert "<v" not in kept
    assert write_captions(read_captions(kept.encode())) == kept


def test_a_pause_begins_a_paragraph():
    assert paragraphs_of(VTT) == ["先停一停，别转账。 再自己找电话问。", "这叫 A & B。"]
    assert paragraphs_of("") == []


def test_notes_styles_long_hours_and_other_line_ends_are_read():
    text = "\ufeffWEBVTT - 标题\r\n\r\nNOTE 一句\r\n说明\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n100:00:01.000 --> 100:00:02.000\r\n好\r\n"
    assert [(cue.start, cue.text) for cue in read_captions(text.encode())] == [(360_001_000, "好")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "第一行要写 WEBVTT"),
        ("1\n00:00:01,000 --> 00:00:02,000\n好", "第一行要写 WEBVTT"),
        ("WEBVTT", "没有一句字幕"),
        ("WEBVTT\n\nNOTE 说明", "没有一句字幕"),
        ("WEBVTT\n\n00:00:01,000 --> 00:00:02,000\n好", "第 3 行：要写"),
        ("WEBVTT\n\n一\n二\n三", "第 4 行：要写"),
        ("WEBVTT\n\n00:00:61.000 --> 00:01:02.000\n好", "第 3 行：要写"),
        ("WEBVTT\n\n00:00:02.000 --> 00:00:02.000\n好", "第 3 行：结束要晚于开始"),
        ("WEBVTT\n\n00:00:02.000 --> 00:00:03.000\n", "第 3 行：这个时间下面没有字幕"),
        ("WEBVTT\n\n00:02.000 --> 00:03.000\n好\n\n00:01.000 --> 00:04.000\n早", "第 6 行：时间比前一句还早"),
        ("WEBVTT\n\n00:02.000 --> 00:03.000\n<b></b>", "第 3 行：这个时间下面没有字幕"),
    ],
)
def test_captions_that_a_browser_might_read_otherwise_are_refused_with_their_line(text, message):
    with pytest.raises(CaptionError, match=message):
        read_captions(text.encode())


def test_captions_in_another_encoding_or_too_long_are_refused():
    with pytest.raises(CaptionError, match="UTF-8"):
        read_captions("WEBVTT\n\n00:01.000 --> 00:02.000\n好".encode("gb18030"))
    with pytest.raises(CaptionError, match="512 KB"):
        read_captions(b"WEBVTT\n\n" + b" " * 600_000)
