"""Search over 5,000 generated lessons against the bare full-text query, in the same run, on the database in use.

The bare query is what a database does with what was typed as one phrase and nothing else: match, rank, the ten best of
one kind with their titles, and the number of all. Ours understands the question, asks all kinds of content, ranks and
counts, as the page does before it is rendered. Both warm, alternating; medians. Prints one line of
JSON for each database. ``DATABASE_URL`` names a PostgreSQL to measure as well; a database of its own is made there.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
LESSONS = 5_000
ROUNDS = 15
# Typed as readers do: a term, a rare and a common word, a question, an everyday word, pinyin, a slip, nothing.
QUERIES = [
    "申购费",
    "资产配置",
    "再平衡",
    "基金",
    "赎回费怎么算",
    "怎么取钱",
    "验证码不能给谁",
    "為什麼要分散投資",
    "dingtou",
    "区块链",
]
_WORDS = """
基金 净值 申购费 赎回费 管理费 托管人 资产配置 再平衡 分散投资 复利 通胀 定投 最大回撤 波动率
风险测评 适当性 招募说明书 产品资料概要 流动性 巨额赎回 封闭期 持有人大会 投诉 调解 仲裁 验证码
荐股群 假平台 应急金 养老金 指数 债券 股票 汇率 收益 亏损 费用 期限 目标 比例 规则 时间 家庭
支出 收入 公告 合同 年报 季报 持仓
"""
WORDS = _WORDS.split()
GLUE = "的了在和就是把按先再看算说要会能不到从给让每一年月日元份时里上下多少比如果因为所以但是还有已经可以应该需要"


def main() -> None:
    if os.environ.get("BENCH_SEARCH_CHILD"):
        measure()
        return
    with tempfile.TemporaryDirectory(prefix="edu-bench-") as folder:
        sqlite = {"DATABASE_URL": "", "VAR_DIR": folder}
        child(sqlite)
        url = os.environ.get("DATABASE_URL", "")
        if url.startswith("postgres"):
            child({"DATABASE_URL": url, "VAR_DIR": folder})


def child(environment: dict[str, str]) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    settings = {name: value for name, value in environment.items() if value}
    subprocess.run(
        [sys.executable, __file__],
        env={**kept, **settings, "BENCH_SEARCH_CHILD": "1", "DJANGO_SETTINGS_MODULE": "edu_site.settings.test"},
        cwd=ROOT,
        check=True,
    )


def measure() -> None:
    """Fill a test database, time both, and throw it away."""
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    # Created beside the database that is named, and destroyed: nothing of it is touched.
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        fill()
        print(json.dumps(figures(connection.vendor), ensure_ascii=False), flush=True)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0, keepdb=False)


def fill() -> None:
    """Plant 5,000 lessons, 300 articles and 200 terms, and index them."""
    from django.core.management import call_command
    from django.utils import timezone
    from wagtail.models import Page, Site

    from core.actions.search import import_synonyms
    from courses.models import GlossaryTerm
    from courses.pages import ArticlePage, LessonPage

    dice = random.Random(7)
    root = Page.get_first_root_node()
    home = root.add_child(instance=Page(title="首页", slug="bench"))
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    now = timezone.now()
    for model, number in ((LessonPage, LESSONS), (ArticlePage, 300)):
        plant(model, home, number, dice, now)
    GlossaryTerm.objects.bulk_create(
        GlossaryTerm(
            term=f"{dice.choice(WORDS)}{number}", slug=f"t{number}", pinyin="ci", plain=sentence(dice), live=True
        )
        for number in range(200)
    )
    import_synonyms()
    call_command("update_index", verbosity=0)


def plant(model, home, number, dice, now) -> None:
    """Insert public pages in bulk: going through review would take an hour and change nothing here."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Locale, Page
    from wagtail.rich_text import RichText

    name = model.__name__.lower()
    shelf = home.add_child(instance=Page(title=name, slug=name))
    kind, locale = ContentType.objects.get_for_model(model), Locale.get_active()
    first = shelf.pk + 1
    pages = [
        model(
            pk=first + place,
            page_ptr_id=first + place,
            title=f"{dice.choice(WORDS)}{dice.choice(GLUE)}{dice.choice(WORDS)}第{place}课",
            draft_title="",
            slug=f"{name}-{place}",
            content_type=kind,
            locale=locale,
            body=[("text", RichText("".join(sentence(dice) for _line in range(40))))],
            search_description=sentence(dice),
            path=f"{shelf.path}{place + 1:04d}",
            depth=shelf.depth + 1,
            url_path=f"{shelf.url_path}{name}-{place}/",
            live=True,
            first_published_at=now,
            last_published_at=now,
            **own_values(model, place, dice),
        )
        for place in range(number)
    ]
    parents = [field.attname for field in Page._meta.local_concrete_fields]
    Page.objects.bulk_create([Page(**{name: getattr(page, name) for name in parents}) for page in pages])
    for start in range(0, number, 100):
        model._base_manager._insert(
            pages[start : start + 100], fields=model._meta.local_concrete_fields, using="default"
        )
    Page.objects.filter(pk=shelf.pk).update(numchild=number)


