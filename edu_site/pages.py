"""The home page and the pages of plain information."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.search import index
from wagtail.url_routing import RouteResult

from core.blocks import PlainBody, SourceBlock
from core.pages import BasePage, SignedMixin
from core.readable import readable_text
from core.routing import route_by_address
from core.structured import absolute, organization
from courses.alerts import Alert, current_alert
from edu_site import queries
from edu_site.blocks import DoorBlock, QuestionBlock, TrackBlock

# A page shorter than this needs no list of its contents.
CONTENTS_FROM = 4
PHRASE_HELP = _("想在哪里换行，就在那里写一个“|”。")


class HomePage(BasePage):
    """``/``: a promise, a question answerable in place, three doors, and what is new."""

    promise = models.CharField(_("一句承诺"), max_length=40, help_text=PHRASE_HELP)
    promise_sub = models.CharField(_("承诺下面一行"), max_length=60, blank=True)
    alert_text = models.CharField(
        _("风险提示"), max_length=40, blank=True, help_text=_("一行就好；不写就不显示。读者可以收起。")
    )
    alert_link = models.CharField(_("风险提示通向"), max_length=200, blank=True)
    question = StreamField([("question", QuestionBlock())], verbose_name=_("想一想"), blank=True, max_num=1)
    doors = StreamField([("door", DoorBlock())], verbose_name=_("三扇门"), blank=True, max_num=3)
    tracks = StreamField([("track", TrackBlock())], verbose_name=_("三条主线"), blank=True, max_num=3)
    tracks_heading = models.CharField(_("主线的标题"), max_length=30, default="三条主线")
    events_empty = models.CharField(_("没有活动时"), max_length=80, blank=True)
    subscribe_heading = models.CharField(_("订阅的标题"), max_length=30, default="每月一封信")
    subscribe_text = models.CharField(_("订阅的说明"), max_length=80, blank=True)

    template = "edu_site/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("promise"), FieldPanel("promise_sub")], heading=_("第一屏")),
        MultiFieldPanel(
            [FieldPanel("alert_text"), FieldPanel("alert_link")],
            heading=_("当前风险提示"),
            help_text=_("有“风险提示”文章正在提示读者时，首页先显示那一篇的，这里的等它结束再显示。"),
        ),
        FieldPanel("question"),
        FieldPanel("doors"),
        MultiFieldPanel([FieldPanel("tracks_heading"), FieldPanel("tracks")], heading=_("三条主线")),
        FieldPanel("events_empty"),
        MultiFieldPanel([FieldPanel("subscribe_heading"), FieldPanel("subscribe_text")], heading=_("订阅")),
    ]

    class Meta:
        verbose_name = _("首页")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find any page of the site by its whole address, instead of two look-ups a level."""
        if not path_components:
            return super().route(request, path_components)
        return route_by_address(self, path_components)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        question = self.question[0].value if self.question else None
        counts = queries.lesson_counts()
        context.update(
            is_home=True,
            question=question,
            guess=guessed(question, request.GET.get("guess", "")),
            question_lesson=queries.lesson_by_code(question["lesson"]) if question else None,
            tracks=[
                {"track": block.value, "tiers": queries.tiers_of(counts, block.value["slug"])} for block in self.tracks
            ],
            lessons_live=sum(count.live for count in counts.values()),
            lessons_planned=sum(count.planned for count in counts.values()),
            sessions=queries.upcoming_sessions(now=timezone.now()),
            lessons=queries.newest_lessons(),
            articles=queries.newest_articles(),
            alert=self._alert(request),
        )
        return context

    @property
    def share_text(self) -> str:
        return self.search_description or self.promise_sub or self.promise

    def structured_data(self, context: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the site with its search, and who runs it."""
        search = {
            "@type": "SearchAction",
            "target": absolute("/search/?q={search_term_string}"),
            "query-input": "required name=search_term_string",
        }
        site = {
            "@type": "WebSite",
            "name": settings.SITE_TITLE,
            "url": absolute("/"),
            "inLanguage": "zh-CN",
            "publisher": organization(),
            "potentialAction": search,
        }
        return [site]

    def _alert(self, request: HttpRequest) -> Alert | None:
        """Return the alert of the day, else the line written here by hand."""
        alert = current_alert(now=timezone.now())
        if alert is not None:
            return alert.bound(request)
        return Alert(key=self.alert_text, line=self.alert_text, url=self.alert_link) if self.alert_text else None

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve the page; answers to a guess that the page does not offer are not stored by any cache."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        asked = request.GET.get("guess")
        question = self.question[0].value if self.question else None
        if asked is not None and guessed(question, asked) is None:
            response.headers["Cache-Control"] = "private, no-store"
        return response


@dataclass(frozen=True)
class Guess:
    """What the reader chose on the home page, and how it stands to the answer."""

    key: str
    right: bool
    heading: str
    reply: str


def guessed(question: Any, key: str) -> Guess | None:
    """Return the reader's choice in words; None when nothing, or nothing that is offered, was chosen."""
    if question is None:
        return None
    for option in question["options"]:
        if option["key"] == key:
            right = key == question["answer"]
            return Guess(
                key=key,
                right=right,
                heading=question["result_right" if right else "result_wrong"],
                reply=option["reply"],
            )
    return None


@dataclass
class Part:
    """A heading of an information page and the blocks below it."""

    anchor: str
    section: Any = None
    blocks: list[Any] = field(default_factory=list)


def parts_of(body: StreamValue) -> list[Part]:
    """Return the blocks of ``body`` grouped by their headings; what stands above the first heading has none."""
    parts: list[Part] = []
    for block in body:
        if block.block_type == "section":
            parts.append(Part(anchor=f"s{len(parts) + 1}", section=block.value))
        else:
            if not parts:
                parts.append(Part(anchor="s0"))
            parts[-1].blocks.append(block)
    return parts


class InfoLayout(models.TextChoices):
    STANDARD = "standard", _("一般")
    URGENT = "urgent", _("急用：步骤在最前，电话做成大按钮")


class InfoPage(SignedMixin, BasePage):  # type: ignore[django-manager-missing]
    """A page of plain information: about, rights, help, privacy, accessibility."""

    intro = models.TextField(_("开头一两句"), max_length=160)
    layout = models.CharField(_("版式"), max_length=10, choices=InfoLayout.choices, default=InfoLayout.STANDARD)
    body = StreamField(PlainBody(), verbose_name=_("正文"))
    sources = StreamField([("source", SourceBlock())], verbose_name=_("出处"), blank=True)

    parent_page_types = ["edu_site.HomePage", "edu_site.InfoPage"]

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldPanel("sources"),
        *SignedMixin.signature_panels,
    ]
    settings_panels = [*BasePage.settings_panels, FieldPanel("layout")]
    search_fields = [*BasePage.search_fields, index.SearchField("intro"), index.SearchField("body")]

    class Meta:
        verbose_name = _("说明页")
        verbose_name_plural = _("说明页")

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        if self.layout == InfoLayout.URGENT:
            return "edu_site/help_now_page.html"
        return "edu_site/info_page.html"

    @property
    def share_text(self) -> str:
        return self.search_description or self.intro

    def published_text(self) -> str:
        """Return the words a reader sees, for the record of published versions."""
        body = "".join(
            f"\n{block.value['title']}\n"
            if block.block_type == "section"
            else render_to_string("edu_site/includes/block.html", {"block": block})
            for block in self.body
        )
        sources = [str(source.value["text"]) for source in self.sources]
        signature = f"{self.author_name} {self.reviewer_name} {self.checked_on or ''}".strip()
        return "\n".join(line for line in [self.title, self.intro, readable_text(body), *sources, signature] if line)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        parts = parts_of(self.body)
        contents = [part for part in parts if part.section]
        first = [block for part in parts if not part.section for block in part.blocks]
        context.update(
            # On the urgent page the steps come before any other word.
            first_steps=[block for block in first if block.block_type == "steps"],
            first_words=[block for block in first if block.block_type != "steps"],
            parts=parts,
            contents=contents if len(contents) >= CONTENTS_FROM else [],
            section="suspect" if self.layout == InfoLayout.URGENT else "",
        )
        return context
