"""Turning what people type into one form of a phone number or an address, or saying what is wrong."""

import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.enums import Channel

_EMOJI_GLUE = "\u200d\ufe0f"
_INSTEAD = dict.fromkeys("\t\n\r\v\f\u0085\u2028\u2029", " ")


def normalise_phone(typed: str) -> str:
    """Return a mainland mobile number as ``+8613800138000``; raise ``ValidationError`` in the reader's words.

    Accepts full-width digits, spaces, hyphens and a +86, 0086 or 86 in front.
    """
    digits = unicodedata.normalize("NFKC", typed).strip()
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException as error:
        raise ValidationError(_("请输入 11 位手机号，例如 13800138000。"), code="phone") from error
    if number.country_code != 86 or phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.MOBILE:  # noqa: PLR2004 -- China's country code
        raise ValidationError(_("请输入 11 位手机号，例如 13800138000。"), code="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalise_email(typed: str) -> str:
    """Return an address in one form (NFKC, lower case); raise ``ValidationError`` when it is none."""
    address = unicodedata.normalize("NFKC", typed).strip().lower()
    try:
        # Checked as a name: a bare network address is no mailbox of a person, and may be a machine inside.
        validate_email(address.replace("[", " "))
    except ValidationError as error:
        raise ValidationError(_("这个邮箱地址不完整，例如 name@example.com。"), code="email") from error
    return address


def plain_line(typed: str) -> str:
    """Return ``typed`` as one line of signs that can be seen: no controls, no invisible or direction-turning signs.

    The joiner and the variation sign inside emoji stay.
    """
    kept = "".join(
        sign
        if sign in _EMOJI_GLUE or unicodedata.category(sign) not in {"Cc", "Cf", "Zl", "Zp"}
        else _INSTEAD.get(sign, "")
        for sign in typed
    )
    line = " ".join(kept.split())
    return line if line.strip(_EMOJI_GLUE) else ""


def normalise_contact(typed: str) -> tuple[Channel, str]:
    """Tell whether ``typed`` is an address or a phone number and return it in one form."""
    if "@" in unicodedata.normalize("NFKC", typed):
        return Channel.EMAIL, normalise_email(typed)
    return Channel.SMS, normalise_phone(typed)
