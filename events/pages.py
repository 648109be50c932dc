"""The editorial pages of the events section; dates, seats and people are in events.models."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.search import index

from core.dates import in_english
from core.pages import BasePage
from core.structured import breadcrumb
from core.templatetags.typography import plain_title
from events.blocks import RICH_TEXT_FEATURES, AgendaItemBlock, EventBodyBlock, SpeakerBlock
from events.enums import EventKind, EventMode, SeatState

if TYPE_CHECKING:
    from events.models import EventSession


class EventIndexPage(BasePage):
    """``/events/``: what is coming, by date, with filters."""

    intro = models.CharField(_("一句话介绍"), max_length=200, blank=True)

    template = "events/event_index_page.html"
    subpage_types = ["events.EventPage"]
    max_count = 1
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("活动首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the sessions that match the filters in the address; touches nothing personal."""
        from events.queries import list_sessions

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["section"] = "events"
        context["listing"] = list_sessions(filters=request.GET, now=timezone.now(), past=False)
        return context


class EventPage(BasePage):
    """``/events/<slug>/``: what the event is about. Its dates are ``EventSession`` rows."""

    kind = models.CharField(_("形式"), max_length=12, choices=EventKind.choices, default=EventKind.SEMINAR)
    mode = models.CharField(_("线下或线上"), max_length=12, choices=EventMode.choices, default=EventMode.ONSITE)
    summary = RichTextField(_("简介"), features=RICH_TEXT_FEATURES)
    body = StreamField(EventBodyBlock(), verbose_name=_("正文"), blank=True)
    agenda = StreamField([("item", AgendaItemBlock())], verbose_name=_("议程"), blank=True)
    speakers = StreamField([("speaker", SpeakerBlock())], verbose_name=_("主讲"), blank=True)
    city = models.CharField(_("城市"), max_length=40, help_text=_("线上活动写“线上”。"))
    venue = models.CharField(_("场地"), max_length=120)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    access_note = models.TextField(_("无障碍与到场说明"), blank=True)
    access_options = models.TextField(
        _("可以为来的人准备什么"), blank=True, help_text=_("每行一项，例如：大字资料。报名时可以勾选。")
    )
    contact = models.CharField(_("咨询电话"), max_length=80, blank=True, help_text=_("留空则用全站热线。"))

    template = "events/event_page.html"
    parent_page_types = ["events.EventIndexPage"]
    subpage_types: list[str] = []

    search_fields = [
        *BasePage.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("body"),
        index.SearchField("agenda"),
        index.SearchField("speakers"),
        index.SearchField("city"),
        index.SearchField("venue"),
        index.SearchField("get_kind_display"),
        index.FilterField("kind"),
        index.FilterField("mode"),
        index.FilterField("city"),
    ]
    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("mode")]),
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldPanel("city"),
                FieldPanel("venue"),
                FieldPanel("address"),
                FieldPanel("access_note"),
                FieldPanel("access_options"),
                FieldPanel("contact"),
            ],
            heading=_("在哪里"),
        ),
        FieldPanel("agenda"),
        FieldPanel("speakers"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("活动页面")

    @property
    def plain_title(self) -> str:
        """The title without its phrase marks."""
        return plain_title(self.title)

    @property
    def manner(self) -> str:
        """Mode and kind in one phrase: 线下沙龙, or Onsite salon."""
        words = [str(self.get_mode_display()), str(self.get_kind_display())]
        return " ".join(words).capitalize() if in_english() else "".join(words)

    @property
    def is_online(self) -> bool:
        return self.mode == EventMode.ONLINE

    @property
    def place(self) -> str:
        """Where it is, in one line for messages, tickets and calendars."""
        if self.is_online:
            return str(_("线上"))
        return self.venue if self.city in self.venue else f"{self.city} {self.venue}"

    @property
    def share_text(self) -> str:
        return self.search_description or Truncator(strip_tags(self.summary)).chars(100)

    def structured_data(self, context: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return each coming date as an event of its own; a cancelled one says so."""
        from events.structured import event_data

        dates = [event_data(self, card) for card in context.get("cards", ()) if card.state != SeatState.PAST]
        return [*dates, breadcrumb([{"title": _("活动"), "url": "/events/"}], self.plain_title)]

    def access_choices(self) -> list[str]:
        """What a guest may ask to have prepared, as the editor listed it."""
        return [line.strip() for line in self.access_options.splitlines() if line.strip()]

    def ordered_sessions(self) -> Iterable["EventSession"]:
        """Coming sessions in order of time, then past ones, the latest first."""
        now = timezone.now()
        sessions = list(self.sessions.all())  # type: ignore[attr-defined]
        coming = sorted((s for s in sessions if s.ends_at > now), key=lambda s: s.starts_at)
        past = sorted((s for s in sessions if s.ends_at <= now), key=lambda s: s.starts_at, reverse=True)
        return [*coming, *past]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the dates with their seats in words; touches nothing personal."""
        from events.queries import present_session

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        now = timezone.now()
        cards = []
        for session in self.ordered_sessions():
            session.page = self
            cards.append(present_session(session, now=now))
        context["section"] = "events"
        context["cards"] = cards
        context["card"] = cards[0] if cards else None
        return context
