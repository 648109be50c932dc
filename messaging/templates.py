"""Message templates: each app registers its own, with the fields that fill them and data for a preview."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.enums import Channel
from core.registries import Registry
from messaging.enums import Category
from messaging.errors import ChannelError, MissingFieldError, TemplateError, UnknownTemplateError
from messaging.sms import has_link

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
# Fields that every template may use without declaring them.
HOUSE_FIELDS = ("site", "site_url", "hotline", "operator")
# Fields that any context may carry beside the declared ones; they become headers of the mail.
HEADER_FIELDS = ("unsubscribe_url", "list_id")


@dataclass(frozen=True)
class Shared:
    """What a message says to everybody alike: ``load`` is called once for each ``digest``."""

    digest: str
    load: Callable[[], Mapping[str, Any]] = field(compare=False)


@dataclass(frozen=True)
class Loaded:
    """What the database knows of one message at the moment of sending: a person's own fields, and the common part."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    shared: Shared | None = None


@dataclass(frozen=True)
class Wanted:
    """Whether a message may still go, asked inside the very statement that begins to send it.

    ``condition`` is SQL in which ``{name}`` stands for the parameter of that name, a whole number; both databases must
    understand it. It costs no question of its own, so it is for what is sent by the thousand.
    """

    names: tuple[str, ...]
    condition: str

    def values(self, params: Mapping[str, Any]) -> tuple[int, ...]:
        """Return what ``condition`` is asked about; raise ``LookupError`` or ``ValueError`` when it is not there."""
        return tuple(int(params[name]) for name in self.names)

    def over(self, places: Sequence[str]) -> str:
        """Return the condition with ``places``, one for each name, written in."""
        return self.condition.format(**dict(zip(self.names, places, strict=True)))


# Compared by identity: a template is the key of what was made of it.
@dataclass(frozen=True, eq=False)
class MessageTemplate:
    """What is sent on an occasion.

    ``text`` and ``subject`` make the mail, ``sms`` the short message; an empty one means that the channel is not
    served. ``{field}`` stands for one of ``params``, of ``expands``, or of the house (site, site_url, hotline,
    operator). ``html_template`` is MJML and renders with the same fields; without it the text is set in the house
    layout.

    ``load`` is called at the moment of sending with the parameters of several messages, for all of them at once, and
    gives the fields named in ``expands`` of each, or None for a message whose person is gone: a campaign keeps its
    long body once and a row holds its id. What is the same for everybody comes as ``Shared``, named by a digest, and
    the page around it is made once; in the ``html_template`` of such a template a person's field may only be printed:
    it is filled in later. ``still_wanted`` is asked just before sending, with the parameters of several messages and
    the time, which of them may still go (consent withdrawn, registration cancelled); ``wanted`` says the same in SQL.
    """

    key: str
    label: Any
    category: Category
    subject: Any = ""
    text: Any = ""
    html_template: str | None = None
    sms: Any = ""
    params: tuple[str, ...] = ()
    preview: Mapping[str, Any] = field(default_factory=dict)
    expands: tuple[str, ...] = ()
    load: Callable[[Sequence[Mapping[str, Any]]], Sequence[Loaded | None]] | None = None
    still_wanted: Callable[[Sequence[Mapping[str, Any]], datetime], Sequence[bool]] | None = None
    wanted: Wanted | None = None

    def __post_init__(self) -> None:
        known = {*self.params, *self.expands, *HOUSE_FIELDS, *HEADER_FIELDS}
        for part in (self.subject, self.text, self.sms):
            unknown = sorted(set(PLACEHOLDER.findall(str(part))) - known)
            if unknown:
                raise TemplateError(
                    _("模板 %(key)s 用到了没有声明的字段：%(fields)s。")
                    % {"key": self.key, "fields": "、".join(unknown)}
                )
        if has_link(str(self.sms)):
            raise TemplateError(_("模板 %(key)s 的短信里有链接：短信一律不带链接。") % {"key": self.key})

    @cached_property
    def link_fields(self) -> tuple[str, ...]:
        """The fields that must hold a web address."""
        names = (*self.params, *self.expands, "unsubscribe_url")
        return tuple(name for name in names if name.endswith(("link", "url")))

    def check_channel(self, channel: str) -> None:
        """Raise ``ChannelError`` when the template has nothing to say on ``channel``."""
        body = self.sms if channel == Channel.SMS else (self.text or self.html_template)
        if not body:
            raise ChannelError(
                _("模板 %(key)s 没有%(channel)s内容。") % {"key": self.key, "channel": Channel(channel).label}
            )

    def pick(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the declared fields of ``context``; raise ``MissingFieldError`` that names what is missing.

        What the template does not use is not kept.
        """
        missing = [name for name in self.params if context.get(name) is None]
        if missing:
            raise MissingFieldError(
                _("模板 %(key)s 缺少字段：%(fields)s。") % {"key": self.key, "fields": "、".join(missing)}
            )
        wanted = (*self.params, *HEADER_FIELDS)
        return {name: context[name] for name in wanted if context.get(name) is not None}


_templates: Registry[MessageTemplate] = Registry("message template")


def register_template(template: MessageTemplate) -> MessageTemplate:
    """Make ``template`` known under its key; ``ValueError`` when another one has it."""
    _templates.register(template.key, template)
    return template


def get_template(key: str) -> MessageTemplate:
    """Return the template; raise ``UnknownTemplateError`` when no app registered it."""
    try:
        return _templates.get(key)
    except KeyError as error:
        raise UnknownTemplateError(_("没有登记过的消息模板：%(key)s。") % {"key": key}) from error


def registered_templates() -> Iterator[MessageTemplate]:
    """Return every template, in the order of registration."""
    for _key, template in _templates:
        yield template


def house_fields() -> dict[str, str]:
    """Return the fields that every template may use."""
    return {
        "site": settings.SITE_TITLE,
        "site_url": settings.BASE_URL,
        "hotline": settings.HOTLINE,
        "operator": settings.OPERATOR_NAME,
    }
