"""What a short message is to a carrier: how it is counted (3GPP TS 23.038 and 23.040), signed, left and linked from."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

_GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each takes two septets.
_GSM7_EXTENDED = set("\f^{}\\[~]|€")
_SINGLE_GSM7, _PART_GSM7 = 160, 153
_SINGLE_UCS2, _PART_UCS2 = 70, 67
_LAST_OF_BASIC_PLANE = "\uffff"

# Carriers require a way out in every commercial message; the site's address must not be in it.
OPT_OUT_WORDS = "拒收请回复R"
_OPT_OUT = re.compile(r"(?:拒收|退订)请?(?:回复?|发送?)(?:T|TD|R|N)(?![A-Z])|(?:回复?|发送?)(?:T|TD|R|N)(?:退订|拒收)")

TOP_LEVEL = (
    "com|cn|net|org|gov|edu|top|cc|io|xyz|vip|shop|info|me|app|link|site|online|fun|club|ltd|work|live|tk|ly|ink|pub"
    "|中国|网址|公司|网络"
)
_LINK = re.compile(
    rf"https?:(?://)?|www\.|//|(?:[a-z0-9-]+|\w)\.(?:{TOP_LEVEL})(?![a-z0-9])|[a-z0-9-]+。(?:{TOP_LEVEL})(?![a-z0-9])"
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"
)


@dataclass(frozen=True)
class Estimate:
    """What one person's copy takes.

    ``characters`` are counted as the carrier does: UTF-16 units, or septets when every character is in the GSM
    alphabet. ``cost`` is in yuan, ``segments`` times ``SMS_SEGMENT_PRICE``.
    """

    segments: int
    characters: int
    cost: Decimal


def estimate(text: str, *, campaign: bool = False) -> Estimate:
    """Return what ``text`` takes as it would leave: signed, and with a way out when it is a campaign's."""
    whole = sign(with_opt_out(text) if campaign else text, settings.SMS_SIGNATURE)
    widths, single, part = _measure(whole)
    segments = _parts(widths, single, part)
    return Estimate(segments, sum(widths), segments * Decimal(settings.SMS_SEGMENT_PRICE))


def count_segments(text: str) -> int:
    """Return how many messages the carrier bills for ``text``, signature included.

    160 septets or 70 UTF-16 units go in one message; 153 or 67 in each part of a longer one, because its header takes
    the rest. A character that takes two is never split over two parts.
    """
    return _parts(*_measure(text))


def _measure(text: str) -> tuple[list[int], int, int]:
    if all(character in _GSM7 or character in _GSM7_EXTENDED for character in text):
        return [2 if character in _GSM7_EXTENDED else 1 for character in text], _SINGLE_GSM7, _PART_GSM7
    return [2 if character > _LAST_OF_BASIC_PLANE else 1 for character in text], _SINGLE_UCS2, _PART_UCS2


def _parts(widths: list[int], single: int, part: int) -> int:
    if sum(widths) <= single:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > part:
            parts, used = parts + 1, 0
        used += width
    return parts


def sign(text: str, signature: str) -> str:
    """Put 【signature】 in front, once."""
    return text if text.startswith("【") else f"【{signature}】{text}"


def has_opt_out(text: str) -> bool:
    """Tell whether ``text`` says how to leave: 拒收请回复R, 退订回T, 回TD退订 and the like."""
    return bool(_OPT_OUT.search(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()))


def with_opt_out(text: str) -> str:
    """Return ``text`` with 拒收请回复R at its end, unless it says already how to leave."""
    text = text.strip()
    return text if has_opt_out(text) else f"{text.rstrip('。')}。{OPT_OUT_WORDS}"


def folded(text: str) -> tuple[str, list[int]]:
    """Return ``text`` in half-width lower case without invisible characters, and each character's place in ``text``.

    What is written to look like a link counts as one.
    """
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if unicodedata.category(character) == "Cf":
            continue
        for plain in unicodedata.normalize("NFKC", character).lower():
            characters.append(plain)
            places.append(place)
    return "".join(characters), places


def find_links(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places that a phone would show as a link, or that were written to be read as one."""
    plain, places = folded(text)
    for match in _LINK.finditer(plain):
        yield places[match.start()], places[match.end() - 1] + 1


def has_link(text: str) -> bool:
    """Tell whether a phone would show something in ``text`` as a link; no message of ours may."""
    return next(find_links(text), None) is not None
