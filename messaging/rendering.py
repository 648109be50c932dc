"""From a template and its parameters to what a person reads.

The house layout with a template's text in it is built, and its style sheet inlined, once; a person's own fields are
then filled in, escaped.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import Channel
from messaging.errors import TemplateError
from messaging.sms import has_link, sign
from messaging.templates import PLACEHOLDER, MessageTemplate, house_fields

_INLINER = css_inline.CSSInliner(
    inline_style_tags=True, keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_LABELLED_LINK = re.compile(r"^(?P<label>.+?)[:：]\s*\{(?P<field>[a-z_]*(?:link|url))\}$")
_BARE_LINK = re.compile(r"^\{(?P<field>[a-z_]*(?:link|url))\}$")
_LONE_CODE = re.compile(r"^\{[a-z_]*code\}$")


@dataclass(frozen=True)
class Rendered:
    """A message ready for its channel; ``subject`` and ``html`` are empty for SMS."""

    subject: str
    text: str
    html: str = ""


def one_line(value: Any) -> str:
    """Return ``value`` with every run of control characters and line breaks turned into one space."""
    return _CONTROL.sub(" ", str(value)).strip()


def render(template: MessageTemplate, params: Mapping[str, Any], *, channel: str) -> Rendered:
    """Fill ``template``; raise ``TemplateError`` when a field is missing or an address is not one."""
    with translation.override(settings.LANGUAGE_CODE):
        fields: dict[str, Any] = {**house_fields(), **params}
        if template.expand is not None:
            fields.update(template.expand(params))
        _check_links(template, fields)
        if channel == Channel.SMS:
            text = sign(_fill(str(template.sms), fields, one_line), settings.SMS_SIGNATURE)
            if has_link(text):
                raise TemplateError(_("短信里有链接：短信一律不带链接。"))
            return Rendered(subject="", text=text)
        subject = one_line(_fill(str(template.subject), fields, one_line))
        body = _fill(str(template.text), fields, str).strip() + "\n"
        return Rendered(subject=subject, text=body, html=_render_html(template, fields, subject))


def preview(template: MessageTemplate, *, channel: str) -> Rendered:
    """Fill ``template`` with its preview data, for staff and tests."""
    return render(template, template.preview, channel=channel)


def _render_html(template: MessageTemplate, fields: Mapping[str, Any], subject: str) -> str:
    if template.html_template:
        page = render_to_string(template.html_template, {**_surroundings(), **fields, "subject": subject})
        return _INLINER.inline(page)
    frame = _text_in_layout(str(template.subject), str(template.text), settings.OPERATOR_NAME, settings.SITE_TITLE)
    return _fill(frame, fields, lambda value: html.escape(str(value)).replace("\n", "<br>"))


def _surroundings() -> dict[str, Any]:
    return {
        "site_title": settings.SITE_TITLE,
        "operator_name": settings.OPERATOR_NAME,
        "base_url": settings.BASE_URL,
        "compliance_signed": settings.COMPLIANCE_SIGNED,
    }


@lru_cache(maxsize=256)
def _text_in_layout(subject: str, text: str, operator: str, site: str) -> str:
    """Return the page with the placeholders still in it."""
    blocks = [_block(paragraph.strip()) for paragraph in re.split(r"\n\s*\n", text.strip())]
    context = {**_surroundings(), "subject": subject, "heading": subject, "blocks": blocks}
    page = render_to_string("messaging/mail/text.html", context)
    whole = page.replace("{hotline}", '<span class="whole">{hotline}</span>')
    # The inliner percent-encodes braces in addresses.
    return _INLINER.inline(whole).replace("%7B", "{").replace("%7D", "}")


def _block(paragraph: str) -> dict[str, Any]:
    if _LONE_CODE.match(paragraph):
        return {"kind": "code", "lines": [{"text": paragraph}]}
    return {"kind": "text", "lines": [_line(line.strip()) for line in paragraph.splitlines()]}


def _line(line: str) -> dict[str, str]:
    labelled = _LABELLED_LINK.match(line)
    if labelled:
        return {"text": labelled["label"], "field": labelled["field"]}
    bare = _BARE_LINK.match(line)
    if bare:
        return {"text": _("打开页面"), "field": bare["field"]}
    return {"text": line}


def _fill(text: str, fields: Mapping[str, Any], form: Any) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        if fields.get(name) is None:
            raise TemplateError(_("缺少字段：%(name)s。") % {"name": name})
        return str(form(fields[name]))

    return PLACEHOLDER.sub(value, text)


def _check_links(template: MessageTemplate, fields: Mapping[str, Any]) -> None:
    """A field named link or url holds a web address, or the message does not go."""
    names = {*template.params, *template.expands, "unsubscribe_url"}
    for name in names:
        if name.endswith(("link", "url")) and fields.get(name) and not _ADDRESS.fullmatch(str(fields[name])):
            raise TemplateError(_("字段 %(name)s 不是网址。") % {"name": name})
