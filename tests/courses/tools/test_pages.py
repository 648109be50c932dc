"""The pages at ``/tools/``: forms, answers, addresses, and what must not be kept."""

import logging
import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.check import check_text
from core import pagecache
from courses.tools import lab
from courses.tools.catalog import BY_SLUG, TOOLS
from courses.tools.lab_form import AllocationForm
from courses.tools.registry import MACHINES

pytestmark = pytest.mark.django_db

SLUGS = [tool.slug for tool in TOOLS]
SHARED = [tool.slug for tool in TOOLS if not tool.personal]
PERSONAL = [tool.slug for tool in TOOLS if tool.personal]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _no_results_kept():
    lab.forget()


def _words(answer) -> str:
    """Return what a reader reads of a page."""
    text = answer.content.decode()
    body = text[text.index("<body") :] if "<body" in text else text
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " "))


def _tight(text: str) -> str:
    """Return a text without spaces: phrases of headings stand in boxes of their own."""
    return re.sub(r"\s+", "", text)


def _numbers(slug, **changes):
    return {**MACHINES[slug].form.starting_numbers(), **changes}


def _ask(client, slug, **changes):
    """Ask a tool as its form does."""
    tool, numbers = BY_SLUG[slug], _numbers(slug, **changes)
    if tool.personal or tool.pasted:
        return client.post(tool.get_absolute_url(), numbers, follow=True)
    return client.get(tool.get_absolute_url(), numbers, follow=True)


# --- Opening ----------------------------------------------------------------------------------------------------
def test_the_list_leads_to_every_tool(client):
    page = client.get("/tools/")
    assert page.status_code == 200
    for tool in TOOLS:
        assert f'href="/tools/{tool.slug}/"' in page.content.decode()
        assert str(tool.summary) in _words(page)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_tool_opens_for_anyone_with_an_answer_and_how_it_was_computed(client, slug):
    page = client.get(f"/tools/{slug}/")
    assert page.status_code == 200
    words = _words(page)
    assert _tight(page.context["answer"].headline) in _tight(words)
    for heading in ("怎么算的", "假设", "算式", "出处"):
        assert heading in words
    assert ("假设数字，不是预测。" in words) is BY_SLUG[slug].returns
    assert ("投资有风险，过往业绩不预示未来表现。" in words) is BY_SLUG[slug].returns


def test_an_unknown_tool_is_not_found(client):
    assert client.get("/tools/stock-picker/").status_code == 404


@pytest.mark.parametrize("slug", SLUGS)
def test_each_figure_has_a_title_its_numbers_in_words_and_a_table(client, slug):
    page = client.get(f"/tools/{slug}/").content.decode()
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert figures
    for figure in figures:
        label = re.search(r'aria-labelledby="([^"]+) ([^"]+)"', figure)
        assert f'<title id="{label.group(1)}">' in figure
        assert f'<desc id="{label.group(2)}">' in figure
        assert figure.count("<details") == 1
        assert figure.count("<tbody>") == 1
        assert figure.count('class="series') <= 4
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


# --- Answers ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("slug", "changes", "words"),
    [
        ("compound", {"principal": "1", "rate": "5", "inflation": "0"}, "2.65"),
        ("compound", {"principal": "１万元", "rate": "0", "inflation": "0", "years": "10"}, "账面约 10,000 元"),
        ("compound", {"principal": "10000", "rate": "−10%", "inflation": "0", "years": "1"}, "账面约 9,000 元"),
        ("regular-investing", {"amount": "1000", "returns": "-20\n50\n0"}, "0.9730"),
        ("regular-investing", {"returns": "0 0"}, "两种办法期末差不到 1 元"),
        ("fees", {}, "大约第 73 天两类花的钱一样多"),
        ("fees", {"months": "12", "running": "0"}, "A 类费用约 8 元，C 类约 40 元，C 类多 32 元"),
        ("emergency-fund", {}, "大约够用 3.3 个月"),
        ("emergency-fund", {"other_income": "6000"}, "其他收入已经够付每月支出"),
        ("emergency-fund", {"savings": "0"}, "不够用一个月"),
        ("goal", {"goal": "120000", "years": "10", "saved": "0", "rate": "0"}, "每月约要存 1,000 元"),
        ("goal", {"saved": "100000"}, "已经存的钱 10 年后就到 10 万元"),
        ("goal", {}, "那时跌 15%，就碰到您填的底线 15,000 元"),
        ("drawdown", {"fall": "20", "rate": "25"}, "要涨 25% 才回到原处"),
        ("drawdown", {"fall": "20", "rate": "25"}, "大约要 1 年"),
        ("drawdown", {"rate": "0"}, "之后不涨或者还跌，就回不到原处"),
        ("allocation", {"a_stocks": "100", "a_bonds": "", "a_cash": "0"}, "只放一类资产的组合有精确公式"),
    ],
)  # fmt: skip
def test_an_answer_follows_what_was_typed(client, slug, changes, words):
    page = _ask(client, slug, **changes)
    assert page.status_code == 200
    assert page.context["answer"] is not None
    assert _tight(words) in _tight(_words(page))


