"""Turning what people type into one form of a phone number or an address, or saying what is wrong."""

import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.enums import Channel


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
        validate_email(address)
    except ValidationError as error:
        raise ValidationError(_("这个邮箱地址不完整，例如 name@example.com。"), code="email") from error
    return address


def normalise_contact(typed: str) -> tuple[Channel, str]:
    """Tell whether ``typed`` is an address or a phone number and return it in one form."""
    if "@" in unicodedata.normalize("NFKC", typed):
        return Channel.EMAIL, normalise_email(typed)
    return Channel.SMS, normalise_phone(typed)
