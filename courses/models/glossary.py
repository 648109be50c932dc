"""Terms in plain words."""

from collections.abc import Mapping
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from core.facts import shown_facts
from core.publishing import GatedMixin
from core.structured import absolute


class GlossaryTerm(
    GatedMixin, PreviewableMixin, WorkflowMixin, DraftStateMixin, RevisionMixin, index.Indexed, ClusterableModel
):
    """A term, what it means in one plain sentence, and an example. Behind the publish gate like a page."""

    term = models.CharField(_("词"), max_length=40, unique=True)
    slug = models.SlugField(_("网址名"), max_length=60, unique=True)
    english = models.CharField(_("英文"), max_length=120, blank=True)
    pinyin = models.CharField(
        _("拼音"),
        max_length=120,
        validators=[RegexValidator(r"^[a-z0-9]+( [a-z0-9]+)*$", _("拼音用小写字母，每个字之间空一格。"))],
        help_text=_("例如 jing zhi；按它排序和分组。"),
    )
    plain = models.TextField(_("一句话解释"), help_text=_("不用别的术语，也能看懂。"))
    example = models.TextField(_("例子"), blank=True)
    aliases = models.TextField(_("平时怎么叫"), blank=True, help_text=_("一行一个。搜索这些词也能找到。"))
    unlinked = models.TextField(
        _("课文里不链接的叫法"),
        blank=True,
        help_text=_(
            "一行一个，写词本身或上面的叫法。词和叫法在课文里第一次出现时会链接到这里；"
            "平常话里也这样说、容易认错的，写在这里。"
        ),
    )
    lessons = ParentalManyToManyField("courses.LessonPage", verbose_name=_("在哪些课里讲"), blank=True)
    checked_on = models.DateField(_("核对日期"), null=True, blank=True)
    review_by = models.DateField(_("下次复审"), null=True, blank=True)

    search_fields = [
        index.SearchField("term"),
        index.SearchField("aliases"),
        index.SearchField("plain"),
        index.SearchField("example"),
        index.SearchField("english"),
        index.SearchField("pinyin"),
        index.AutocompleteField("term"),
        index.FilterField("live"),
        index.FilterField("slug"),
    ]

    class Meta:
        ordering = ("pinyin", "term")
        verbose_name = _("术语")
        verbose_name_plural = _("术语")

    def __str__(self) -> str:
        return self.term

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # A new term starts as a draft, whoever makes it.
        if not args and "live" not in kwargs:
            kwargs["live"] = False
        super().__init__(*args, **kwargs)

    @property
    def alias_list(self) -> list[str]:
        return [line.strip() for line in self.aliases.splitlines() if line.strip()]

    @property
    def linked_names(self) -> list[str]:
        """What, in running text, leads to this term."""
        left_out = self._unlinked_names
        return [name for name in dict.fromkeys([self.term, *self.alias_list]) if name not in left_out]

    @property
    def silent_names(self) -> list[str]:
        """The names that lead nowhere in running text."""
        left_out = self._unlinked_names
        return [name for name in dict.fromkeys([self.term, *self.alias_list]) if name in left_out]

    @property
    def _unlinked_names(self) -> set[str]:
        return {line.strip() for line in self.unlinked.splitlines()}

    @property
    def letter(self) -> str:
        """The letter under which the term stands in the index."""
        first = self.pinyin[:1].upper()
        return first if first.isascii() and first.isalpha() else "#"

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "courses/glossary_term.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Return what the term's public page would show."""
        lessons = sorted((lesson for lesson in self.lessons.all() if lesson.live), key=lambda lesson: lesson.path)
        crumbs = [{"title": _("学习"), "url": "/courses/"}, {"title": _("词典"), "url": "/glossary/"}]
        facts = list(shown_facts(self.shown_fact_keys()).values())
        return {"term": self, "lessons": lessons, "section": "courses", "crumbs": crumbs, "used_facts": facts}

    @property
    def share_text(self) -> str:
        return self.plain

    @property
    def share_path(self) -> str:
        return self.get_absolute_url()

    def structured_data(self, context: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the term as schema.org calls it."""
        term = {
            "@type": "DefinedTerm",
            "name": self.term,
            "description": self.plain,
            "url": absolute(self.share_path),
            "inDefinedTermSet": absolute("/glossary/"),
            "alternateName": self.alias_list or None,
        }
        return [term]

    def get_absolute_url(self) -> str:
        return reverse("glossary_term", args=[self.slug])
