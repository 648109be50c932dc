"""One form of a text for the index and for the query."""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CJK_CHARACTER = re.compile(f"([{_CJK}])")
_RUN = re.compile(f"[{_CJK}]+|[a-z]+|[0-9]+(?:\\.[0-9]+)?")


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=1)
def _traditional() -> frozenset[str]:
    """Return the characters that have a simplified form: a text without them needs no conversion, which is slow."""
    characters = [chr(code) for code in range(0x3400, 0xA000)]
    simplified = _to_simplified().convert("\n".join(characters)).split("\n")
    return frozenset(one for one, other in zip(characters, simplified, strict=True) if one != other)


def fold(text: str) -> str:
    """Return ``text`` in half-width, simplified characters and lower case."""
    plain = unicodedata.normalize("NFKC", text)
    return plain.lower() if _traditional().isdisjoint(plain) else str(_to_simplified().convert(plain)).lower()


def index_form(text: str) -> str:
    """Return ``text`` as the index keeps it: folded, a space around each Chinese character and between runs.

    ``50ETF基金`` becomes ``50 etf 基 金``, so that it is found by 50, by ETF and by 基金.
    """
    return " ".join(_CJK_CHARACTER.sub(r"\1 ", run).strip() for run in runs(text))


def runs(text: str) -> list[str]:
    """Return the runs of one script in ``text``, folded: Chinese, Latin or digits; all else divides."""
    return _RUN.findall(fold(text))


def is_chinese(run: str) -> bool:
    """Tell whether a run of ``runs`` is Chinese."""
    return bool(_CJK_CHARACTER.match(run))
