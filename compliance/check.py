"""The phrase check: a pure function from text to findings. It helps a reviewer; it decides nothing alone."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from compliance.context import Place, is_let_through
from compliance.normalise import Normal, normalise
from compliance.rules import Rule, context_words, rule_set
from core.registries import Severity, TextFinding

_WEIGHT = {"note": 0, "warn": 1, "block": 2}
# A phrase of this length may lie across the edge of two blocks; a longer pattern would join what is unrelated.
_ACROSS_BLOCKS = 6
# No pattern matches more characters than this, apart from long numbers.
_LONGEST = 40

# Rule, start and end in the plain form, severity.
_Hit = tuple[Rule, int, int, Severity]


def check_text(text: str, kind: str = "") -> list[TextFinding]:
    """Return what an editor should look at in ``text``, by place; with a ``kind`` also which statement it lacks.

    Never raises for any text, needs time in proportion to its length; ``text[start:end] == match`` for each finding.
    """
    return check_normal(text, normalise(text), kind)


def warm_up() -> None:
    """Build what every check needs: the rules, compiled, and the tables of characters. Most of a second, once."""
    check_text("稳赚不赔")


def check_normal(text: str, normal: Normal, kind: str, blocks: Sequence[int] = ()) -> list[TextFinding]:
    """As ``check_text``, for a text already normalised; ``blocks`` are the places in ``normal`` where one begins."""
    breaks = sorted({*normal.breaks, *blocks})
    hits = list(_hits(normal.text, breaks, blocks, kind))
    found = [_finding(text, normal, hit) for hit in hits if not (hit[0].yields and _is_spoken_of(hit, hits))]
    return _without_repeats(found) + _missing(text, normal.text, kind)


def _hits(text: str, breaks: Sequence[int], blocks: Sequence[int], kind: str) -> Iterator[_Hit]:
    known = rule_set()
    search, by_first = known.trigger.search, known.by_first
    hit = search(text)
    while hit is not None:
        start = hit.start()
        for rule in by_first[text[start]]:
            match = rule.expression.match(text, start)
            if match and not _joins_blocks(start, match.end(), blocks):
                severity = _severity(rule, text, match.span(), breaks, kind)
                if severity:
                    yield rule, start, match.end(), severity
        hit = search(text, start + 1)


def _is_spoken_of(hit: _Hit, hits: Sequence[_Hit]) -> bool:
    """Tell whether another rule has a hit in these words; hits come by start, and none is long."""
    rule, start, end, _severity = hit
    at = bisect_left(hits, start - _LONGEST, key=lambda hit: hit[1])
    for number in range(at, len(hits)):
        other, first, last, _severity = hits[number]
        if first >= end:
            return False
        if other is not rule and last > start:
            return True
    return False


def _joins_blocks(start: int, end: int, blocks: Sequence[int]) -> bool:
    if not blocks or end - start <= _ACROSS_BLOCKS:
        return False
    return bisect_right(blocks, start) != bisect_left(blocks, end)


def _severity(rule: Rule, text: str, span: tuple[int, int], breaks: Sequence[int], kind: str) -> Severity | None:
    """Return what the context makes of a phrase; None where it is harmless."""
    start, end = span
    if start and rule.not_after and text[start - 1] in rule.not_after:
        return None
    if rule.exempt and _is_exempt(rule, text, start, end):
        return None
    place = Place(text, start, end, breaks)
    if is_let_through(rule, place, text):
        return None
    meaning = place.meaning()
    if meaning == "denied":
        return None
    words = context_words()
    structured = kind in words["structured_kinds"] and rule.category in words["structured_categories"]
    return "note" if meaning == "noted" or structured else rule.severity


def _is_exempt(rule: Rule, text: str, start: int, end: int) -> bool:
    """Tell whether a term that only contains the phrase stands over its beginning."""
    if rule.exempt is None:
        return False
    near = text[max(start - 12, 0) : end + 12]
    at = start - max(start - 12, 0)
    return any(term.start() <= at < term.end() for term in rule.exempt.finditer(near))


def _finding(text: str, normal: Normal, hit: _Hit) -> TextFinding:
    rule, start, end, severity = hit
    first, last = normal.span(start, end)
    return TextFinding(rule.category, severity, text[first:last], first, last, rule.id, rule.suggestion, rule.wording)


def _without_repeats(found: list[TextFinding]) -> list[TextFinding]:
    """Keep one finding of a category for each stretch of text: the gravest, then the longest."""
    kept: list[TextFinding] = []
    last: dict[str, int] = {}
    for finding in found:
        at = last.get(finding.category)
        if at is None or kept[at].end <= finding.start:
            last[finding.category] = len(kept)
            kept.append(finding)
        elif _rank(finding) > _rank(kept[at]):
            kept[at] = finding
    return sorted(kept, key=lambda finding: (finding.start, finding.end, finding.rule))


def _rank(finding: TextFinding) -> tuple[int, int]:
    return _WEIGHT[finding.severity], finding.end - finding.start


def _missing(text: str, plain: str, kind: str) -> list[TextFinding]:
    end = len(text)
    return [
        TextFinding("REQUIRED", "warn", "", end, end, statement.id, statement.suggestion)
        for statement in rule_set().statements
        if kind in statement.kinds and statement.when.search(plain) and not statement.needs.search(plain)
    ]
