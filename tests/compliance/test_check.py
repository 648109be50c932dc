"""The twelve points of the design, and the corrections to them, by example."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.check import check_text
from compliance.rules import rule_set


def flagged(text, kind=""):
    return [
        (found.category, found.severity, found.match) for found in check_text(text, kind) if found.severity != "note"
    ]


def noted(text, kind=""):
    return [(found.category, found.match) for found in check_text(text, kind) if found.severity == "note"]


@pytest.mark.parametrize(
    "text",
    [
        "不保本",
        "非保本浮动收益",
        "公司不承诺保本",
        "并非无风险",
        "管理人不保证最低收益",
        "打破刚性兑付",
        "没有只赚不亏的投资",
        "不得以明示或者暗示的方式向投资者承诺收益",
        "不得以任何方式向投资者送红包、返现",
        "严禁业务人员在任何场合以任何理由宣传本产品无风险",
        "不得使用最佳、首选、唯一等用语",
        "不构成投资建议,也不提供买入建议",
    ],
)
def test_denial_lets_a_phrase_through_within_its_clause(text):
    assert check_text(text) == []


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("虽然不保本,但稳赚不赔", "稳赚不赔"),
        ("虽不保本却稳赚不赔", "稳赚不赔"),
        ("它不是存款而是保本理财", "保本"),
        ("不保本。这一只旱涝保收", "旱涝保收"),
        ("不保本;旱涝保收", "旱涝保收"),
        ("不仅保本", "保本"),
        ("不但保本", "保本"),
        ("非常保本", "保本"),
        ("不用担心,保本", "保本"),
        ("没有比它更保本的", "保本"),
        ("不花一分钱稳赚不赔", "稳赚不赔"),
        ("不出门就能躺赚", "躺赚"),
        ("无门槛保本理财", "保本"),
        ("未来必涨", "必涨"),
        ("不少人已经翻倍", "翻倍"),
        ("没有一款不保本", "保本"),
        ("不要错过保本产品", "保本"),
    ],
)
def test_denial_ends_with_its_clause_and_is_not_seen_where_none_is(text, match):
    assert match in [entry[2] for entry in flagged(text)]


@pytest.mark.parametrize(
    "text", ["不会亏", "不可能亏损", "从未亏过", "从来没亏过", "没有不赚的", "绝不会赔本", "没有人在这里亏过钱"]
)
def test_denied_loss_is_a_promise(text):
    assert [entry[:2] for entry in flagged(text)] == [("GUAR", "block")]


@pytest.mark.parametrize(
    "text",
    [
        "不可能不亏",
        "谁也不能说不会亏",
        "不表示不会亏",
        "不等于不会亏",
        "不要以为债券基金不会跌",
        "不会损失投票权",
        "会不会亏?",
    ],
)
def test_denied_denial_of_loss_is_no_promise(text):
    assert check_text(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "警惕“保本保收益”",
        "骗子声称稳赚不赔",
        "误区:只要拿得久就一定赚",
        "如果有人说“亏了算我的”,请离开",
        "“稳赚不赔”是骗局信号",
        "谁说稳赚就先不信谁",
        "“承诺收益”这种说法违规,请拒绝",
    ],
)
def test_warning_makes_a_note_of_the_phrase(text):
    assert flagged(text) == []
    assert len(noted(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "小心错过,稳赚不赔",
        "小心踏空保本产品",
        "“稳赚不赔”的好项目",
        "稳赚不赔,谨防假冒",
        "远离骗局,我们保本",
        "这不是骗局,稳赚不赔",
    ],
)
def test_warning_word_alone_or_quotation_marks_alone_excuse_nothing(text):
    assert [entry[:2] for entry in flagged(text)] == [("GUAR", "block")]


@pytest.mark.parametrize(
    "term",
    [
        "无风险利率",
        "无风险收益率",
        "最大回撤",
        "最低申购金额",
        "固定收益类",
        "固收+",
        "安全第一原则",
        "第一课",
        "第一步",
        "第一条",
        "第一季度",
        "第一百",
        "第一时间报警",
        "第一反应",
        "第一款",
        "第一支柱",
        "保证金",
        "保证书",
        "承诺函",
        "避险情绪",
        "避险资产",
        "高收益债",
        "保险公司",
        "保险产品",
        "养老保险",
        "目标日期",
        "目标风险",
        "唯一标识",
        "首选项",
        "国家级投资者教育基地",
        "内幕交易",
        "内幕信息",
        "内幕信息知情人",
        "业绩比较基准",
        "保本点",
        "最高人民法院",
        "最低类别",
        "最低生活保障",
        "确保本次活动",
        "投保本公司",
        "担保本息",
        "中国证监会认可的其他情形",
        "公告期最后一天",
        "登记期最后一天",
        "兜底条款",
        "收益分配",
        "收益权",
        "稳健型",
        "目标日期基金",
    ],
)
def test_term_that_contains_a_phrase_is_exempt(term):
    assert check_text(term) == []
    assert check_text(f"这一课讲{term}是什么意思。") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("讲座名额有限,报满即止", []),
        ("基金知识讲座名额有限", []),
        ("报名截止最后一天", []),
        ("沙龙席位仅剩5个", []),
        ("额度有限", [("URGE", "warn", "额度有限")]),
        ("基金份额仅剩一成", [("URGE", "warn", "仅剩")]),
        ("认购最后一天", [("URGE", "warn", "最后一天")]),
        ("推荐阅读这篇文章", []),
        ("推荐课程与视频", []),
        ("我们推荐这只基金", [("ADVICE", "block", "推荐这只基金")]),
        ("为您推荐两只股票", [("ADVICE", "block", "推荐两只股票")]),
    ],
)
def test_object_decides_on_urgency_and_recommendation(text, found):
    assert flagged(text) == found


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("本产品保 本", "保 本"),
        ("本产品保·本", "保·本"),
        ("本产品保*本", "保*本"),
        ("本产品保夲", "保夲"),
        ("本产品保ben", "保ben"),
        ("本产品保\u200b\u200d本", "保\u200b\u200d本"),
        ("本产品保<b>本</b>", "保<b>本"),
        ("<p>本产品保</p>\n<p>本</p>", "保</p>\n<p>本"),
        ("保&#26412;", "保&#26412;"),
        ("穩賺不賠", "穩賺不賠"),
        ("無風險", "無風險"),
        ("１００％ 安全", "１００％ 安全"),
        ("百分之百安全", "百分之百安全"),
        ("加Ｖ信", "加Ｖ信"),
    ],
)
def test_evasion_is_found_where_it_stands(text, match):
    found = check_text(text)

    assert [finding.match for finding in found] == [match]
    assert found[0].severity == "block"
    assert text[found[0].start : found[0].end] == match


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("年化可达8%", [("FORECAST", "block")]),
        ("收益不低于5%", [("FORECAST", "block")]),
        ("回报高达百分之十", [("FORECAST", "block")]),
        ("成立以来收益率86%", [("PERF", "warn")]),
        ("成立以来收益率86%,过往业绩不预示未来表现", []),
        ("假设收益率5%,二十年后本利和约为2.65倍", []),
        ("跌去20%之后要上涨25%", []),
        ("按72法则,利率6%时约12年翻倍", []),
    ],
)
def test_numbers(text, found):
    assert [entry[:2] for entry in flagged(text)] == found


def test_each_category_keeps_one_finding_for_the_same_words():
    assert [(found.rule, found.match) for found in check_text("保本保收益,欲购从速")] == [
        ("GUAR-principal", "保本保收益"),
        ("URGE-hurry", "欲购从速"),
    ]


@pytest.mark.parametrize("kind", ["misconception", "distractor", "violation"])
def test_quoted_error_by_its_field_is_noted_only_where_it_misleads_nobody(kind):
    assert flagged("这只产品保本", kind) == []
    assert noted("这只产品保本", kind) == [("GUAR", "保本")]
    assert [entry[:2] for entry in flagged("请加微信", kind)] == [("FUNNEL", "block")]


@pytest.mark.parametrize(
    ("kind", "text", "rules"),
    [
        ("lesson", "收益从哪里来。", ["REQUIRED-risk"]),
        ("lesson", "收益从哪里来。投资有风险,可能亏损。", []),
        ("lesson", "收益分配方案与受益人。", []),
        ("lesson", "净值怎样计算。", []),
        ("event", "讲座讲净值。", ["REQUIRED-no-advice"]),
        ("newsletter", "本期讲净值。内容不构成投资建议。", []),
        ("event", "", []),
        ("sms", "收益从哪里来。", []),
        ("", "收益从哪里来。", []),
    ],
)
def test_required_statement_is_missed_once_for_the_whole_text(kind, text, rules):
    found = check_text(text, kind)

    assert [finding.rule for finding in found] == rules
    assert all((finding.start, finding.end, finding.match) == (len(text), len(text), "") for finding in found)


PHRASES = [example for rule in rule_set().rules for example in rule.positive + rule.negative]
WRITTEN = st.lists(
    st.one_of(
        st.sampled_from(PHRASES),
        st.text(max_size=8),
        st.sampled_from(["不", "但", "警惕", "“", "”", "。", ",", "\n", "<b>", "·"]),
    ),
    max_size=8,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(WRITTEN, st.sampled_from(["", "lesson", "event", "distractor"]))
def test_every_finding_slices_to_its_match_and_findings_come_in_order(text, kind):
    found = check_text(text, kind)

    assert [text[finding.start : finding.end] for finding in found] == [finding.match for finding in found]
    assert [finding.start for finding in found] == sorted(finding.start for finding in found)
    assert all(finding.match or finding.category == "REQUIRED" for finding in found)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PHRASES), st.sampled_from(["\u200b", "·", "<b>", "\u3000"]))
def test_an_evasion_hides_nothing(phrase, mark):
    """Whatever is found in a phrase is also found when a mark stands between its characters."""
    written = mark.join(phrase)

    assert {found.category for found in check_text(written)} >= {
        found.category for found in check_text(phrase) if found.severity == "block"
    }
