"""From a template and its parameters to what a person reads.

What a message says to everybody is set in the house layout, and its style sheet inlined, once (``_frames``); for each
person only their own fields are filled in, escaped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.enums import Channel
from messaging.errors import TemplateError
from messaging.frames import Frame, Marks, one_line, plain
from messaging.layout import html_of
from messaging.sms import has_link, sign
from messaging.templates import HEADER_FIELDS, HOUSE_FIELDS, PLACEHOLDER, Loaded, MessageTemplate, Shared, house_fields

# Half a megabyte of mail is more than anything of ours says; a longer one is a fault, and large servers refuse it.
LONGEST_MAIL = 500_000
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_LABELLED_LINK = re.compile(r"^(?P<label>.+?)[:：]\s*\{(?P<field>[a-z_]*(?:link|url))\}$")
_BARE_LINK = re.compile(r"^\{(?P<field>[a-z_]*(?:link|url))\}$")
_LONE_CODE = re.compile(r"^\{[a-z_]*code\}$")


@dataclass(frozen=True)
class Rendered:
    """A message ready for its channel; ``subject`` and ``html`` are empty for SMS.

    ``quoted_html`` is ``html`` in quoted-printable where that is its encoding, most of it encoded once for everybody.
    """

    subject: str
    text: str
    html: str = ""
    quoted_html: bytes = b""


@dataclass(frozen=True)
class _Frames:
    subject: Frame
    text: Frame
    html: Frame


def render(
    template: MessageTemplate, params: Mapping[str, Any], *, channel: str, loaded: Loaded | None = None
) -> Rendered:
    """Fill ``template``; raise ``TemplateError`` when a field is missing, an address is not one, or it is too long.

    ``loaded`` is what the template's ``load`` gave for these parameters; without it, it is asked here.
    """
    with translation.override(settings.LANGUAGE_CODE):
        _check_length(params.values())
        if loaded is None and template.load is not None:
            loaded = template.load([params])[0]
            if loaded is None:
                raise TemplateError(_("收件人的资料已经删除，不会再发。"))
        shared = loaded.shared if loaded else None
        fields: Mapping[str, Any] = {**params, **loaded.fields} if loaded else params
        if channel == Channel.SMS:
            return _render_sms(template, fields, shared)
        _check_links(template, fields)
        frames = _frames_of(template, fields, shared)
        rendered = Rendered(
            subject=one_line(frames.subject.fill(fields)),
            text=frames.text.fill(fields).strip() + "\n",
            html=frames.html.fill(fields),
            quoted_html=frames.html.fill_quoted(fields) if frames.html.is_quoted else b"",
        )
        _check_length((rendered.subject, rendered.text, rendered.html))
        return rendered


def preview(template: MessageTemplate, *, channel: str) -> Rendered:
    """Fill ``template`` with its preview data, for staff and tests."""
    return render(template, template.preview, channel=channel)


def _render_sms(template: MessageTemplate, fields: Mapping[str, Any], shared: Shared | None) -> Rendered:
    everything = {**house_fields(), **(_content(shared) if shared else {}), **fields}
    _check_links(template, everything)
    words = Frame.of_text(str(template.sms), PLACEHOLDER, one_line).fill(everything)
    text = sign(words, settings.SMS_SIGNATURE)
    if has_link(text):
        raise TemplateError(_("短信里有链接：短信一律不带链接。"))
    return Rendered(subject="", text=text)


def _frames_of(template: MessageTemplate, fields: Mapping[str, Any], shared: Shared | None) -> _Frames:
    house = (settings.SITE_TITLE, settings.BASE_URL, settings.HOTLINE, settings.OPERATOR_NAME)
    if template.html_template and shared is None:
        # All of it belongs to this one message: nothing to keep, and it may hold a code.
        return _make_frames(template, fields)
    return _kept_frames(template, shared, house, settings.COMPLIANCE_SIGNED, settings.LANGUAGE_CODE)


@lru_cache(maxsize=8)
def _content(shared: Shared) -> Mapping[str, Any]:
    return shared.load()


@lru_cache(maxsize=64)
def _kept_frames(template: MessageTemplate, shared: Shared | None, *_settings: Any) -> _Frames:
    """Return the frames of ``template``; other shared content has another digest, other settings another key."""
    return _make_frames(template, _content(shared) if shared else {})


def _make_frames(template: MessageTemplate, content: Mapping[str, Any]) -> _Frames:
    _check_length(content.values())
    _check_links(template, content)
    constant = {**house_fields(), **content}
    subject = Frame.of_text(str(template.subject), PLACEHOLDER, one_line).bind(constant)
    text = Frame.of_text(str(template.text), PLACEHOLDER, plain).bind(constant)
    if template.html_template:
        names = {*template.params, *template.expands, *HEADER_FIELDS} - constant.keys()
        marks = Marks(sorted(names))
        context = {**constant, **marks, "subject": subject.fill(marks), "hotline": _whole(settings.HOTLINE)}
        source = str(render_to_string(template.html_template, {**_surroundings(), **context}))
    else:
        marks = Marks(sorted({*template.params, *template.expands, *HOUSE_FIELDS, *HEADER_FIELDS}))
        source = _text_in_layout(template, marks)
    _check_length((source,))
    return _Frames(subject, text, Frame.of_page(html_of(source), marks).bind(constant))


def _surroundings() -> dict[str, Any]:
    return {
        "site_title": settings.SITE_TITLE,
        "operator_name": settings.OPERATOR_NAME,
        "compliance_signed": settings.COMPLIANCE_SIGNED,
    }


def _text_in_layout(template: MessageTemplate, marks: Marks) -> str:
    """Return the layout with a template's own text in it, marks where its fields come."""
    paragraphs = re.split(r"\n\s*\n", str(template.text).strip())
    heading = _marked(str(template.subject), marks)
    context = {"subject": heading, "heading": heading, "blocks": [_block(part.strip(), marks) for part in paragraphs]}
    hotline = marks["hotline"]
    page = render_to_string("messaging/mail/text.html", {**_surroundings(), **context})
    head, body, rest = page.partition("<mj-body")
    return "".join((head, body, rest.replace(hotline, _whole(hotline))))