@pytest.mark.parametrize("slug", SLUGS)
def test_the_smallest_and_largest_numbers_have_an_answer(client, slug):
    for side in ("low", "high"):
        numbers = {}
        for name, field in MACHINES[slug].form.base_fields.items():
            if hasattr(field, "least"):
                count = field.least if side == "low" else field.most
                numbers[name] = " ".join([str(getattr(field, side)) if count == field.least else "5"] * count)
            elif hasattr(field, "low"):
                numbers[name] = str(getattr(field, side))
        if slug == "allocation":
            numbers |= {name: "0" for name in numbers if name.startswith("correlation")}
            numbers |= {f"{mix}_{name}": "" for mix in "abc" for name in ("stocks", "bonds", "cash")} | {
                "a_stocks": "100"
            }
        page = _ask(client, slug, **numbers)
        assert page.status_code == 200
        assert page.context["form"].errors == {}, side
        assert page.context["answer"] is not None


# --- Bad input ------------------------------------------------------------------------------------------------------
BAD = [
    ("compound", "principal", "", "请填一个数，例如 10000。"),
    ("compound", "principal", "一千", "“一千”不是一个数，请只写数字。"),
    ("compound", "principal", "1000000000", "这里可以填 0 到 100,000,000。"),
    ("compound", "principal", "10^9", "“10^9”是科学记数法，请写成普通的数，例如 10000。"),
    ("compound", "principal", "-1", "这里可以填 0 到 100,000,000。"),
    ("compound", "principal", "0.001", "小数最多写 2 位。"),
    ("compound", "rate", "NaN", "“NaN”不是一个数，请只写数字。"),
    ("compound", "rate", "Infinity", "“Infinity”不是一个数，请只写数字。"),
    ("compound", "rate", "300", "这里可以填 −30 到 30。"),
    ("compound", "years", "-5", "这里可以填 1 到 60。"),
    ("compound", "years", "1000000000", "这里可以填 1 到 60。"),
    ("compound", "years", "2.5", "这里要填整数。"),
    ("compound", "years", "<script>alert(1)</script>", "不是一个数，请只写数字。"),
    ("regular-investing", "returns", "", "请贴一列数，一行一个，例如 1.2。"),
    ("regular-investing", "returns", "5", "这里要 2 到 240 个数，读到 1 个。"),
    ("regular-investing", "returns", "1 " * 241, "这里要 2 到 240 个数，读到 241 个。"),
    ("regular-investing", "returns", "1 2 三 4", "第 3 个“三”不是一个数，请改好或删掉。"),
    ("regular-investing", "returns", "1 -100", "第 2 个数是 −100，要在 −95 到 200 之间。"),
    ("regular-investing", "returns", "200 " * 30, "这些月份连起来，涨跌超过一百万倍，像是贴错了。"),
    ("regular-investing", "returns", "-95 " * 30, "这些月份连起来，涨跌超过一百万倍，像是贴错了。"),
    ("regular-investing", "returns", "1 nan", "第 2 个“nan”不是一个数，请改好或删掉。"),
    ("regular-investing", "returns", "1 " * 20_000, "贴的内容太长了，最多 240 个数。"),
    ("fees", "front", "9", "这里可以填 0 到 5。"),
    ("emergency-fund", "savings", "很多", "“很多”不是一个数，请只写数字。"),
    ("emergency-fund", "wanted_months", "0", "这里可以填 1 到 36。"),
    ("goal", "goal", "0", "这里可以填 1 到 100,000,000。"),
    ("drawdown", "fall", "100", "这里可以填 1 到 99。"),
    ("allocation", "a_cash", "25", "组合甲的三个数加起来是 95，要正好是 100。"),
    ("allocation", "c_cash", "-5", "这里可以填 0 到 100。"),
    ("allocation", "b_cash", "inf", "“inf”不是一个数，请只写数字。"),
    ("allocation", "years", "41", "这里可以填 1 到 40。"),
    ("allocation", "seed", "0", "这里可以填 1 到 9,999。"),
    ("allocation", "rebalancing", "maybe", "请选一个。"),
    ("allocation", "volatility_stocks", "-1", "这里可以填 0 到 60。"),
    ("allocation", "mean_bonds", "-100", "这里可以填 −20 到 30。"),
    ("allocation", "correlation_bonds_cash", "1.5", "这里可以填 −1 到 1。"),
]  # fmt: skip


