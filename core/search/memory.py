"""Values made of published texts, kept in this process until something is published."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.utils import translation

from core import pagecache

T = TypeVar("T")


def once_a_generation(make: Callable[[], T]) -> Callable[[], T]:
    """Return ``make`` called anew only after a publication, once for each language.

    It asks the page cache for its generation, which all processes share. While that cache is down nothing is kept.
    """
    kept: dict[str, tuple[str, T]] = {}

    @wraps(make)
    def current() -> T:
        generation, language = pagecache.generation(), translation.get_language() or ""
        known = kept.get(language)
        if known is not None and known[0] == generation:
            return known[1]
        made = make()
        if generation is not None:
            kept[language] = (generation, made)
        return made

    return current
