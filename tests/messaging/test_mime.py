from email import policy
from email.parser import BytesParser

import pytest

from messaging.enums import Category
from messaging.errors import TemplateError
from messaging.mime import ascii_address, build_mail, message_id
from messaging.rendering import Rendered, preview, render
from messaging.templates import Loaded, MessageTemplate, get_template, register_template, registered_templates
from tests.factories.messaging import DeliveryFactory

pytestmark = pytest.mark.django_db
STRICT = policy.SMTP.clone(raise_on_defect=True)


def _build(rendered, now, category=Category.SERVICE, **options):
    delivery = DeliveryFactory.build(pk=7, category=category, contact_point=None, channel="email")
    return build_mail(delivery=delivery, rendered=rendered, recipient="li@example.com", now=now, **options)


def _parse(data):
    return BytesParser(policy=STRICT).parsebytes(data)


def test_chinese_mail_reads_back_as_written(now):
    subject = "申购费打一折，为什么还是付了 148 元🙂" * 3
    text, html = "周姐您好：\n看不见的费用也要算。\n", "<p>看不见的费用</p>\n"
    message = _parse(_build(Rendered(subject, text, html), now))
    plain, rich = message.iter_parts()
    assert message["Subject"] == subject
    assert message["From"] == "示例基金投教 <edu@example.com>"
    assert message["Message-ID"] == message_id(7)
    shown = [part.get_content().replace("\r\n", "\n") for part in (plain, rich)]
    assert shown == [text, html]
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")


@pytest.mark.parametrize("subject", ["a" * 2000, "字" * 2000, "b c " * 500, "=?utf-8?q?x?="])
def test_no_line_is_longer_than_the_standard_allows(subject, now):
    url = "https://example.com/newsletters/unsubscribe/" + "t" * 700
    data = _build(Rendered(subject, "x" * 5000 + "\n", "<p>" + "好" * 5000 + "</p>"), now, unsubscribe_url=url)
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    message = _parse(data)
    assert message["Subject"] == subject.strip()
    assert message["List-Unsubscribe"] == f"<{url}>"


def test_campaign_headers_of_one_click_unsubscribe(now):
    data = _build(
        Rendered("x", "x\n"), now, Category.CAMPAIGN, unsubscribe_url="https://example.com/u", list_id="monthly"
    )
    message = _parse(data)
    assert message["List-Unsubscribe"] == "<https://example.com/u>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<monthly.example.com>"
    assert message["Auto-Submitted"] is None


def test_service_mail_says_that_a_machine_wrote_it(now):
    message = _parse(_build(Rendered("x", "x\n"), now))
    assert (message["Auto-Submitted"], message["List-Unsubscribe"]) == ("auto-generated", None)


@pytest.mark.parametrize("evil", ["王\r\nBcc: x@example.com", "王\nX: y", "王\r\n\r\n<b>", "王\u2028B: c", "王\x00"])
def test_names_with_line_breaks_add_no_header(evil, now):
    register_template(
        MessageTemplate(
            key="t", label="t", category=Category.SERVICE, subject="{name}您好", text="{name}", params=("name",)
        )
    )
    rendered = render(get_template("t"), {"name": evil}, channel="email")
    message = _parse(_build(rendered, now))
    assert set(message.keys()) == {
        "Date",
        "From",
        "To",
        "Subject",
        "Message-ID",
        "MIME-Version",
        "Content-Language",
        "Auto-Submitted",
        "Content-Type",
    }
    assert message["Subject"].startswith("王")
    assert not set("\r\n\x00\u2028") & set(message["Subject"])


@pytest.mark.parametrize("url", ["https://a.cn/\r\nX: y", "https://a.cn/ b", "https://a.cn/>", "https://例.cn/"])
def test_unsafe_unsubscribe_address_is_refused(url, now):
    with pytest.raises(ValueError, match="unsubscribe_url"):
        _build(Rendered("x", "x\n"), now, unsubscribe_url=url)


def test_unicode_domain_becomes_ascii():
    assert ascii_address("li@例子.测试") == "li@xn--fsqu00a.xn--0zwm56d"


@pytest.mark.parametrize("address", ["李@example.com", "a b@example.com", "@example.com", "a>@example.com"])
def test_address_that_cannot_go_over_the_wire_is_refused(address):
    with pytest.raises(ValueError, match=r"."):
        ascii_address(address)


def test_message_id_is_stable_and_differs_between_rows():
    assert message_id(7) == message_id(7)
    assert message_id(7) != message_id(8)


def test_every_registered_template_renders_its_preview(now):
    rendered = [preview(template, channel="email") for template in registered_templates()]
    assert all(message.subject and message.text and message.html for message in rendered)
    for message in rendered:
        assert _parse(_build(message, now))["Subject"] == message.subject


def test_values_are_escaped_in_html(plain_template):
    rendered = render(plain_template, {"name": "<script>王</script>"}, channel="email")
    assert "<script>" not in rendered.html
    assert "&lt;script&gt;王" in rendered.html


def test_labelled_address_becomes_a_link():
    template = register_template(
        MessageTemplate(
            key="t", label="t", category=Category.SERVICE, subject="x", text="看票或取消：{link}", params=("link",)
        )
    )
    rendered = render(template, {"link": "https://example.com/a?b=1&c=2"}, channel="email")
    assert 'href="https://example.com/a?b=1&amp;c=2"' in rendered.html
    assert ">看票或取消</a>" in rendered.html
    assert rendered.text == "看票或取消：https://example.com/a?b=1&c=2\n"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "https://a.cn\nX", "/relative"])
def test_field_named_link_must_be_a_web_address(link):
    template = register_template(
        MessageTemplate(key="t", label="t", category=Category.SERVICE, subject="x", text="{link}", params=("link",))
    )
    with pytest.raises(TemplateError, match="不是网址"):
        render(template, {"link": link}, channel="email")


def test_layout_keeps_dark_rules_and_loads_nothing():
    html = preview(get_template("messaging.code"), channel="email").html
    assert "prefers-color-scheme: dark" in html
    assert ("<link" in html, "<script" in html, "<img" in html, "url(" in html) == (False, False, False, False)


def test_load_supplies_the_long_fields_at_the_moment_of_sending():
    template = register_template(
        MessageTemplate(
            key="t",
            label="t",
            category=Category.CAMPAIGN,
            subject="{title}",
            text="{body}",
            params=("campaign",),
            expands=("title", "body"),
            load=lambda many: [Loaded({"title": f"第 {params['campaign']} 期", "body": "正文"}) for params in many],
        )
    )
    rendered = render(template, {"campaign": 3}, channel="email")
    assert (rendered.subject, rendered.text) == ("第 3 期", "正文\n")