@pytest.mark.parametrize(("slug", "name", "typed", "message"), BAD)
def test_bad_input_is_told_beside_its_field_and_kept(client, slug, name, typed, message):
    page = _ask(client, slug, **{name: typed})
    assert page.status_code == 200
    assert page.context["answer"] is None
    field = page.context["form"][name]
    assert [error for error in field.errors if message in error]
    html = page.content.decode()
    place = re.search(rf'<p class="error" id="{field.auto_id}_error".*?</p>', html, re.DOTALL)
    assert message in unescape(place.group(0))
    assert f'href="#{field.id_for_label}"' in html or name == "rebalancing"
    if name != "rebalancing":
        assert field.value().strip() == typed.strip()
        assert "<script>alert" not in html
    assert page.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("slug", SHARED)
def test_an_empty_form_is_told_field_by_field(client, slug):
    page = _ask(client, slug, **dict.fromkeys(MACHINES[slug].form.base_fields, ""))
    assert page.context["answer"] is None
    required = {name for name, field in MACHINES[slug].form.base_fields.items() if field.required}
    assert set(page.context["form"].errors) == required | ({"a_cash"} if slug == "allocation" else set())


def test_three_correlations_that_cannot_be_are_explained_with_what_can(client):
    page = _ask(
        client, "allocation", correlation_stocks_bonds="0.9", correlation_stocks_cash="0.9", correlation_bonds_cash="-0.5"
    )  # fmt: skip
    assert page.context["form"].errors == {
        "correlation_bonds_cash": [
            "这三个相关系数不可能同时成立：前两个是 0.9 和 0.9 时，第三个只能在 0.62 到 1 之间。请改其中一个。"
        ]
    }
    mended = _ask(
        client, "allocation", correlation_stocks_bonds="0.9", correlation_stocks_cash="0.9", correlation_bonds_cash="0.62"
    )  # fmt: skip
    assert mended.context["answer"] is not None


def test_a_mix_left_empty_is_left_out(client):
    page = _ask(client, "allocation", b_stocks="", b_bonds="", b_cash="")
    assert page.context["answer"].table.columns == ("组合甲", "组合丙")
    assert len(page.context["answer"].figures) == 2


# --- Addresses and caches -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("slug", SHARED)
def test_each_set_of_numbers_has_one_address(client, slug):
    """Another order, wide digits and signs lead to the address of the numbers, which answers itself."""
    numbers = list(_numbers(slug).items())
    wanted = f"/tools/{slug}/?{urlencode(numbers)}"
    for asked in (
        numbers[::-1],
        [(name, f" {value} ") for name, value in numbers if name != "rebalancing"],
        numbers[:1],
    ):
        answer = client.get(f"/tools/{slug}/", asked)
        if asked == numbers[:1] and len(numbers) == 1:
            continue
        assert answer.status_code == 302, asked
        assert answer.headers["Location"] == wanted
    page = client.get(wanted)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "public, max-age=0, s-maxage=60"
    assert "Cookie" in page.headers["Vary"]
    assert not page.cookies
    assert "csrfmiddlewaretoken" not in page.content.decode()
    assert f'<link rel="canonical" href="/tools/{slug}/">' in page.content.decode()


def test_what_a_messenger_adds_to_an_address_changes_nothing(client):
    address = "/tools/drawdown/?fall=30&rate=5"
    page = client.get(address + "&from=timeline&isappinstalled=0")
    assert page.status_code == 200
    assert page.context["answer"].headline == client.get(address).context["answer"].headline


