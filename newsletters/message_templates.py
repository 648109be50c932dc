"""The messages that this app sends. Their words live here; letters bring their own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.enums import Category
from messaging.templates import Loaded, MessageTemplate, Shared, Wanted, register_template
from newsletters.enums import SubscriptionStatus
from newsletters.letters import letter_fields
from newsletters.links import MANAGE, link_url
from newsletters.models import Campaign, Subscription

CONFIRM_TEXT = """
您好：

有人用这个邮箱在{site}申请订阅。是您本人，请打开下面的页面，点“确认订阅”：

打开确认页：{link}

不确认就不算订阅，我们不会再发信来。不是您本人，不用理会。链接 3 天内有效。

信里有一节课、一个真实情境、一场活动，没有产品，也不会有人因此联系您推销。以后每封信里都能一键退订。

有事请打 {hotline}，工作日 9:00 到 17:00。
"""

WELCOME_TEXT = """
您好：

您已订阅，下一封信会发到这里。

三件事请您放心，也请您记住：
一、我们的信不推荐任何产品，不预测涨跌。
二、我们不会在信里或电话里问您要密码、验证码、银行卡号。
三、哪天不想收了，点每封信下面的“不再接收”，一步退订，不问理由。

改主题、改频率或退订：{link}

认一认我们的发信地址和短信号码：打开{site}，看“我们发的消息”（/about/messages/）。

有事请打 {hotline}，工作日 9:00 到 17:00。
"""

UNSUBSCRIBED_TEXT = """
您好：

已经退订。从现在起，我们不再给您发信。

这封是最后一封，您不用回复。已报名活动的通知不受影响；不想收，取消报名即可。

如果是点错了，随时可以自己再订：{link}

有事请打 {hotline}，工作日 9:00 到 17:00。
"""

CAMPAIGN_TEXT = """
{greeting}

{letter_text}

----
{subscribed_line}
不再接收：{unsubscribe_url}
（点开后按一下就退订，不用登录，不问理由）
改主题或频率：{manage_url}
在浏览器里看：{archive_url}

投资有风险，过往业绩不预示未来表现。本邮件只用于投资者教育，不构成投资建议，不推荐任何产品。
我们不会向您要密码、验证码、银行卡号，也不会让您转账。
{operator}  电话 {hotline}
"""

_LETTER_FIELDS = ("mail_subject", "preheader", "headline", "period", "parts", "letter_text", "sms_body", "archive_url")
_PERSON_FIELDS = ("greeting", "subscribed_line", "manage_url")


# Subscribed to the campaign's topic at this very moment, and the campaign not cancelled.
_WANTED = Wanted(
    names=("subscription", "campaign"),
    condition="""EXISTS (
    SELECT 1 FROM newsletters_subscription s
    JOIN newsletters_subscriptiontopic t ON t.subscription_id = s.id
    JOIN newsletters_campaign c ON c.topic = t.topic
    WHERE s.id = {subscription} AND s.status = 'active' AND c.id = {campaign} AND c.status <> 'cancelled')""",
)


def register_message_templates() -> None:
    """Tell messaging what this app sends."""
    register_template(
        MessageTemplate(
            key="newsletters.confirm",
            label=gettext_lazy("订阅确认"),
            category=Category.SERVICE,
            subject="请确认：要订阅我们的信吗",
            text=CONFIRM_TEXT,
            params=("link", "subscription", "round"),
            preview={"link": f"{settings.BASE_URL}/newsletters/confirm/example/", "subscription": 0, "round": 0},
            still_wanted=_still_pending,
        )
    )
    register_template(
        MessageTemplate(
            key="newsletters.welcome",
            label=gettext_lazy("订阅成功"),
            category=Category.SERVICE,
            subject="订阅好了",
            text=WELCOME_TEXT,
            sms="订阅好了，每月一条，不带链接，不推荐产品。有事请打{hotline}，拒收请回复R",
            params=("link", "subscription"),
            preview={"link": f"{settings.BASE_URL}/newsletters/manage/example/", "subscription": 0},
            still_wanted=_still_subscribed,
        )
    )
    register_template(
        MessageTemplate(
            key="newsletters.unsubscribed",
            label=gettext_lazy("退订成功"),
            category=Category.SERVICE,
            subject="已退订，不会再发",
            text=UNSUBSCRIBED_TEXT,
            sms="已退订，不会再发。已报名活动的通知照常。有事请打{hotline}",
            params=("link",),
            preview={"link": f"{settings.BASE_URL}/newsletters/subscribe/"},
        )
    )
    preview = _preview()
    register_template(
        MessageTemplate(
            key="newsletters.campaign",
            label=gettext_lazy("群发的信"),
            category=Category.CAMPAIGN,
            subject="{mail_subject}",
            text=CAMPAIGN_TEXT,
            html_template="newsletters/mail/campaign.html",
            sms="{sms_body}",
            params=("campaign", "subscription"),
            expands=(*_LETTER_FIELDS, *_PERSON_FIELDS),
            load=load_letters,
            wanted=_WANTED,
            preview=preview,
        )
    )
    register_template(
        MessageTemplate(
            key="newsletters.campaign_test",
            label=gettext_lazy("群发的信（测试）"),
            category=Category.SERVICE,
            subject="【测试】{mail_subject}",
            text="（这是发给您自己的测试）\n" + CAMPAIGN_TEXT,
            html_template="newsletters/mail/campaign.html",
            sms="（测试）{sms_body}",
            params=("campaign",),
            expands=(*_LETTER_FIELDS, *_PERSON_FIELDS, "is_test"),
            load=load_tests,
            preview=preview,
        )
    )


def load_letters(many: Sequence[Mapping[str, Any]]) -> list[Loaded | None]:
    """Return what each letter says to its one person, and its common part; None for whoever was erased meanwhile."""
    real = [params for params in many if params["campaign"]]
    needed = ("round", "confirmed_at", "subscriber__user__display_name")
    subscriptions = (
        Subscription.objects.select_related("subscriber__user")
        .only(*needed)
        .in_bulk([params["subscription"] for params in real])
    )
    shared = _shared({params["campaign"] for params in real})
    words = _Words(timezone.now())
    return [
        words.of(subscriptions.get(params["subscription"]), shared.get(params["campaign"]))
        if params["campaign"]
        else Loaded({}, _preview_letter(params))
        for params in many
    ]


class _Words:
    """Writes what a letter says to one person, in sentences that are looked up once for all of them."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._greeting, self._nameless = _("%(name)s，您好："), _("您好：")
        self._subscribed = _("您在 %(year)d 年 %(month)d 月 %(day)d 日订阅了我们的信。")

    def of(self, subscription: Subscription | None, shared: Shared | None) -> Loaded | None:
        if subscription is None or subscription.confirmed_at is None or shared is None:
            return None
        user = subscription.subscriber.user
        name = user.display_name if user else ""
        confirmed = timezone.localtime(subscription.confirmed_at)
        fields = {
            "greeting": self._greeting % {"name": name} if name else self._nameless,
            "subscribed_line": self._subscribed
            % {"year": confirmed.year, "month": confirmed.month, "day": confirmed.day},
            "manage_url": link_url(kind=MANAGE, subscription=subscription, now=self._now),
        }
        return Loaded(fields, shared)


