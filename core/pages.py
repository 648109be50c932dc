"""The abstract page that every page type derives from."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.models import Page, PageViewRestriction

from core.editing import check_schedule, overtaken_message
from core.facts import shown_facts
from core.preferences import Preferences
from core.publishing import GatedMixin
from core.routing import pages_above

_KIND_ENDINGS = ("page", "index")
# Name of a preview mode -> print size and colours of the reader who is looked over the shoulder.
_READERS = {"": ("", "light"), "dark": ("", "dark"), "large": ("l", "light"), "largest": ("xl", "light")}


def dated_slug(page: Page, parent: Page | None) -> str:
    """Return a free address such as ``article-20261123-1`` for a title from which none can be made."""
    kind = page._meta.model_name or "page"
    for ending in _KIND_ENDINGS:
        kind = kind.removesuffix(ending) or kind
    stem = f"{kind}-{timezone.localdate():%Y%m%d}"
    number = 1
    while parent is not None and not Page._slug_is_available(f"{stem}-{number}", parent, page):
        number += 1
    return f"{stem}-{number}"


class BasePageForm(WagtailAdminPageForm):
    """Lets the address be left empty: it comes from the title, or from the date when the title is Chinese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("网址里的一段：小写字母、数字和连字符。留空则自动取一个。")

    def clean(self) -> dict[str, Any]:
        """Hand the form back when somebody else has saved meanwhile, and refuse a time that is over."""
        cleaned: dict[str, Any] = super().clean()
        overtaken = getattr(self.instance, "overtaken_by", None)
        if overtaken is not None:
            self.add_error(None, overtaken_message(overtaken))
        check_schedule(self, now=timezone.now())
        return cleaned

    def clean_slug(self) -> str:
        typed = str(self.cleaned_data.get("slug") or "").strip("-")
        if typed:
            return typed
        if self.instance.slug:
            return str(self.instance.slug)
        base = slugify(str(self.cleaned_data.get("title", "")))
        # A few digits or letters out of a Chinese title say nothing.
        if len(base.replace("-", "")) < len(str(self.cleaned_data.get("title", ""))) / 2:
            base = ""
        if base and Page._slug_is_available(base, self.parent_page, self.instance):
            return base
        return dated_slug(self.instance, self.parent_page)


class BasePage(GatedMixin, Page):
    """A page behind the publish gate, whose copies start as drafts."""

    base_form_class = BasePageForm
    # The revision of somebody else that the form at hand would overwrite; set while it is judged.
    overtaken_by: Any = None
    content_panels = [
        TitleFieldPanel(
            "title", help_text=_("读者看到的标题。可以用竖线 | 标出换行的地方，竖线本身不会显示。"), targets=[]
        )
    ]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.title).replace("|", "")

    def get_admin_display_title(self) -> str:
        """Return the title without its phrase marks."""
        return str(super().get_admin_display_title()).replace("|", "")

    def get_url_parts(self, request: Any = None) -> Any:
        """Name the site by ``BASE_URL``: the host in Wagtail's site record is nobody's to keep in step."""
        parts = super().get_url_parts(request)
        return parts and (parts[0], settings.BASE_URL, parts[2])

    def get_view_restrictions(self) -> Any:
        """Return what Wagtail returns, in one query; copies that follow another page (aliases) take Wagtail's two."""
        if any(page.alias_of_id for page in (self, *pages_above(self))):
            return super().get_view_restrictions()
        paths = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        return PageViewRestriction.objects.filter(page__path__in=paths)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the facts that the page shows, which is one query for all of them and none without any."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        keys = self.shown_fact_keys()
        return {**context, "used_facts": list(shown_facts(keys).values()) if keys else []}

    @property
    def share_text(self) -> str:
        """Say in a sentence or two what the page is about, for those to whom it is sent."""
        return str(self.search_description)

    @property
    def share_path(self) -> str:
        return str(self.url or "/")

    def structured_data(self, context: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what the page is in the words of schema.org; ``context`` is what its template gets."""
        return []

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Return the readers to look as; the width is chosen apart."""
        return [("", _("标准")), ("dark", _("深色")), ("large", _("大字版")), ("largest", _("特大字"))]

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        return [
            {"name": "phone", "icon": "mobile-alt", "device_width": 390, "label": _("手机，宽 390")},
            {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": _("桌面，宽 1280")},
        ]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the page, in Chinese, to the reader whom ``mode_name`` means; the editor's own cookies do not count."""
        size, theme = _READERS.get(mode_name, _READERS[""])
        language = settings.LANGUAGE_CODE
        request.preferences = Preferences(language=language, size=size, theme=theme)  # type: ignore[attr-defined]
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response: HttpResponse = super().serve_preview(request, mode_name)
            # Rendered here, where the language holds.
            return response.render() if isinstance(response, TemplateResponse) else response

    def _set_core_field_defaults(self) -> None:
        """Give a page that nobody named an address; Wagtail's own way finds none in a Chinese title."""
        super()._set_core_field_defaults()
        if not self.slug and self.path:  # type: ignore[has-type]
            self.slug = dated_slug(self, self.get_parent())

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """Copy as a draft: what was approved here was not approved there."""
        kwargs["keep_live"] = False
        return super().copy(*args, **kwargs)


class SignedMixin(models.Model):
    """Who wrote a text, who checked it and when: shown above its title."""

    author_name = models.CharField(_("作者"), max_length=40, blank=True)
    reviewer_name = models.CharField(_("审核"), max_length=40, blank=True)
    checked_on = models.DateField(_("核对日期"), null=True, blank=True)
    review_by = models.DateField(_("下次复审"), null=True, blank=True, db_index=True)

    signature_panels = [
        MultiFieldPanel(
            [FieldPanel("author_name"), FieldPanel("reviewer_name"), FieldPanel("checked_on"), FieldPanel("review_by")],
            heading=_("署名与核对"),
        )
    ]

    class Meta:
        abstract = True
