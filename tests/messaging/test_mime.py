import quopri
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.enums import Category
from messaging.errors import TemplateError
from messaging.frames import in_text, one_line, plain
from messaging.mime import ascii_address, build_mail, message_id, wire_address
from messaging.rendering import Rendered, preview, render
from messaging.templates import Loaded, MessageTemplate, get_template, register_template, registered_templates
from messaging.transfer import joined, quoted_piece
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


def test_unicode_domain_is_not_turned_into_a_neighbours():
    assert ascii_address("li@straße.de") == "li@xn--strae-oqa.de"


@pytest.mark.parametrize(
    "address",
    [
        "a b@example.com",
        "@example.com",
        "a>@example.com",
        "a@",
        "a@b c.cn",
        "a@-\u2028.cn",
        "a@b@example.com",
        "a@" + "x" * 300,
        "a" * 65 + "@b.cn",
    ],
)
def test_address_of_no_server_is_refused(address):
    with pytest.raises(ValueError, match=r"."):
        wire_address(address)


def test_name_before_the_at_may_be_chinese_where_the_server_takes_it(now):
    assert wire_address("李@例子.测试") == "李@xn--fsqu00a.xn--0zwm56d"
    delivery = DeliveryFactory.build(pk=7, category=Category.SERVICE, contact_point=None, channel="email")
    data = build_mail(delivery=delivery, rendered=Rendered("x", "x\n"), recipient="李@例子.测试", now=now)
    message = BytesParser(policy=policy.SMTPUTF8.clone(raise_on_defect=True)).parsebytes(data)
    assert "To: 李@xn--fsqu00a.xn--0zwm56d\r\n".encode() in data
    assert message["Subject"] == "x"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain = text, https://example.com/?a=b\n", "7bit"),
        ("x" * 5000 + "\n", "quoted-printable"),
        ("café au lait, a few accents in much English text\n" * 9, "quoted-printable"),
        ("看不见的费用也要算。\n" * 9, "base64"),
        (".\n.a\nFrom b\n", "7bit"),
    ],
)
def test_each_part_takes_the_shorter_encoding(text, encoding, now):
    message = _parse(_build(Rendered("x", text), now))
    assert message["Content-Transfer-Encoding"] == encoding
    assert message.get_content().replace("\r\n", "\n") == text


@given(subject=st.text(max_size=120), name=st.text(max_size=30), body=st.text(max_size=400))
def test_whatever_is_written_parses_without_a_defect(subject, name, body):
    rendered = Rendered(one_line(subject), plain(body), f"<p>{in_text(name)}</p>")
    data = _build(rendered, datetime(2026, 11, 23, tzinfo=UTC), unsubscribe_url="https://example.com/u", list_id=name)
    message = _parse(data)
    shown, page = message.iter_parts()
    assert message["Subject"] == one_line(subject).encode("utf-8", "replace").decode()
    expected = rendered.text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    assert shown.get_content().replace("\r\n", "\n") == expected
    assert page.get_content().startswith("<p>")
    assert max(map(len, data.split(b"\r\n"))) <= 998


@given(evil=st.text(alphabet="\r\n\x00\u2028\u2029\x85\x0b: aB", min_size=1, max_size=20))
def test_no_header_can_be_added(evil):
    message = _parse(_build(Rendered(one_line(evil), "x\n"), datetime(2026, 11, 23, tzinfo=UTC), list_id=evil))
    assert {name.lower() for name in message} - {"list-id"} == {
        "date", "from", "to", "subject", "message-id", "mime-version", "content-language", "auto-submitted",
        "content-type", "content-transfer-encoding",
    }  # fmt: skip


@pytest.mark.django_db
def test_both_parts_of_every_template_pass_the_strict_policy(now):
    checked = 0
    for template in registered_templates():
        if not (template.text or template.html_template):
            continue
        rendered = preview(template, channel="email")
        message = _parse(_build(rendered, now, template.category, unsubscribe_url="https://example.com/u"))
        shown, page = message.iter_parts()
        assert message["Subject"] == rendered.subject
        assert shown.get_content().replace("\r\n", "\n") == rendered.text
        assert page.get_content().replace("\r\n", "\n").rstrip() == rendered.html.rstrip()
        checked += 1
    assert checked >= 12


def test_a_campaign_is_named_for_those_who_count_complaints(now):
    delivery = DeliveryFactory.build(
        pk=7, category=Category.CAMPAIGN, contact_point=None, channel="email", source="campaign:12"
    )
    data = build_mail(delivery=delivery, rendered=Rendered("x", "x\n"), recipient="li@example.com", now=now)
    assert _parse(data)["Feedback-ID"] == "campaign:12:campaign:example.com"


@pytest.mark.parametrize("address", ["李@example.com"])
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


PIECES = st.lists(st.text(alphabet="ab.=  \t\n\r<>好🙂é", max_size=120), min_size=1, max_size=6)


@given(PIECES)
def test_a_body_of_pieces_reads_as_their_text(pieces):
    whole = "".join(piece.replace("\r\n", "\n").replace("\r", "\n") for piece in pieces)
    body = joined(quoted_piece(piece) for piece in pieces)
    assert quopri.decodestring(body).replace(b"\r\n", b"\n").decode().rstrip("\n") == whole.rstrip("\n")
    assert body.endswith(b"\r\n")
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