def load_tests(many: Sequence[Mapping[str, Any]]) -> list[Loaded | None]:
    """Return the same letters for the colleague who tries them; their ways out lead to the public pages."""
    return [_loaded_test(params) for params in many]


def _loaded_test(params: Mapping[str, Any]) -> Loaded | None:
    # On a preview page there is no line that calls it a test.
    is_test = not params.get("preview")
    if not params["campaign"]:
        return Loaded({}, _with_test_line(_preview_letter(params), is_test=is_test))
    letter = _shared({params["campaign"]}).get(params["campaign"])
    if letter is None:
        return None
    subscribe = settings.BASE_URL + reverse("newsletters:index")
    fields = {
        "greeting": _("您好："),
        "subscribed_line": _("这是测试。正式的信在这里写订阅日期。"),
        "manage_url": subscribe,
        "unsubscribe_url": subscribe,
    }
    return Loaded(fields, _with_test_line(letter, is_test=is_test))


def _with_test_line(letter: Shared, *, is_test: bool) -> Shared:
    return Shared(digest=f"{letter.digest}:{is_test}", load=lambda: {**letter.load(), "is_test": is_test})


def _preview_letter(params: Mapping[str, Any]) -> Shared:
    return Shared(digest="preview", load=lambda: {name: params[name] for name in _LETTER_FIELDS})


def _shared(campaign_ids: set[int]) -> dict[int, Shared]:
    """Return what campaigns say to everybody; a digest changes with the content and, for its links, by the day."""
    today = timezone.localdate()
    digests = Campaign.objects.filter(pk__in=campaign_ids).values_list("pk", "content_digest")
    return {pk: Shared(digest=f"{pk}:{digest}:{today}", load=partial(_letter, pk)) for pk, digest in digests}


def _still_pending(many: Sequence[Mapping[str, Any]], now: datetime) -> list[bool]:
    waiting = Subscription.objects.filter(
        status=SubscriptionStatus.PENDING, pk__in=[params["subscription"] for params in many]
    )
    rounds = dict(waiting.values_list("pk", "round"))
    return [rounds.get(params["subscription"]) == params["round"] for params in many]


def _still_subscribed(many: Sequence[Mapping[str, Any]], now: datetime) -> list[bool]:
    active = Subscription.objects.filter(
        status=SubscriptionStatus.ACTIVE, pk__in=[params["subscription"] for params in many]
    )
    found = set(active.values_list("pk", flat=True))
    return [params["subscription"] in found for params in many]


def _letter(campaign_id: int) -> Mapping[str, Any]:
    campaign = Campaign.objects.get(pk=campaign_id)
    address = settings.BASE_URL + reverse("newsletters:letter", args=[campaign.slug])
    return {**letter_fields(campaign), "archive_url": address}


def _preview() -> dict[str, Any]:
    base = settings.BASE_URL
    return {
        "campaign": 0,
        "subscription": 0,
        "mail_subject": "十二月的信：要先交钱才能追回损失？",
        "preheader": "三分钟读完。",
        "headline": "要先交钱才能追回损失？|先停一停",
        "period": "2026 年 12 月",
        "parts": [],
        "letter_text": "谁先向您收钱，再答应替您追钱，就先不信谁。",
        "sms_body": "12月的信：先交费才追损失，多半是第二次骗。拒收请回复R",
        "archive_url": f"{base}/newsletters/",
        "greeting": "您好：",
        "subscribed_line": "您在 2026 年 10 月 8 日订阅了我们的信。",
        "manage_url": f"{base}/newsletters/",
        "unsubscribe_url": f"{base}/newsletters/",
    }
