"""Codes of certificates: eleven random characters and one that betrays a slip of the pen.

31 signs, none of which is taken for another in most hands (no 0 O 1 I L). 31 is prime, so that a weighted sum shows
each single wrong character and each two that changed places. Eleven give 54 bits: nobody guesses one of a million
certificates within the limit on looking them up.
"""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12
# What people leave in when they type or paste: longer texts are no code.
_LONGEST_TYPED = 64


def new_code() -> str:
    """Return a fresh code."""
    body = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - 1))
    return body + _check_sign(body)


def canonical(typed: str) -> str | None:
    """Return the code in ``typed``, or None when it is none.

    Spaces and any hyphens, lower case and full-width signs are forgiven.
    """
    if len(typed) > _LONGEST_TYPED:
        return None
    folded = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(sign for sign in folded if unicodedata.category(sign) not in {"Zs", "Pd", "Pc", "Cc", "Cf", "Sm"})
    if len(code) != LENGTH or set(code) - set(ALPHABET):
        return None
    return code if code[-1] == _check_sign(code[:-1]) else None


def grouped(code: str) -> str:
    """Return ``code`` as it is read aloud and typed: in fours."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _check_sign(body: str) -> str:
    """Return the sign that makes the sum of each value times its place (from 1) divisible by 31."""
    total = sum(place * ALPHABET.index(sign) for place, sign in enumerate(body, start=1))
    return ALPHABET[-total * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)]
