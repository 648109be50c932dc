"""Templates that the tests of messaging send."""

import pytest

from messaging import templates
from messaging.enums import Category
from messaging.templates import MessageTemplate


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    """What a test registers is forgotten after it."""
    monkeypatch.setattr(templates._templates, "_items", dict(templates._templates._items))


@pytest.fixture
def plain_template():
    return templates.register_template(
        MessageTemplate(
            key="tests.plain",
            label="测试",
            category=Category.SERVICE,
            subject="{name}，您好",
            text="{name}，您好：\n\n报名成功。有事请打 {hotline}。",
            sms="{name}您好，报名成功。",
            params=("name",),
            preview={"name": "王阿姨"},
        )
    )


@pytest.fixture
def mail_only_template():
    return templates.register_template(
        MessageTemplate(key="tests.mail_only", label="测试", category=Category.SERVICE, subject="信", text="正文")
    )


@pytest.fixture
def campaign_template():
    return templates.register_template(
        MessageTemplate(
            key="tests.campaign",
            label="测试",
            category=Category.CAMPAIGN,
            subject="每月一封信",
            text="{name}，您好：",
            sms="{name}您好，新课上线。退订回T",
            params=("name",),
            preview={"name": "王阿姨"},
        )
    )


@pytest.fixture
def code_template():
    return templates.register_template(
        MessageTemplate(
            key="tests.code",
            label="测试",
            category=Category.CODE,
            subject="您的验证码：{code}",
            text="验证码是：\n\n{code}",
            sms="验证码{code}",
            params=("code",),
            preview={"code": "000000"},
        )
    )
