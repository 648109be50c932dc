"""What lessons and articles share: a body of blocks, its outline, its sources and what it says as plain text."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from core.blocks import SourceBlock
from core.facts import shown_facts
from core.pages import SignedMixin
from core.readable import readable_text
from core.structured import absolute, moment, organization
from courses.alerts import current_alert
from courses.blocks import LessonBody, changeable, offered, read_change
from courses.enums import ChangeKind
from courses.glossary_links import card_fact_keys, term_links
from courses.related import related_pages
from quizzes.models import Misconception

CHANGE_PANEL = MultiFieldPanel([FieldPanel("change_kind"), FieldPanel("change_note")], heading=_("更正与更新"))


@dataclass(frozen=True)
class Item:
    """A block of the body with the number of its section (sections only) and its place on the page."""

    block: Any
    number: int
    anchor: str


@dataclass(frozen=True)
class Heading:
    """A line of the contents list."""

    number: int
    anchor: str
    short: str
    block: str = ""


class BodyMixin(SignedMixin):
    """A signed text made of blocks."""

    minutes = models.PositiveSmallIntegerField(_("约几分钟"), default=8)
    body = StreamField(LessonBody(), verbose_name=_("内容"), blank=True)
    sources = StreamField([("source", SourceBlock())], verbose_name=_("出处"), blank=True)
    change_kind = models.CharField(_("这次是"), max_length=12, choices=ChangeKind.choices, blank=True)
    change_note = models.CharField(
        _("这次改了什么（给学过的人看）"),
        max_length=200,
        blank=True,
        help_text=_("一两句话，写明哪里改了、改成什么。发布后列在页尾“更正与更新”里，这里就空出来；改错字不用写。"),
    )
    # Which change of the page the words tell of, counted from one; 0 where no form has said so.
    change_number = models.PositiveSmallIntegerField(default=0, editable=False)
    # A field of each page, in its own place in the form.
    dimensions: Any

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.checked_on and self.review_by and self.review_by <= self.checked_on:
            raise ValidationError({"review_by": gettext("下次复审要晚于核对日期。")})
        self.change_note = self.change_note.strip()
        if self.change_note and not self.change_kind:
            raise ValidationError({"change_kind": gettext("请选是更正还是更新。")})

    @cached_property
    def outline(self) -> list[Item]:
        """The blocks in order; sections are numbered from one and can be linked to as ``#s1``."""
        items, number = [], 0
        for place, block in enumerate(self.body):
            if block.block_type == "section":
                number += 1
            anchor = f"s{number}" if block.block_type == "section" else f"b{place + 1}"
            items.append(Item(block, number, anchor))
        return items

    @property
    def headings(self) -> list[Heading]:
        return [
            Heading(
                item.number,
                item.anchor,
                item.block.value["short"] or item.block.value["title"].replace("|", ""),
                item.block.id or "",
            )
            for item in self.outline
            if item.block.block_type == "section"
        ]

    @cached_property
    def misconceptions_by_code(self) -> dict[str, Misconception]:
        """The misconceptions that the blocks name, in one query; none when no block names any."""
        codes = [block.value["code"] for block in self.body if block.block_type == "misconception"]
        return {row.code: row for row in Misconception.objects.filter(code__in=codes)} if codes else {}

    def shown_fact_keys(self) -> list[str]:
        """Return the facts of the text and of the misconceptions that it shows."""
        corrected = self.misconceptions_by_code.values()
        return list(dict.fromkeys([*self.fact_keys(), *(key for row in corrected for key in row.fact_keys())]))  # type: ignore[attr-defined]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Ask in one query for the facts of the text and of the cards of its terms."""
        shown_facts([*self.shown_fact_keys(), *card_fact_keys()])
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        return context

    def body_context(self) -> dict[str, Any]:
        return {"outline": self.outline, "headings": self.headings, "misconceptions": self.misconceptions_by_code}

    def change_context(self) -> dict[str, Any]:
        return {"changes": list(self.listed_changes())}

    def listed_changes(self) -> models.QuerySet[Any]:
        """Return what was corrected and updated since the page became public, the newest first."""
        from courses.models.changes import PageChange

        return PageChange.objects.filter(page=self.pk)  # type: ignore[attr-defined]

    def tells_of_a_listed_change(self) -> bool:
        """Whether the words about a change are those of one that is listed, and not of a new one."""
        listed = self.listed_changes() if self.change_note else ()
        return self.change_number <= len(listed) and any(change.text == self.change_note for change in listed)

    def surroundings(self, request: HttpRequest) -> dict[str, Any]:
        """Return what comes to the text for a reader now: the alert that concerns it, what else to read, the terms."""
        alert = current_alert(now=timezone.now(), dimensions=self.dimensions, leave_out=self.pk)
        return {
            "alert": alert.bound(request) if alert else None,
            "related": related_pages(self),
            "term_links": term_links(),
        }

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve the page; answers to a parameter that no control of the page sends are not stored by any cache."""
        response: TemplateResponse = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        if not self._asks_what_the_page_offers(request):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def _asks_what_the_page_offers(self, request: HttpRequest) -> bool:
        value = request.GET.get("value")
        if not all(self._offers(name, request.GET.get(name)) for name in ("guess", "check")):
            return False
        if value is None:
            return True
        figure = next(
            (item.value for item in self.body if item.block_type == "figure" and changeable(item.value)), None
        )
        change = read_change(figure, value) if figure is not None else None
        return change is not None and not change.error and change.shown == value

    def _offers(self, name: str, answer: str | None) -> bool:
        """Tell whether ``answer`` is none, or the key of an option of the page's guess or check."""
        if answer is None:
            return True
        kind = {"guess": "prediction", "check": "check"}[name]
        block = next((block for block in self.body if block.block_type == kind), None)
        return block is not None and offered(name, answer, count=len(block.value["options"]))

    def described(self, kind: str) -> dict[str, Any]:
        """Return what schema.org calls any text of ours: what, for whom, from whom and when."""
        page: Any = self
        return {
            "@type": kind,
            "name": str(page),
            "description": page.share_text,
            "url": absolute(page.share_path),
            "image": absolute(static("img/share.png")),
            "inLanguage": "zh-CN",
            "isAccessibleForFree": True,
            "timeRequired": f"PT{self.minutes}M",
            "datePublished": moment(page.first_published_at),
            "dateModified": moment(page.last_published_at),
            "author": {"@type": "Person", "name": self.author_name} if self.author_name else organization(),
            "publisher": organization(),
        }

    def misconception_text(self) -> str:
        """The misconceptions' words, for search."""
        return "\n".join(f"{row.belief} {row.correction} {row.why}" for row in self.misconceptions_by_code.values())

    def published_text(self) -> str:
        """Return the words a reader sees, for the record of published versions."""
        rendered = "".join(
            item.block.render(
                context={"number": item.number, "anchor": item.anchor, "for_record": True, **self.body_context()}
            )
            for item in self.outline
        )
        signature = f"{self.author_name} {self.reviewer_name} {self.checked_on or ''}"
        sources = [str(item.value["text"]) for item in self.sources]
        return "\n".join(
            [str(self), *self.lead_lines(), readable_text(rendered), *sources, self.change_note, signature]
        )

    def lead_lines(self) -> list[str]:
        """Return what stands between title and body."""
        return []
