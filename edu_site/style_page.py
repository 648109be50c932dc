"""``/cms/style/``: every component of the design system as it stands now, for staff."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from edu_site.stylesheet import read_tokens

GROUNDS = ("paper", "raised", "tint")
TEXTS = ("ink", "soft", "indigo", "visited", "vermilion", "bamboo", "amber", "error")
SERIES = tuple(f"series-{number}" for number in range(1, 7))


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("怎么称呼您"), max_length=20, help_text=_("写“王女士”也可以，不用真名。"))
    contact = forms.EmailField(label=_("邮箱"), error_messages={"invalid": _("这个邮箱少了“@”，请看一眼。")})
    city = forms.ChoiceField(label=_("城市"), choices=[("sh", "上海"), ("hz", "杭州")])
    way = forms.ChoiceField(
        label=_("怎么通知您"), choices=[("mail", _("发邮件")), ("sms", _("发短信"))], widget=forms.RadioSelect
    )
    topics = forms.MultipleChoiceField(
        label=_("想听什么"),
        choices=[("fee", _("费用")), ("risk", _("风险"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(label=_("想说的话"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label=_("我同意把联系方式用于这场活动的通知"))


@dataclass(frozen=True)
class SamplePage:
    """Stands in for a page in the includes."""

    title: str = "一页产品资料概要怎么读"
    author_name: str = "林言"
    reviewer_name: str = "周正"
    checked_on: date = date(2026, 11, 20)
    review_by: date = date(2027, 5, 20)


@require_GET
def style_page(request: HttpRequest) -> HttpResponse:
    """Show every component, in the reader's own modes. Wagtail lets only staff come here."""
    wrong = SampleForm({"name": "王女士", "contact": "wang.example.com", "way": "mail"}, auto_id="wrong_%s")
    return render(
        request,
        "style/style_page.html",
        {
            "tokens": _swatches(),
            "drawings": sorted(path.stem for path in _drawings_folder().glob("*.svg")),
            "form": SampleForm(auto_id="right_%s", initial={"city": "sh"}),
            "wrong_form": wrong,
            "page": SamplePage(),
            "trail": [(gettext("学习"), "/courses/"), (gettext("投资决策"), "/courses/decision/")],
            "page_obj": Paginator(range(90), 10).get_page(4),
            "grounds": GROUNDS,
            "texts": TEXTS,
            "series": SERIES,
        },
    )


def _swatches() -> list[dict[str, Any]]:
    themes = read_tokens(_stylesheet().read_text(encoding="utf-8"))
    return [{"name": name, "tokens": sorted(tokens.items())} for name, tokens in themes.items()]


def _stylesheet() -> Path:
    return Path(settings.BASE_DIR) / "static_src" / "css" / "site.css"


def _drawings_folder() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "includes" / "svg"