@pytest.mark.parametrize("slug", ["", *(f"{slug}/" for slug in SHARED)])
def test_opening_pages_are_cached_and_pages_of_numbers_do_not_fill_the_cache(client, slug):
    assert [client.get(f"/tools/{slug}").headers["X-Page-Cache"] for _again in range(2)] == ["miss", "hit"]
    if slug:
        page = client.get(f"/tools/{slug}", _numbers(slug[:-1]))
        assert "X-Page-Cache" not in page.headers


def test_a_pasted_column_of_any_length_ends_in_an_address(client):
    wide = "\r\n".join(["－１２．３４％", "＋１２．３４％"] * 120)
    answer = client.post("/tools/regular-investing/", {"amount": "１，０００元", "returns": wide})
    assert answer.status_code == 303
    # What gunicorn accepts as a first line.
    assert len(answer.headers["Location"]) < 4000
    assert dict(parse_qsl(urlsplit(answer.headers["Location"]).query))["amount"] == "1000"
    assert client.get(answer.headers["Location"]).status_code == 200


def test_the_examples_lead_to_their_answers(client):
    page = client.get("/tools/regular-investing/")
    for example in page.context["examples"]:
        assert client.get(f"/tools/regular-investing/?{example['query']}").status_code == 200


@pytest.mark.parametrize("slug", SLUGS)
def test_htmx_gets_the_bench_alone(client, slug):
    tool, numbers = BY_SLUG[slug], _numbers(slug)
    ask = client.post if tool.personal or tool.pasted else client.get
    answer = ask(tool.get_absolute_url(), numbers, **HTMX)
    html = answer.content.decode().strip()
    assert html.startswith('<div id="tool"')
    assert "<html" not in html
    assert answer.headers["Cache-Control"] == "private, no-store"
    if tool.personal:
        assert "HX-Replace-Url" not in answer.headers
        assert "csrfmiddlewaretoken" in html
    else:
        assert answer.headers["HX-Replace-Url"] == f"/tools/{slug}/?{urlencode(numbers)}"


def test_the_site_map_names_the_tools(client):
    listed = client.get("/sitemap.xml").content.decode()
    for path in ("/tools/", *(f"/tools/{slug}/" for slug in SLUGS)):
        assert f"<loc>http://example.com{path}</loc>" in listed or f"{path}</loc>" in listed


def test_the_learning_page_and_the_foot_lead_to_the_tools(course_site, client):
    page = client.get("/courses/").content.decode()
    main, foot = page.split('<footer class="foot">')
    assert 'href="/tools/"' in main
    assert 'href="/tools/"' in foot


# --- What is personal -----------------------------------------------------------------------------------------------
SECRETS = {
    "emergency-fund": {"expenses": "4321", "debt": "2109", "savings": "98765", "aside": "1357"},
    "goal": {"goal": "876543", "saved": "13579", "affordable": "2468", "loss": "75319"},
}


def _said(record):
    """Return what ``record`` says, without times and process numbers, in which any figures may stand by chance."""
    machinery = vars(logging.makeLogRecord({})).keys() - {"msg", "args"}
    return {name: value for name, value in vars(record).items() if name not in machinery}


