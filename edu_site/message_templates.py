"""What the site writes to its own staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState

from edu_site.actions.reminders import REVIEW_WAITING
from messaging.enums import Category
from messaging.templates import MessageTemplate, register_template

_REVIEW_TEXT = """
您好：

有内容等您审核：{title}

最晚审核：{due}

打开审核页：{link}

没有参与撰写的同事才能审核。看完请选“通过”或“请求修改”。
"""


def register_message_templates() -> None:
    """Tell messaging what this app sends."""
    register_template(
        MessageTemplate(
            key=REVIEW_WAITING,
            label=_("等待审核的内容"),
            category=Category.SERVICE,
            subject="{state}，等您审核：{title}",
            text=_REVIEW_TEXT,
            params=("state", "title", "due", "link", "task_state"),
            preview={
                "state": "新的提交",
                "title": "货币基金为什么也会亏",
                "due": "11-25 10:00",
                "link": f"{settings.BASE_URL}/cms/",
                "task_state": 0,
            },
            still_wanted=_still_waiting,
        )
    )


def _still_waiting(many: Sequence[Mapping[str, Any]], now: datetime) -> list[bool]:
    """Tell which reviews still wait: an answer that came first makes the message pointless."""
    numbers = {params["task_state"] for params in many}
    waiting = set(
        TaskState.objects.filter(pk__in=numbers, status=TaskState.STATUS_IN_PROGRESS).values_list("pk", flat=True)
    )
    return [params["task_state"] in waiting for params in many]
