"""How carriers count short messages (3GPP TS 23.038 and 23.040)."""

import re

_GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each takes two septets.
_GSM7_EXTENDED = set("\f^{}\\[~]|€")
_SINGLE_GSM7, _PART_GSM7 = 160, 153
_SINGLE_UCS2, _PART_UCS2 = 70, 67
_LAST_OF_BASIC_PLANE = "\uffff"
_LINK = re.compile(r"https?:|www\.|//|[a-z0-9-]+\.(?:com|cn|net|org|top|cc|io|xyz|vip)(?![a-z])", re.IGNORECASE)


def count_segments(text: str) -> int:
    """Return how many messages the carrier bills for ``text``, signature included.

    160 septets or 70 UTF-16 units go in one message; 153 or 67 in each part of a longer one, because its header takes
    the rest. A character outside the basic plane takes two units, and a part never splits it.
    """
    if all(character in _GSM7 or character in _GSM7_EXTENDED for character in text):
        return _parts([2 if character in _GSM7_EXTENDED else 1 for character in text], _SINGLE_GSM7, _PART_GSM7)
    return _parts([2 if character > _LAST_OF_BASIC_PLANE else 1 for character in text], _SINGLE_UCS2, _PART_UCS2)


def _parts(widths: list[int], single: int, part: int) -> int:
    if sum(widths) <= single:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > part:
            parts, used = parts + 1, 0
        used += width
    return parts


def has_link(text: str) -> bool:
    """Tell whether a phone would show something in ``text`` as a link; no message of ours may."""
    return bool(_LINK.search(text))


def sign(text: str, signature: str) -> str:
    """Put 【signature】 in front, once."""
    return text if text.startswith("【") else f"【{signature}】{text}"