@pytest.mark.parametrize("slug", PERSONAL)
def test_a_persons_numbers_reach_no_address_no_log_and_no_table(client, slug, caplog):
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as queries:
        page = client.post(f"/tools/{slug}/", _numbers(slug, **SECRETS[slug]))
    assert page.status_code == 200
    assert page.context["answer"] is not None
    written = [query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert written == []
    told = " ".join(f"{record.getMessage()} {_said(record)}" for record in caplog.records)
    links = " ".join(re.findall(r'(?:href|action|hx-post|hx-get)="([^"]*)"', page.content.decode()))
    headers = " ".join(f"{name}: {value}" for name, value in page.headers.items())
    for number in SECRETS[slug].values():
        assert number not in told
        assert number not in links
        assert number not in headers
        assert number in page.content.decode()
    assert not client.session.keys()
    assert page.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("slug", PERSONAL)
def test_a_planner_takes_nothing_from_an_address(client, slug):
    page = client.get(f"/tools/{slug}/", SECRETS[slug])
    assert page.context["form"].data == MACHINES[slug].form.starting_numbers()
    assert "X-Page-Cache" not in page.headers
    html = page.content.decode()
    assert re.search(rf'<form action="/tools/{slug}/#answer"[^>]*method="post"', html)


@pytest.mark.parametrize("slug", PERSONAL)
def test_a_planner_wants_its_token(slug):
    assert Client(enforce_csrf_checks=True).post(f"/tools/{slug}/", _numbers(slug)).status_code == 403


# --- Cost -------------------------------------------------------------------------------------------------------------
def test_the_lab_draws_only_so_often_for_one_client(client, monkeypatch):
    from core import limits
    from courses.tools import views

    monkeypatch.setattr(views, "_DRAWS", limits.Limit(2, views._DRAWS.window))
    known = _numbers("allocation", seed="11")
    for seed in ("11", "12"):
        assert client.get("/tools/allocation/", _numbers("allocation", seed=seed)).status_code == 200
    refused = client.get("/tools/allocation/", _numbers("allocation", seed="13", years="7"))
    assert refused.status_code == 429
    assert "操作太频繁了" in _words(refused)
    assert refused.context["form"]["years"].value() == "7"
    # What is known already costs nothing.
    assert client.get("/tools/allocation/", known).status_code == 200
    assert client.get("/tools/allocation/", known, REMOTE_ADDR="10.1.2.3").status_code == 200
    other = client.get("/tools/allocation/", _numbers("allocation", seed="13"), REMOTE_ADDR="10.1.2.3")
    assert other.status_code == 200


def test_results_are_kept_up_to_a_bound():
    form = AllocationForm.filled({"years": "1"})
    assert form.is_valid()
    first = form.assumptions()
    from dataclasses import replace

    for seed in range(1, lab.KEPT + 2):
        lab.lab_outcomes(replace(first, seed=seed, paths=100))
    assert not lab.is_known(replace(first, seed=1, paths=100))
    assert lab.is_known(replace(first, seed=2, paths=100))
    assert lab.is_known(replace(first, seed=lab.KEPT + 1, paths=100))


def test_a_tool_takes_as_many_queries_for_three_lessons_as_for_one(course_site, client):
    counts, seen = [], []
    for codes in (["A-05"], ["A-07", "A-06"]):
        for code in codes:
            course_site.lesson(code=code, slug=code.lower(), title=f"课 {code}")
        pagecache.purge()
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/tools/allocation/")
        counts.append(len(queries))
        seen.append([lesson.code for lesson in page.context["lessons"]])
    assert seen == [["A-05"], ["A-05", "A-07", "A-06"]]
    assert counts[0] == counts[1] <= 3


def test_the_list_asks_the_database_nothing(client):
    with CaptureQueriesContext(connection) as queries:
        client.get("/tools/")
    assert [query["sql"] for query in queries] == []


# --- Words ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("slug", SLUGS)
def test_no_page_says_what_the_phrase_check_stops(client, slug):
    pages = [client.get(f"/tools/{slug}/"), _ask(client, slug)]
    pages += [_ask(client, slug, **changes) for changes in _MORE_WORDS.get(slug, [])]
    for page in pages:
        findings = [finding for finding in check_text(_words(page)) if finding.severity != "note"]
        assert [(finding.severity, finding.match) for finding in findings] == []


_MORE_WORDS = {
    "compound": [{"rate": "-5"}],
    "regular-investing": [{"returns": "3 4 5"}, {"returns": "-3 -4"}],
    "fees": [{"front": "0"}, {"front": "5"}, {"service": "0"}],
    "emergency-fund": [{"aside": "0"}, {"savings": "900000"}, {"other_income": "9999"}, {"savings": "0"}],
    "goal": [{"affordable": "1"}, {"saved": "100000"}, {"loss": "200000"}],
    "drawdown": [{"rate": "0"}, {"fall": "99", "rate": "1"}],
    "allocation": [{"rebalancing": "no"}, {"a_stocks": "100", "a_bonds": "0", "a_cash": "0"}],
}


@pytest.mark.parametrize("slug", SLUGS)
def test_no_page_recommends(client, slug):
    words = _words(client.get(f"/tools/{slug}/"))
    for word in ("建议您", "适合您", "最好的组合", "最优", "应该买", "推荐您", "客户", "老师"):
        assert word not in words


def test_the_list_passes_the_phrase_check(client):
    findings = check_text(_words(client.get("/tools/")))
    assert [finding.match for finding in findings if finding.severity == "block"] == []
