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

from courses.blocks import CHECK_KEYS
from courses.learning.sections import Place
from courses.term_links import LinkedTerm, TermLinks
from edu_site.stylesheet import read_tokens
from quizzes.reviews.queries import FEWEST_ANSWERS, Retention

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

    pk: int = 0
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
            **_learning(),
        },
    )


def _learning() -> dict[str, Any]:
    """Return what the parts of lessons, paths and reviews show."""
    answers = (
        ("一年后净值会涨一成", False, "净值说的是现在一份值多少钱，它自己不说明以后会怎样。"),
        ("今天一份值一元二角", True, "净值就是一份基金今天值多少钱。"),
    )
    options = [
        {"key": key, "text": text, "right": right, "feedback": feedback}
        for key, (text, right, feedback) in zip(CHECK_KEYS, answers, strict=False)
    ]
    term = LinkedTerm("净值", "/glossary/", "一份基金今天值多少钱。", names=("净值",))
    rows = [Retention(1, 6, 9, 10), Retention(7, 29, 7, 9), Retention(30, 89, 2, 3), Retention(90, None, 0, 0)]
    return {
        "check": {"question": "基金的净值是 1.20 元，这句话说的是什么？"},
        "options": options,
        "wrong_option": options[0],
        "right_option": options[1],
        "term_html": TermLinks([term]).link("<p>老何在手机上看到：这只基金的净值是 1.20 元。</p>"),
        "place": Place(2, 6, "st-learn"),
        "progress": {
            "done": 2,
            "total": 6,
            "begun": True,
            "go_on": {"lesson": {"url": "#st-learn", "title": SamplePage.title}},
        },
        "progress_done": {"done": 6, "total": 6, "begun": True, "go_on": None},
        "rows": rows,
        "answers": sum(row.total for row in rows),
        "fewest": FEWEST_ANSWERS,
    }


def _swatches() -> list[dict[str, Any]]:
    themes = read_tokens(_stylesheet().read_text(encoding="utf-8"))
    return [{"name": name, "tokens": sorted(tokens.items())} for name, tokens in themes.items()]


def _stylesheet() -> Path:
    return Path(settings.BASE_DIR) / "static_src" / "css" / "site.css"


def _drawings_folder() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "includes" / "svg"
