"""What a person typed, understood: stop phrases dropped, everyday words joined by the field's own."""

import re
from dataclasses import dataclass

from modelsearch.query import And, Or, Phrase, PlainText, SearchQuery

from core.search.text import index_form, is_chinese, runs

MAX_LENGTH = 100
_MAX_RUNS = 8
_LONG_RUN = 4

# Words of a question that no text needs to contain.
_STOP = re.compile(
    "为什么|是什么|什么是|什么叫|怎么办|怎么样|怎样|怎么|如何|请问|有没有|能不能|可不可以|是不是|会不会|要不要|"
    "应该|可以|一下|哪些|哪个|哪里|什么|多少|我的|我想|我要|我|吗|呢|吧|啊|的|了"
)

# Everyday word -> words of the field. The everyday word itself is searched too.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "取钱": ("赎回",),
    "拿出来": ("赎回",),
    "取出来": ("赎回",),
    "卖出": ("赎回", "场内卖出"),
    "买入": ("申购",),
    "加仓": ("申购",),
    "亏钱": ("亏损", "回撤"),
    "跌": ("亏损", "回撤"),
    "手续费": ("申购费", "赎回费", "费用"),
    "分红再投": ("红利再投资",),
    "养基": ("基金投资",),
    "买基": ("基金投资",),
    "宝宝类": ("货币基金",),
    "指基": ("指数基金",),
    "债基": ("债券基金",),
    "割韭菜": ("投资风险", "非法荐股"),
    "杀猪盘": ("投资诈骗", "诈骗"),
    "骗子": ("诈骗", "骗局"),
    "被骗": ("诈骗", "骗局", "报警"),
    "转账": ("转钱", "诈骗"),
    "不想收短信": ("退订",),
    "取消订阅": ("退订",),
    "老人版": ("大字版",),
    "字太小": ("大字版",),
    "告状": ("投诉", "12386"),
    "找谁说理": ("投诉", "12386"),
    "鸡蛋": ("分散投资", "分散"),
    "讲座": ("活动", "沙龙"),
}


@dataclass(frozen=True)
class Question:
    """The query in two strengths; ``broad`` is asked when ``strict`` finds nothing."""

    strict: SearchQuery
    broad: SearchQuery
    words: tuple[str, ...]


def understand(typed: str) -> Question | None:
    """Return the query that ``typed`` means, or None when nothing searchable is left of it.

    Any input is safe: quotes, brackets and operators only divide words.
    """
    found = runs(typed[:MAX_LENGTH])
    kept = [part for run in found for part in (_without_stop_words(run) if is_chinese(run) else [run])]
    words = (kept or found)[:_MAX_RUNS]
    if not words:
        return None
    return Question(
        strict=_all_of([_alternatives(word) for word in words]),
        broad=_any_of([query for word in words for query in _pieces(word)]),
        words=tuple(words),
    )


def literal(typed: str) -> SearchQuery | None:
    """Return a query for exactly the words typed: what the admin's search and autocomplete use."""
    words = runs(typed[:MAX_LENGTH])[:_MAX_RUNS]
    return _all_of([_word(word) for word in words]) if words else None


def _without_stop_words(run: str) -> list[str]:
    return [part for part in _STOP.split(run) if part]


def _word(word: str) -> SearchQuery:
    return Phrase(index_form(word)) if is_chinese(word) else PlainText(word)


def _alternatives(word: str) -> SearchQuery:
    queries = [_word(word)]
    for everyday, terms in SYNONYMS.items():
        if everyday in word:
            queries += [_word(term) for term in terms]
    return _any_of(queries)


def _pieces(word: str) -> list[SearchQuery]:
    """Return what a long run may be made of: its synonyms and its overlapping pairs of characters."""
    if not is_chinese(word) or len(word) < _LONG_RUN:
        return [_alternatives(word)]
    pairs = [word[start : start + 2] for start in range(len(word) - 1)]
    return [_alternatives(word), *(_word(pair) for pair in pairs)]


def _all_of(queries: list[SearchQuery]) -> SearchQuery:
    return queries[0] if len(queries) == 1 else And(queries)


def _any_of(queries: list[SearchQuery]) -> SearchQuery:
    return queries[0] if len(queries) == 1 else Or(queries)
