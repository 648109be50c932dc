"""Registers the template that the fault runs send."""

import os

from django.apps import AppConfig

SENTENCE = "看不见的费用也要算。管理费和托管费每天从基金财产里扣，账单上没有，净值里有。"
PARAGRAPH = 10


def _letter(size):
    """A letter of about ``size`` bytes over the wire, text and HTML in base64."""
    sentences = max(1, int(size) // (len(SENTENCE.encode()) * 3))
    lines = [SENTENCE * PARAGRAPH for _paragraph in range(max(1, sentences // PARAGRAPH))]
    return "\n\n".join(["{name}，您好：", *lines])


class DeliveryFaultConfig(AppConfig):
    name = "tests.faults.delivery_app"
    label = "delivery_faults"

    def ready(self):
        from messaging.enums import Category
        from messaging.templates import MessageTemplate, register_template

        register_template(
            MessageTemplate(
                key="faults.letter",
                label="信",
                category=Category.CAMPAIGN,
                subject="{name}，这个月的信",
                text=_letter(os.environ.get("BENCHMARK_BODY_BYTES", "0")),
                params=("name",),
                preview={"name": "王"},
            )
        )
        register_template(
            MessageTemplate(
                key="faults.notice",
                label="通知",
                category=Category.SERVICE,
                sms="{name}，您报名的活动改了时间，有事请打{hotline}",
                params=("name",),
                preview={"name": "王"},
            )
        )
