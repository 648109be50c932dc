"""What a lesson or article still lacks, told to its author while it is written: counts, no judgement of the words."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from core.registries import TextPiece

LONG_SENTENCE = 45
# A text reads on when at most one sentence in ten is long.
LONG_SHARE = 10
MISCONCEPTIONS = 3
CHARACTERS_A_MINUTE = 350
# Enough to begin with; the rest shows once these are mended.
PLACES_SHOWN = 12

_REFERENCE = re.compile(r"<embed\b[^>]*>|\{fact:[a-z0-9_]+\}")
# Stands for a fact in what is counted: no digit, so that it is no finding.
_FACT = "〇〇"
_PARAGRAPH = re.compile(r"</(?:p|li)>|<br\s*/?>|\n")
_SENTENCE = re.compile(r"[^。！？!?；;]+[。！？!?；;]?[”』」）)]*")
_CLAUSE = re.compile(r"(?:[^，,：、]|(?<=\d),(?=\d{3}))+")
_COUNTED = re.compile(r"[\w%‰]")
_DATED = re.compile(r"\d{4}\s*(?:年|[-./]\s*\d{1,2})")
_WIDE = str.maketrans("０１２３４５６７８９．％：", "0123456789.%:")

_HYPOTHETICAL = re.compile(r"假设|假如|假定|虚构|演示|举例|hypothetical", re.IGNORECASE)
_NUMBER = r"(?<![\d.,])\d[\d,]*(?:\.\d+)?\s*"
_WORDED = r"[零一二三四五六七八九十百千万亿两]+"
_PERCENT = re.compile(rf"{_NUMBER}[%‰]|百分之{_WORDED}")
_PHONE = re.compile(
    r"(?<![\d.,])(?:400[- ]?\d{3}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|1[3-9]\d{9}|95\d{3,4}|96110|123\d{2}|12110)"
    r"(?![\d.,]*\d)(?!\s*[元块万份股天个名人次%])"
)
_DATE = re.compile(r"(?<!\d)(?:\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日)")
_HOUR = re.compile(
    rf"(?<!\d)\d{{1,2}}(?::[0-5]\d|[点时](?:半|整|\d{{1,2}}分)?(?!\d))|(?:上午|中午|下午|晚上|早上){_WORDED}点半?"
)
_MONEY = re.compile(rf"(?:{_NUMBER}|{_WORDED})(?:万|亿)?(?:元|块钱)")
_SPAN = re.compile(rf"(?:{_NUMBER}|{_WORDED})(?:个工作日|个自然日|个交易日|工作日|天|日内|小时|个月|次)")
_FEE_WORDS = re.compile(r"费|佣金|税|收取")
_LIMIT_WORDS = re.compile(
    r"上限|下限|不超过|不得超过|不低于|不少于|不满|最多|最少|至少|最高|最低|限额|起点|以内|之内|日内|期限"
)
# What others say and what is offered as a wrong answer is nobody's claim; sources are dated by their nature.
_NO_CLAIM = frozenset({"quotation", "distractor", "misconception", "alias"})
_UNREAD = ("author_name", "reviewer_name", "seo_title", "search_description", "asked_as", "sources", "title")


@dataclass(frozen=True)
class Spot:
    """A place of the form, in the words that are looked at there."""

    text: str
    place: str
    kind: str = ""


@dataclass(frozen=True)
class Check:
    """One line of the list: whether it is done, what was counted, and where to look."""

    key: str
    label: str
    done: bool
    detail: str
    spots: list[Spot] = field(default_factory=list)


@dataclass(frozen=True)
class Readability:
    """Lengths of the sentences, in characters without punctuation."""

    characters: int
    sentences: int
    average: float
    longest: int
    long_share: int
    long_ones: list[Spot]


@dataclass(frozen=True)
class _Paragraph:
    text: str
    place: str
    kind: str


def checklist_of(page: Any, pieces: Sequence[TextPiece], *, known_codes: Collection[str]) -> list[Check]:
    """Return the list for a lesson or article as it stands in the form.

    ``pieces`` are its words as the phrase check reads them, ``known_codes`` the misconceptions that exist. Asks no
    database. Spots are places of the form, at most ``PLACES_SHOWN`` a line.
    """
    blocks: dict[str, list[Any]] = {}
    for block in page.body:
        blocks.setdefault(block.block_type, []).append(block)
    read = readability(pieces)
    is_lesson = hasattr(page, "objective")
    checks = [_objective(page) if is_lesson else _summary(page), _minutes(page, read), _sources(page), _alts(blocks)]
    if is_lesson:
        checks.append(_misconceptions(blocks, known_codes))
    if "drill" in blocks:
        checks.append(_drills(blocks["drill"]))
    checks += [
        _single("keep", _("只记一句"), blocks.get("keep", [])),
        _single("if_then", _("如果……我就……"), blocks.get("if_then", [])),
        _readable(read),
        _numbers(changeable_numbers(page, pieces)),
    ]
    return checks


def readability(pieces: Iterable[TextPiece]) -> Readability:
    """Return how long the sentences of ``pieces`` are; a fact counts as two characters."""
    lengths: list[tuple[int, Spot]] = []
    for paragraph in _paragraphs(pieces):
        for sentence in _SENTENCE.findall(paragraph.text):
            length = len(_COUNTED.findall(sentence))
            if length:
                lengths.append((length, Spot(sentence.strip(), paragraph.place)))
    total = sum(length for length, _spot in lengths)
    count = len(lengths)
    over = sorted((row for row in lengths if row[0] > LONG_SENTENCE), key=lambda row: -row[0])
    return Readability(
        characters=total,
        sentences=count,
        average=round(total / count, 1) if count else 0.0,
        longest=max((length for length, _spot in lengths), default=0),
        long_share=round(100 * len(over) / count) if count else 0,
        long_ones=[spot for _length, spot in over],
    )


def changeable_numbers(page: Any, pieces: Iterable[TextPiece]) -> list[Spot]:
    """Return the numbers that may change with the world and are written out, each with what it looks like.

    Left out: facts by reference, sums worked out in the text, charts and tables that say they are assumptions, and
    paragraphs that say so themselves.
    """
    assumed = set(_assumed_places(page))
    found = []
    for paragraph in _paragraphs(pieces):
        if _top(paragraph.place) in assumed or paragraph.kind in _NO_CLAIM or _HYPOTHETICAL.search(paragraph.text):
            continue
        for sentence in _SENTENCE.findall(paragraph.text):
            # A sum of money is a fee or a limit by the words of its own clause.
            for clause in _CLAUSE.findall(sentence):
                found += [Spot(text, paragraph.place, kind) for kind, text in _numbers_in(clause)]
    return found


def _numbers_in(clause: str) -> Iterator[tuple[str, str]]:
    """Return kind and words of each number in the order of kinds; no stretch of the clause counts twice."""
    rules = [
        (_("电话"), _PHONE),
        (_("百分比"), _PERCENT),
        (_("日期"), _DATE),
        (_("时间"), _HOUR),
    ]
    if _FEE_WORDS.search(clause):
        rules.append((_("费用"), _MONEY))
    if _LIMIT_WORDS.search(clause):
        rules += [(_("限额或期限"), _MONEY), (_("限额或期限"), _SPAN)]
    taken: list[tuple[int, int]] = []
    for kind, pattern in rules:
        for match in pattern.finditer(clause):
            if not any(match.start() < end and start < match.end() for start, end in taken):
                taken.append(match.span())
                yield kind, match[0].strip()


def _paragraphs(pieces: Iterable[TextPiece]) -> Iterator[_Paragraph]:
    for piece in pieces:
        if piece.place.partition(".")[0] in _UNREAD:
            continue
        for part in _PARAGRAPH.split(_REFERENCE.sub(_FACT, piece.text)):
            text = unescape(strip_tags(part)).replace("|", "").translate(_WIDE).strip()
            if text:
                yield _Paragraph(text, piece.place.partition("#")[0], piece.kind)


def _top(place: str) -> str:
    return ".".join(place.split(".")[:2])


def _assumed_places(page: Any) -> Iterator[str]:
    """Return the blocks whose numbers are an invented example by their kind or by what they say of themselves."""
    for number, block in enumerate(page.body, start=1):
        if block.block_type == "worked_example" or (
            block.block_type in {"figure", "table"} and _HYPOTHETICAL.search(str(block.value["note"] or ""))
        ):
            yield f"body.{block.id or number}"


def _objective(page: Any) -> Check:
    words = str(page.objective or "").strip()
    detail = "" if words else _("写一句：学完以后能做什么。")
    return Check("objective", _("学习目标"), bool(words), detail, [] if words else [Spot("", "objective")])


def _summary(page: Any) -> Check:
    words = str(page.summary or "").strip()
    detail = "" if words else _("写两三句，列表里用。")
    return Check("summary", _("摘要"), bool(words), detail, [] if words else [Spot("", "summary")])


def _minutes(page: Any, read: Readability) -> Check:
    likely = max(1, round(read.characters / CHARACTERS_A_MINUTE))
    detail = _("正文约 %(count)d 字，读一遍约 %(minutes)d 分钟。") % {"count": read.characters, "minutes": likely}
    done = bool(page.minutes)
    return Check("minutes", _("约几分钟"), done, detail, [] if done else [Spot("", "minutes")])


def _sources(page: Any) -> Check:
    sources = list(page.sources)
    undated = [
        Spot(str(block.value["text"] or ""), f"sources.{block.id or number}.text")
        for number, block in enumerate(sources, start=1)
        if not _DATED.search(str(block.value["text"] or "").translate(_WIDE))
    ]
    if not sources:
        return Check("sources", _("出处和日期"), done=False, detail=_("还没有出处。"), spots=[Spot("", "sources")])
    detail = _("%(count)d 条出处，%(undated)d 条没有日期。") % {"count": len(sources), "undated": len(undated)}
    return Check("sources", _("出处和日期"), not undated, detail, undated[:PLACES_SHOWN])


def _alts(blocks: dict[str, list[Any]]) -> Check:
    names = {"image": "alt", "figure": "summary"}
    shown = [(block, name) for kind, name in names.items() for block in blocks.get(kind, [])]
    silent = [
        Spot("", f"body.{block.id}.{name}") for block, name in shown if not str(block.value.get(name) or "").strip()
    ]
    detail = _("%(count)d 张图，%(silent)d 张没有文字说明。") % {"count": len(shown), "silent": len(silent)}
    return Check("alts", _("图的文字说明"), not silent, detail, silent[:PLACES_SHOWN])


def _drills(blocks: list[Any]) -> Check:
    hidden = [
        Spot(str(drill or ""), f"body.{block.id}.drill")
        for block in blocks
        if (drill := block.value["drill"]) is None or not drill.live
    ]
    detail = (
        _("%(count)d 个没有公开，或者已经删除，读者看不到。") % {"count": len(hidden)} if hidden else _("都公开了。")
    )
    return Check("drills", _("情景演练"), not hidden, detail, hidden[:PLACES_SHOWN])


def _misconceptions(blocks: dict[str, list[Any]], known_codes: Collection[str]) -> Check:
    rows = blocks.get("misconception", [])
    codes = {str(block.value["code"] or "") for block in rows}
    unknown = [
        Spot(str(block.value["code"] or ""), f"body.{block.id}.code")
        for block in rows
        if block.value["code"] not in known_codes
    ]
    detail = _("现有 %(count)d 个，要 %(wanted)d 个。") % {"count": len(codes), "wanted": MISCONCEPTIONS}
    if unknown:
        detail += _("有 %(count)d 个编号在“误区”里找不到。") % {"count": len(unknown)}
    done = len(codes) == MISCONCEPTIONS and not unknown
    return Check("misconceptions", _("三个误区"), done, detail, unknown[:PLACES_SHOWN])


def _single(key: str, label: str, rows: list[Any]) -> Check:
    if len(rows) == 1:
        return Check(key, label, done=True, detail="")
    detail = _("现有 %(count)d 处，要一处。") % {"count": len(rows)}
    return Check(key, label, done=False, detail=detail, spots=[Spot("", f"body.{block.id}") for block in rows[1:]])


def _readable(read: Readability) -> Check:
    detail = _("%(sentences)d 句，平均 %(average)s 字，最长 %(longest)d 字；超过 %(limit)d 字的占 %(share)d%%。") % {
        "sentences": read.sentences,
        "average": read.average,
        "longest": read.longest,
        "limit": LONG_SENTENCE,
        "share": read.long_share,
    }
    return Check("readability", _("好读"), read.long_share <= LONG_SHARE, detail, read.long_ones[:PLACES_SHOWN])


def _numbers(spots: list[Spot]) -> Check:
    detail = (
        _("%(count)d 处像会变的数。请改用“事实”，放进“算一遍”，或写明是假设。") % {"count": len(spots)} if spots else ""
    )
    return Check("numbers", _("会变的数"), not spots, detail, spots[:PLACES_SHOWN])
