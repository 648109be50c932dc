"""What guests are told by mail and SMS. The bodies are Chinese text, like the site's content; SMS carry no link."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from events.enums import RegistrationStatus
from events.models import Registration
from messaging.enums import Category
from messaging.templates import MessageTemplate, register_template

CONFIRMED = "events.registration_confirmed"
WAITLISTED = "events.registration_waitlisted"
CANCELLED = "events.registration_cancelled"
OFFER = "events.waitlist_offer"
PROMOTED = "events.waitlist_promoted"
LAPSED = "events.waitlist_lapsed"
SESSION_CANCELLED = "events.session_cancelled"

_GREETING = "{name}，您好：\n\n"
_WHEN_WHERE = "时间：{date} {time}\n地点：{place}\n"
_PHONE = "也可打 {hotline}，工作日 9:00 到 17:00。\n\n"
_PROMISE = (
    "本活动免费，不推介、不售卖产品，不赠礼品。报名信息只用于这次活动的通知与签到，不会转给销售人员，"
    "活动结束 30 天后删除。现场如有人向您推销，请告诉签到台，或打上面的电话。\n\n"
)
_SIGNED = "示例基金·投教\n本邮件只用于活动通知，不构成投资建议。\n"

_OFFER_SMS = "您候补的{date}活动有座位了。要来，{deadline}前在本站/j页输入{ticket_code}，或打{hotline}"
# Where the gateway brings us replies.
_OFFER_SMS_WITH_REPLY = "您候补的{date}活动有座位。要来，{deadline}前回复1，或在本站/j页输{ticket_code}，或打{hotline}"

_FIELDS = ("registration", "name", "event", "date", "time", "place", "link")
_PREVIEW = {
    "registration": "0",
    "name": "李女士",
    "event": "费用沙龙：一页纸上的四个数",
    "date": "12月12日 周六",
    "time": "下午 2:00 到 4:00",
    "place": "上海示例路 100 号二楼",
    "link": "https://example.com/events/manage/…/",
    "ticket_code": "K7MX-4PQ3",
    "position": "3",
    "deadline": "12月10日20:00",
}


def _while_status(*statuses: RegistrationStatus) -> Any:
    """Return a check made just before sending: the registration still stands where the message says it stands."""

    def still_wanted(many: Sequence[Mapping[str, Any]], now: datetime) -> list[bool]:
        numbers = [int(params["registration"]) for params in many]
        standing = set(Registration.objects.filter(pk__in=numbers, status__in=statuses).values_list("pk", flat=True))
        return [number in standing for number in numbers]

    return still_wanted


def _register(
    key: str, label: Any, *, subject: str, text: str, sms: str, extra: tuple[str, ...] = (), check: Any
) -> None:
    params = (*_FIELDS, *extra)
    register_template(
        MessageTemplate(
            key=key,
            label=label,
            category=Category.SERVICE,
            subject=subject,
            text=_GREETING + text + _SIGNED,
            sms=sms,
            params=params,
            preview={name: _PREVIEW[name] for name in params},
            still_wanted=check,
        )
    )


def register_templates() -> None:
    """Make the messages of this app known to the delivery engine."""
    seated = _while_status(RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED)
    _register(
        CONFIRMED,
        _("报名确认"),
        subject="报名成功：{event}，{date}",
        text="您已报名“{event}”，座位给您留好了。\n\n"
        + _WHEN_WHERE
        + "签到码：{ticket_code}\n\n到场报签到码，或出示这封信，都可以。"
        "线上活动凭签到码，在{site}的 /j 页面查看入会办法。\n\n"
        "来不了也没关系，请告诉我们，把座位让给候补的人。\n看票或取消：{link}\n" + _PHONE + _PROMISE,
        sms="已报名{date}{time}，{place}。签到码{ticket_code}，本站/j页可查。不来请打{hotline}",
        extra=("ticket_code",),
        check=seated,
    )
    _register(
        WAITLISTED,
        _("候补登记"),
        subject="已候补第 {position} 位：{event}",
        text="“{event}”座位已满，您排在候补第 {position} 位。您现在还没有座位，请先不要动身。\n\n"
        + _WHEN_WHERE
        + "\n有人取消，我们按先后顺序通知您，由您决定来不来。在那之前，您什么也不用做。\n\n查看候补或退出：{link}\n"
        + _PHONE
        + "候补不收费。有人说交钱可以排到前面，那不是我们。\n\n",
        sms="{date}{time}的活动已满，您是候补第{position}位，还没有座位，请先别动身。"
        "候补码{ticket_code}，本站/j页可查。电话{hotline}",
        extra=("position", "ticket_code"),
        check=_while_status(RegistrationStatus.WAITLISTED),
    )
    _register(
        OFFER,
        _("候补有座位了"),
        subject="有一个座位让出来了：{event}",
        text="您候补的“{event}”有人取消，轮到您了。\n\n"
        + _WHEN_WHERE
        + "\n要来的话，请在 {deadline} 前确认；过了这个时间，座位会给下一位。\n\n确认或放弃：{link}\n"
        "或在您自己打开的{site} /j 页面输入：{ticket_code}\n" + _PHONE + "不来不用说理由，也不影响以后报名。\n\n",
        sms=_OFFER_SMS_WITH_REPLY if settings.SMS_WEBHOOK_SECRET else _OFFER_SMS,
        extra=("deadline", "ticket_code"),
        check=_while_status(RegistrationStatus.OFFERED),
    )
    _register(
        PROMOTED,
        _("候补转为报名"),
        subject="候补转为正式报名：{event}，{date}",
        text="您已从候补转为正式报名，“{event}”的座位给您留好了。\n\n"
        + _WHEN_WHERE
        + "签到码：{ticket_code}\n\n来不了请告诉我们，把座位让给下一位。\n看票或取消：{link}\n"
        + _PHONE
        + _PROMISE,
        sms="您已转为正式报名：{date}{time}，{place}。签到码{ticket_code}。来不了请打{hotline}",
        extra=("ticket_code",),
        check=seated,
    )
    _register(
        LAPSED,
        _("候补确认晚了"),
        subject="确认晚了，座位给了下一位：{event}",
        text="您回复得晚了一点，“{event}”（{date} {time}）让出来的座位已经给了下一位。\n\n"
        "您现在没有座位，请不要动身。想来的话，可以重新报名或候补：{site_url}/events/\n\n" + _PHONE,
        sms="您回复时已过确认时间，{date}的座位给了下一位，您没有座位，请别动身。可在本站重新候补，或打{hotline}",
        check=_while_status(RegistrationStatus.LAPSED, RegistrationStatus.OFFERED),
    )
    _register(
        CANCELLED,
        _("取消报名"),
        subject="已取消报名：{event}",
        text="您在“{event}”（{date} {time}）的报名已经取消，签到码作废。\n\n"
        "您不用再做什么，也不会因此影响以后报名。座位会留给候补的人。\n\n"
        "如果不是您本人取消的，请打 {hotline}，工作日 9:00 到 17:00。\n\n想看看别的活动：{site_url}/events/\n\n",
        sms="您{date}{time}的活动报名已取消，签到码作废。不是本人取消的，请打{hotline}",
        check=None,
    )
    _register(
        SESSION_CANCELLED,
        _("活动取消"),
        subject="活动取消了：{event}，{date}",
        text="很抱歉，“{event}”（{date} {time}，{place}）不办了，请不要动身。\n\n"
        "您的报名已经一并取消，不用再做什么。\n\n有问题请打 {hotline}，工作日 9:00 到 17:00。\n\n"
        "想看看别的活动：{site_url}/events/\n\n",
        sms="很抱歉，{date}{time}的活动取消了，请不要动身。报名已一并取消。有问题请打{hotline}",
        check=None,
    )