def own_values(model, place, dice) -> dict[str, object]:
    if model.__name__ == "ArticlePage":
        return {"summary": sentence(dice), "column": "columns"}
    return {
        "code": f"D-{place}",
        "objective": sentence(dice),
        "asked_as": "\n".join(sentence(dice)[:20] for _line in range(12)),
        "track": dice.choice(["decision", "allocation", "rights"]),
        "tier": dice.choice(["beginner", "intermediate", "advanced"]),
        "purposes": [dice.choice(["knowledge", "skill", "risk"])],
        "stages": [dice.choice(["before", "during", "after"])],
    }


def sentence(dice) -> str:
    return "".join(dice.choice(WORDS) + "".join(dice.choices(GLUE, k=dice.randint(1, 4))) for _ in range(4)) + "。"


def figures(vendor: str) -> dict[str, object]:
    from core.search.sources import search_everything

    for query in QUERIES:
        search_everything(query)
        bare(query, vendor)
    ours: dict[str, list[float]] = {query: [] for query in QUERIES}
    theirs: dict[str, list[float]] = {query: [] for query in QUERIES}
    for _round in range(ROUNDS):
        for query in QUERIES:
            theirs[query].append(seconds(partial(bare, query, vendor)))
            ours[query].append(seconds(partial(search_everything, query)))
    rows = {query: (median(ours[query]) * 1000, median(theirs[query]) * 1000) for query in QUERIES}
    whole, whole_bare = sum(row[0] for row in rows.values()), sum(row[1] for row in rows.values())
    return {
        "database": vendor,
        "lessons": LESSONS,
        "ms": round(whole / len(rows), 1),
        "bare_ms": round(whole_bare / len(rows), 1),
        "ratio": round(whole / whole_bare, 2),
        "by_query": {query: [round(one, 1) for one in row] for query, row in rows.items()},
    }


def bare(query: str, vendor: str) -> None:
    """Ask the index of lessons for what was typed as one phrase: the ten best and the number of all."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from core.search.text import index_form
    from courses.pages import LessonPage

    words = index_form(query)
    kind = ContentType.objects.get_for_model(LessonPage).pk
    entry = "wagtailsearch_indexentry"
    if vendor == "postgresql":
        where = "(entry.title || entry.body) @@ phraseto_tsquery('simple', %s) AND entry.content_type_id = %s"
        rank = (
            "ts_rank(entry.title, phraseto_tsquery('simple', %s)) + ts_rank(entry.body, phraseto_tsquery('simple', %s))"
        )
        found, ranking = f"{entry} AS entry", [words, words]
        order = f"{rank} DESC"
        asked = words
    else:
        found = f"{entry}_fts JOIN {entry} AS entry ON {entry}_fts.rowid = entry.id"
        where, order, ranking = f"{entry}_fts MATCH %s AND entry.content_type_id = %s", f"bm25({entry}_fts)", []
        asked = f'{{title body}} : "{words}"'
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {found} WHERE {where}", [asked, kind])
        cursor.fetchall()
        cursor.execute(
            f"SELECT entry.object_id FROM {found} WHERE {where} ORDER BY {order} LIMIT 10", [asked, kind, *ranking]
        )
        best = [int(row[0]) for row in cursor.fetchall()]
        if best:
            marks = ", ".join(["%s"] * len(best))
            cursor.execute(f"SELECT title, url_path FROM wagtailcore_page WHERE live AND id IN ({marks})", best)
            cursor.fetchall()


def seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
