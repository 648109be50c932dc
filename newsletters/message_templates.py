"""The messages that this app sends. Their words live here; letters bring their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.enums import Category
from messaging.errors import TemplateError
from messaging.templates import MessageTemplate, Shared, register_template
from newsletters.enums import CampaignStatus, SubscriptionStatus
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
            expand=expand_campaign,
            shared=shared_letter,
            still_wanted=still_wanted_campaign,
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
            expand=expand_test,
            shared=shared_test,
            preview=preview,
        )
    )


def expand_campaign(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a letter says to one person only; raise ``TemplateError`` when they were erased meanwhile."""
    if not params["campaign"]:
        return {}
    subscription = Subscription.objects.select_related("subscriber__user").filter(pk=params["subscription"]).first()
    if subscription is None or subscription.confirmed_at is None:
        raise TemplateError(_("这个订阅已经删除，不会再给您发信。"))
    user = subscription.subscriber.user
    name = user.display_name if user else ""
    confirmed = timezone.localtime(subscription.confirmed_at)
    return {
        "greeting": _("%(name)s，您好：") % {"name": name} if name else _("您好："),
        "subscribed_line": _("您在 %(year)d 年 %(month)d 月 %(day)d 日订阅了我们的信。")
        % {"year": confirmed.year, "month": confirmed.month, "day": confirmed.day},
        "manage_url": link_url(kind=MANAGE, subscription=subscription, now=timezone.now()),
    }


def expand_test(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the person's part for the colleague who tries a letter; its ways out lead to the public pages."""
    if not params["campaign"]:
        return {}
    subscribe = settings.BASE_URL + reverse("newsletters:index")
    return {
        "greeting": _("您好："),
        "subscribed_line": _("这是测试。正式的信在这里写订阅日期。"),
        "manage_url": subscribe,
        "unsubscribe_url": subscribe,
    }


def shared_letter(params: Mapping[str, Any]) -> Shared:
    """Return what a campaign says to everybody; its digest changes with the content and, for its links, by the day."""
    if not params["campaign"]:
        return Shared(digest="preview", load=lambda: {name: params[name] for name in _LETTER_FIELDS})
    campaign_id = params["campaign"]
    digest = Campaign.objects.values_list("content_digest", flat=True).get(pk=campaign_id)
    key = f"{campaign_id}:{digest}:{timezone.localdate()}"
    return Shared(digest=key, load=lambda: _letter(campaign_id))


def shared_test(params: Mapping[str, Any]) -> Shared:
    """Return the same letter with a line that calls it a test; on a preview page there is no such line."""
    letter, is_test = shared_letter(params), not params.get("preview")
    return Shared(digest=f"{letter.digest}:{is_test}", load=lambda: {**letter.load(), "is_test": is_test})


def still_wanted_campaign(params: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether a letter may still go: subscribed to its topic at this very moment, campaign not cancelled."""
    campaign = Campaign.objects.filter(pk=params["campaign"]).exclude(status=CampaignStatus.CANCELLED).first()
    return (
        campaign is not None
        and Subscription.objects.filter(
            pk=params["subscription"], status=SubscriptionStatus.ACTIVE, topics__topic=campaign.topic
        ).exists()
    )


def _still_pending(params: Mapping[str, Any], now: datetime) -> bool:
    waiting = Subscription.objects.filter(status=SubscriptionStatus.PENDING)
    return waiting.filter(pk=params["subscription"], round=params["round"]).exists()


def _still_subscribed(params: Mapping[str, Any], now: datetime) -> bool:
    return Subscription.objects.filter(pk=params["subscription"], status=SubscriptionStatus.ACTIVE).exists()


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
