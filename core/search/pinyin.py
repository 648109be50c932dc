"""How Chinese text sounds."""

from functools import lru_cache


@lru_cache(maxsize=20_000)
def syllables(text: str) -> tuple[str, ...]:
    """Return the syllables of a run of Chinese characters, one for each, without tones.

    The dictionary of readings is loaded with the first call: most searches never need it.
    """
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text))


def initials(text: str) -> str:
    """Return the first letters of the syllables: fstz for 分散投资."""
    return "".join(syllable[0] for syllable in syllables(text))
