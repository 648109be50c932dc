"""Templates that the tests of messaging send."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from messaging import templates
from messaging.actions.delivering import send_due
from messaging.backends.port import SENT, Backend
from messaging.enums import Category
from messaging.templates import MessageTemplate
from tests.factories.accounts import StaffFactory


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    """What a test registers or notes of a backend is forgotten after it."""
    monkeypatch.setattr("messaging.actions.health._noted", {})
    monkeypatch.setattr("messaging.actions.rates.gate._next_slot", {})
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


class FakeBackend(Backend):
    """Answers each parcel with the next of ``outcomes`` (the last one again and again) and keeps what it got."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.parcels = []

    def send(self, parcel):
        self.parcels.append(parcel)
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]


@pytest.fixture
def backend(monkeypatch):
    """Return a function that puts a fake backend with the given outcomes behind the sender, under all names or one."""
    by_name = {}
    monkeypatch.setattr(
        "messaging.actions.delivering.backend_for", lambda name: by_name[name] if name in by_name else by_name[""]
    )

    def install(*outcomes, name=""):
        by_name[name] = FakeBackend(*(outcomes or (SENT,)))
        return by_name[name]

    return install


@pytest.fixture
def run_sender(settings, tmp_path):
    """Return a function that runs the sender's loop at a frozen time."""
    settings.VAR_DIR = tmp_path

    def run(now, seconds=5.0):
        return send_due(clock=lambda: now, seconds=seconds)

    return run


@pytest.fixture
def _demo_gate(monkeypatch):
    """Staff of these tests have signed in with a second factor."""
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)


@pytest.fixture
def staff(_demo_gate):
    """Return a function that signs in a member of staff with the given permissions of messaging."""

    def sign_in(*permissions):
        user = StaffFactory()
        names = ["access_admin", *permissions]
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        client = Client()
        client.force_login(user)
        return client

    return sign_in
