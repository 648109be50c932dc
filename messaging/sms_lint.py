"""What an editor should change in a short message before it is filed or sent."""

import re
from collections.abc import Iterator
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from core.registries import TextFinding, text_findings
from messaging.sms import TOP_LEVEL, count_segments, find_links, folded, has_opt_out, sign
from messaging.templates import PLACEHOLDER

WARN_SEGMENTS, MOST_SEGMENTS = 2, 5

_Severity = Literal["block", "warn", "note"]
_SPACED_LINK = re.compile(
    rf"[a-z0-9-]+\s*(?:\s[.。·•]|[.。·•]\s|[·•]|点|dot|\(\.\)|\[\.\])\s*(?:{TOP_LEVEL})(?![a-z0-9])|h\s*t\s*t\s*p\s*s?\s*:"
)
_MESSENGER = r"(?:微信|薇信|威信|v信|weixin|wechat|vx|wx|qq|企鹅号?)"
_ACCOUNT = re.compile(rf"{_MESSENGER}\s*(?:号|群|公众号)?\s*(?:是|为|[:=])?\s*[a-z0-9][a-z0-9_-]{{4,}}")
_MENTION = re.compile(rf"{_MESSENGER}\s*(?:号|群)|(?:加|扫)\s*{_MESSENGER}|扫码|二维码")
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)|(?<![\d-])0\d{2,3}[ -]?\d{7,8}(?!\d)"
    r"|(?<![\d-])[48]00[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)|(?<![\d-])95\d{3,6}(?!\d)"
)


def lint_sms(text: str, *, campaign: bool) -> list[TextFinding]:
    """Return what is wrong with ``text`` in the order of its places; ``block`` stops it, ``warn`` asks for a look.

    ``text`` is the whole message but for the signature, which is put in front when it leaves; a campaign's has to say
    how to leave. Banned words come from ``core.registries.text_checks`` (kind ``sms``).
    """
    plain, places = folded(text)
    found = [*text_findings(text, "sms"), *_links(text, plain, places), *_form(text, campaign=campaign)]
    for start, end in _matches(_PHONE, plain, places):
        if not _is_hotline(text, start, end):
            suggestion = _("只留热线 %(hotline)s；别的号码，收的人无法核对。") % {"hotline": settings.HOTLINE}
            found.append(_finding("phone", "warn", text, (start, end), suggestion))
    return sorted(found, key=lambda finding: (finding.start, finding.end, finding.rule))


def blocking(findings: list[TextFinding]) -> list[str]:
    """Return what must change, one sentence each, for the message beside the field."""
    return [sentence(finding) for finding in findings if finding.severity == "block"]


def sentence(finding: TextFinding) -> str:
    """Return a finding in the editor's words, with the place it speaks of."""
    if not finding.match:
        return finding.suggestion or finding.rule
    return _("“%(match)s”：%(suggestion)s") % {
        "match": finding.match,
        "suggestion": finding.suggestion or _("短信里不能这样写。"),
    }


def _links(text: str, plain: str, places: list[int]) -> Iterator[TextFinding]:
    advice = _("短信里不能有链接或网址：收短信的人要在自己打开的本站里找。")
    certain = list(find_links(text))
    for start, end in certain:
        yield _finding("link", "block", text, (start, end), advice)
    for start, end in _matches(_SPACED_LINK, plain, places):
        if not _overlaps(start, end, certain):
            yield _finding("link", "block", text, (start, end), advice)
    accounts = list(_matches(_ACCOUNT, plain, places))
    for start, end in accounts:
        yield _finding("contact", "block", text, (start, end), _("不把人引到微信或 QQ；要联系，写热线。"))
    for start, end in _matches(_MENTION, plain, places):
        if not _overlaps(start, end, accounts):
            yield _finding(
                "contact", "warn", text, (start, end), _("提到微信、QQ 或扫码，运营商常常拦下；能不提就不提。")
            )


def _form(text: str, *, campaign: bool) -> Iterator[TextFinding]:
    own = f"【{settings.SMS_SIGNATURE}】"
    for match in re.finditer(r"[【】]", text.removeprefix(own)):
        start = match.start() + (len(own) if text.startswith(own) else 0)
        yield _finding(
            "bracket", "block", text, (start, start + 1), _("【】只能括签名，签名会自动加上；正文请用“”或括号。")
        )
    for match in PLACEHOLDER.finditer(text):
        yield _finding("placeholder", "block", text, match.span(), _("这里还没有填上内容。"))
    if campaign and not has_opt_out(text):
        yield _finding("opt_out", "block", text, (len(text), len(text)), _("要写明怎样退订，例如“拒收请回复R”。"))
    segments = count_segments(sign(text, settings.SMS_SIGNATURE))
    if segments > WARN_SEGMENTS:
        severity: _Severity = "block" if segments > MOST_SEGMENTS else "warn"
        advice = _("连签名一共按 %(segments)d 条计费，太长了，请写短些。") % {"segments": segments}
        yield _finding("length", severity, text, (len(text), len(text)), advice)


def _finding(rule: str, severity: _Severity, text: str, span: tuple[int, int], suggestion: str) -> TextFinding:
    start, end = span
    return TextFinding(
        category="sms",
        severity=severity,
        match=text[start:end],
        start=start,
        end=end,
        rule=f"sms.{rule}",
        suggestion=suggestion,
    )


def _matches(pattern: re.Pattern[str], plain: str, places: list[int]) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(plain):
        yield places[match.start()], places[match.end() - 1] + 1


def _overlaps(start: int, end: int, others: list[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in others)


def _is_hotline(text: str, start: int, end: int) -> bool:
    hotline = settings.HOTLINE
    place = text.find(hotline)
    while hotline and place >= 0:
        if place <= start and end <= place + len(hotline):
            return True
        place = text.find(hotline, place + 1)
    return False
