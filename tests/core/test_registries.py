import pytest

from core import registries
from core.registries import Registry, TextCheck, TextFinding, text_findings


@pytest.fixture
def text_checks(monkeypatch):
    registry: Registry[TextCheck] = Registry("text check")
    monkeypatch.setattr(registries, "text_checks", registry)
    return registry


def finder(word, severity):
    def check(text, kind):
        start = text.find(word)
        if start < 0:
            return []
        return [TextFinding(kind.upper(), severity, word, start, start + len(word), f"{kind}.{word}")]

    return check


def test_text_findings_come_from_every_check_in_order_of_place(text_checks):
    text_checks.register("later", finder("乙", "warn"))
    text_checks.register("earlier", finder("甲", "block"))

    found = text_findings("先甲后乙", "sms")

    assert [(item.rule, item.severity, item.start, item.end) for item in found] == [
        ("sms.甲", "block", 1, 2),
        ("sms.乙", "warn", 3, 4),
    ]


def test_text_findings_without_checks_are_empty(text_checks):
    assert text_findings("保本", "sms") == []


def test_registry_refuses_a_second_check_of_the_same_name(text_checks):
    text_checks.register("phrases", finder("甲", "block"))

    with pytest.raises(ValueError, match="registered twice"):
        text_checks.register("phrases", finder("乙", "block"))