def _whole(number: str) -> str:
    """A telephone number that breaks in the middle is hard to dial."""
    return format_html('<span class="whole">{}</span>', number)


def _marked(text: str, marks: Marks) -> str:
    return PLACEHOLDER.sub(lambda match: marks[match[1]], text)


def _block(paragraph: str, marks: Marks) -> dict[str, Any]:
    if _LONE_CODE.match(paragraph):
        return {"kind": "code", "lines": [{"text": _marked(paragraph, marks)}]}
    return {"kind": "text", "lines": [_line(line.strip(), marks) for line in paragraph.splitlines()]}


def _line(line: str, marks: Marks) -> dict[str, str]:
    labelled = _LABELLED_LINK.match(line)
    if labelled:
        return {"text": _marked(labelled["label"], marks), "href": marks[labelled["field"]]}
    bare = _BARE_LINK.match(line)
    if bare:
        return {"text": _("打开页面"), "href": marks[bare["field"]]}
    return {"text": _marked(line, marks)}


def _check_links(template: MessageTemplate, fields: Mapping[str, Any]) -> None:
    """A field named link or url holds a web address, or the message does not go."""
    for name in template.link_fields:
        if fields.get(name) and not _ADDRESS.fullmatch(str(fields[name])):
            raise TemplateError(_("字段 %(name)s 不是网址。") % {"name": name})


def _check_length(values: Any) -> None:
    """Refuse early: neither the layout nor the sender should chew on megabytes."""
    texts = [value for value in values if isinstance(value, str)]
    if 4 * sum(map(len, texts)) <= LONGEST_MAIL:  # a character takes at most four bytes
        return
    if sum(len(text.encode("utf-8", "replace")) for text in texts) > LONGEST_MAIL:
        raise TemplateError(_("邮件太长：超过 %(limit)d KB。") % {"limit": LONGEST_MAIL // 1000})
