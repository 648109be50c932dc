"""messaging.sms_lint: what an editor should change in a short message."""

import pytest

from accounts.enums import Channel
from core import registries
from core.registries import TextFinding
from messaging.enums import Category
from messaging.rendering import preview
from messaging.sms_lint import blocking, lint_sms
from messaging.templates import registered_templates

WAY_OUT = "拒收请回复R"


@pytest.fixture(autouse=True)
def _no_phrase_rules(monkeypatch):
    monkeypatch.setattr(registries.text_checks, "_items", {})


def rules(text, campaign=False):
    return [(finding.rule, finding.severity, finding.match) for finding in lint_sms(text, campaign=campaign)]


def test_clean_text_has_no_findings():
    assert rules("已报名11月25日20:00，本站/j页可查。年化2.5%只是例子。有事请打000-0000-0000") == []


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("看https://a.b", "https://"),
        ("看ｅｘ．ｃｏｍ", "ｅｘ．ｃｏｍ"),
        ("搜example . com", "example . com"),
        ("搜example点com吧", "example点com"),
        ("搜example·cn", "example·cn"),
        ("搜exa\u200bmple.c\u200bn", "exa\u200bmple.c\u200bn"),
        ("t.me", "t.me"),
        ("进h t t p s:看", "h t t p s:"),
        ("进192.168.1.10看", "192.168.1.10"),
    ],
)
def test_links_and_what_is_written_to_be_one(text, match):
    assert rules(text) == [("sms.link", "block", match)]


@pytest.mark.parametrize(
    "text", ["微信号abc12345", "加薇信：abc12345", "ＶＸ：abc12345", "QQ群123456789", "wx = abc_123"]
)
def test_messenger_accounts_are_blocked(text):
    assert [(rule, severity) for rule, severity, _match in rules(text)] == [("sms.contact", "block")]


def test_warning_of_a_messenger_is_only_remarked():
    assert rules("有人拉您进微信群荐股，先别进") == [("sms.contact", "warn", "微信群")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请打13800138000", ["13800138000"]),
        ("请打+86 138-0013-8000", ["+86 138-0013-8000"]),
        ("请打010-12345678", ["010-12345678"]),
        ("请打400-123-4567", ["400-123-4567"]),
        ("请打000-0000-0000", []),
        ("请打12386", []),
        ("编号202611230001，共10000人", []),
    ],
)
def test_numbers_other_than_the_hotline(text, found):
    assert rules(text) == [("sms.phone", "warn", match) for match in found]


def test_hotline_of_any_form_is_ours(settings):
    settings.HOTLINE = "400-123-4567"
    assert rules("请打400-123-4567，不要打400-123-4568") == [("sms.phone", "warn", "400-123-4568")]


def test_brackets_belong_to_the_signature_alone():
    assert rules("【示例投教】您好") == []
    assert rules("您好【重要】") == [("sms.bracket", "block", "【"), ("sms.bracket", "block", "】")]
    assert [match for _rule, _severity, match in rules("【别家】您好")] == ["【", "】"]


def test_campaign_says_how_to_leave():
    assert rules("新课上线", campaign=True) == [("sms.opt_out", "block", "")]
    assert rules(f"新课上线。{WAY_OUT}", campaign=True) == []
    assert rules("新课上线。退订回T", campaign=True) == []


def test_placeholder_that_nobody_fills():
    assert rules("{name}您好") == [("sms.placeholder", "block", "{name}")]


@pytest.mark.parametrize(
    ("length", "found"),
    [
        (128, []),
        (129, [("sms.length", "warn", "")]),
        (329, [("sms.length", "warn", "")]),
        (330, [("sms.length", "block", "")]),
    ],
)
def test_length_counts_the_signature(length, found):
    assert rules("字" * length) == found


def test_banned_words_come_from_the_registered_checks():
    def check(text, kind):
        place = text.find("稳赚")
        return [TextFinding("promise", "block", "稳赚", place, place + 2, "p1", "删去。")] if kind == "sms" else []

    registries.text_checks.register("phrases", check)
    findings = lint_sms("听课稳赚，看a.cn", campaign=False)
    assert [finding.rule for finding in findings] == ["p1", "sms.link"]
    assert blocking(findings) == [
        "“稳赚”：删去。",
        "“a.cn”：短信里不能有链接或网址：收短信的人要在自己打开的本站里找。",
    ]


def test_findings_name_their_place():
    text = "看ｅｘ．ｃｏｍ，打13800138000，{name}"
    for finding in lint_sms(text, campaign=False):
        assert text[finding.start : finding.end] == finding.match


@pytest.mark.parametrize("template", list(registered_templates()), ids=lambda template: template.key)
def test_every_registered_template_passes(template):
    if not template.sms:
        assert template.text or template.html_template
        return
    text = preview(template, channel=Channel.SMS).text
    findings = lint_sms(text, campaign=template.category == Category.CAMPAIGN)
    assert [(finding.rule, finding.match) for finding in findings] == []
