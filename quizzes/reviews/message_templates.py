"""The letters about reviews. What is asked is read at the moment of sending; no option and no answer is in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.facts import fill_in
from messaging.enums import Category
from messaging.templates import Loaded, MessageTemplate, register_template
from quizzes.actions.review_mail import LETTER, NOTHING_DUE
from quizzes.enums import ReviewMail, ReviewStatus
from quizzes.models import Review, ReviewPlan

_FOOT = """
收这封信是您在“间隔复习”里选的。
改时间，或暂停复习：{manage_link}
不再接收：{unsubscribe_url}
（点开后按一下就停，不用登录，不问理由）

投资有风险，过往业绩不预示未来表现。有事请打 {hotline}，工作日 9:00 到 17:00。
"""

_LETTER_TEXT = (
    """
您好：

今天复习一道题：

{stem}

{ask}

选项和讲解在这里：{link}

不急。今天不答，它也在“我的学习”里等您。
"""
    + _FOOT
)

_NOTHING_DUE_TEXT = (
    """
您好：

今天没有要复习的题。下一道在{next_day}。

想看看记住了多少：{link}
"""
    + _FOOT
)


def register_message_templates() -> None:
    """Tell messaging what is sent about reviews."""
    base = {
        "plan": 0,
        "link": f"{settings.BASE_URL}/me/review/today/",
        "manage_link": f"{settings.BASE_URL}/me/review/",
        "unsubscribe_url": f"{settings.BASE_URL}/me/review/unsubscribe/example/",
    }
    register_template(
        MessageTemplate(
            key=LETTER,
            label=_("今天的复习题"),
            category=Category.CAMPAIGN,
            subject="今天复习一道题",
            text=_LETTER_TEXT,
            params=("review", "plan", "link", "manage_link", "unsubscribe_url"),
            expands=("stem", "ask"),
            load=_load,
            still_wanted=_still_asked,
            preview={
                **base,
                "review": 0,
                "stem": "老何看中一只基金，经理说：“过去三年，年年第一。”",
                "ask": "只凭这句话，能推出明年也会好吗？",
            },
        )
    )
    register_template(
        MessageTemplate(
            key=NOTHING_DUE,
            label=_("今天没有要复习的题"),
            category=Category.CAMPAIGN,
            subject="今天没有要复习的题",
            text=_NOTHING_DUE_TEXT,
            params=("next_day", "plan", "link", "manage_link", "unsubscribe_url"),
            still_wanted=_still_on,
            preview={**base, "next_day": "12月3日"},
        )
    )


def _load(many: Sequence[Mapping[str, Any]]) -> list[Loaded | None]:
    reviews = Review.objects.select_related("version").in_bulk([params["review"] for params in many])
    return [_words(params, reviews.get(params["review"])) for params in many]


def _words(params: Mapping[str, Any], review: Review | None) -> Loaded | None:
    if not params["review"]:
        return Loaded({"stem": params["stem"], "ask": params["ask"]})
    if review is None:
        return None
    return Loaded({"stem": fill_in(review.version.stem), "ask": fill_in(review.version.ask)})


def _still_asked(many: Sequence[Mapping[str, Any]], now: datetime) -> list[bool]:
    """Tell which letters still ask something: not of what was answered, forgotten or replaced meanwhile."""
    waiting = Review.objects.filter(
        pk__in=[params["review"] for params in many],
        answered_at__isnull=True,
        item__status=ReviewStatus.SCHEDULED,
    )
    open_ones = set(waiting.values_list("pk", flat=True))
    plans = _plans_on(many)
    return [params["review"] in open_ones and params["plan"] in plans for params in many]


def _still_on(many: Sequence[Mapping[str, Any]], now: datetime) -> list[bool]:
    plans = _plans_on(many)
    return [params["plan"] in plans for params in many]


def _plans_on(many: Sequence[Mapping[str, Any]]) -> set[int]:
    plans = ReviewPlan.objects.filter(pk__in=[params["plan"] for params in many], paused_at__isnull=True)
    wanted = plans.exclude(mail=ReviewMail.OFF).select_related("contact_point")
    return {plan.pk for plan in wanted if plan.still_owns_address}
