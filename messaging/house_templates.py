"""The templates that messaging itself sends."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from core.sanitize import linked_text, safe_html
from messaging.enums import Category
from messaging.templates import Loaded, MessageTemplate, register_template

CODE_TEXT = _(
    """您好：

您正在{site}登录或报名。验证码是：

{code}

{minutes} 分钟内有效，只在您自己打开的{site}页面输入。

任何人向您要这个数字，都不要给，包括自称本站工作人员、客服或警察的人。我们不会打电话问您要。

如果不是您本人操作，不用理会这封信，也不要转发。拿不准，请打 {hotline}。"""
)


_PARAGRAPHS = re.compile(r"\n\s*\n")


def _django_bodies(many: Sequence[Mapping[str, Any]]) -> list[Loaded]:
    """Return the words of Django's own mails as HTML of ours: its own pages may load things from elsewhere."""
    return [Loaded({"mail_body": _django_body(params["mail_html"], params["mail_text"])}) for params in many]


def _django_body(html: str, text: str) -> str:
    if html:
        return safe_html(html)
    paragraphs = _PARAGRAPHS.split(text.replace("\r\n", "\n").strip())
    return format_html_join("", "<p>{}</p>", ((linked_text(paragraph),) for paragraph in paragraphs))


CODE_BUDGET_TEXT = _(
    """各位同事：

{site}的短信验证码额度{state}：{hours} 小时内已发 {used} 条，上限 {limit} 条。这一轮到 {closes} 结束。

用邮箱登录和报名不受影响，电话报名照常。

请先看是不是有人在刷验证码（同一网络地址反复获取）。
若是活动报名的正常高峰，请调高 CODE_SMS_HOURLY_BUDGET 或 CODE_SMS_DAILY_BUDGET 后重启。"""
)


def register_house_templates() -> None:
    """Register the code message and the envelope of Django's own mail."""
    register_template(
        MessageTemplate(
            key="messaging.code",
            label=_("验证码"),
            category=Category.CODE,
            subject=_("您的验证码：{code}"),
            text=CODE_TEXT,
            sms=_("验证码{code}，{minutes}分钟内有效，只在您自己打开的本站页面输入。谁来要都不要给。"),
            params=("code", "minutes"),
            preview={"code": "000000", "minutes": 10},
        )
    )
    register_template(
        MessageTemplate(
            key="messaging.code_budget",
            label=_("短信验证码额度提醒"),
            category=Category.SERVICE,
            subject=_("短信验证码额度：{state}"),
            text=CODE_BUDGET_TEXT,
            params=("used", "limit", "hours", "closes", "state"),
            preview={"used": 2000, "limit": 2000, "hours": 1, "closes": "11-23 11:00", "state": _("已经用完")},
        )
    )
    register_template(
        MessageTemplate(
            key="messaging.django_mail",
            label=_("系统邮件"),
            category=Category.CODE,
            subject="{mail_subject}",
            text="{mail_text}",
            html_template="messaging/mail/django.html",
            params=("mail_subject", "mail_text", "mail_html"),
            expands=("mail_body",),
            load=_django_bodies,
            preview={"mail_subject": _("有一页等您审核"), "mail_text": _("请到编辑后台查看。"), "mail_html": ""},
        )
    )
