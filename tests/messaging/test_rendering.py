"""What is made once and what is filled in per person."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.actions import enqueue
from messaging.backends.local import memory_box
from messaging.enums import Category
from messaging.errors import TemplateError
from messaging.frames import Frame, Marks, plain
from messaging.layout import html_of
from messaging.models import Delivery
from messaging.rendering import LONGEST_MAIL, preview, render
from messaging.templates import PLACEHOLDER, Loaded, MessageTemplate, Shared, get_template, register_template
from newsletters.models import Campaign
from tests.factories.messaging import mail_contact
from tests.factories.newsletters import make_campaign, make_marketer

ENDLESS = "长" * 7_000_000  # 20 MB on the wire


def _template(**options):
    fields = {"key": "tests.r", "label": "t", "category": Category.SERVICE, "subject": "x", "params": ("name",)}
    return register_template(MessageTemplate(**{**fields, **options}))


def test_a_name_that_looks_like_a_field_stays_as_it_was_written():
    template = _template(subject="{name}您好", text="{name}，{hotline}\n\n{code}", params=("name", "code"))
    rendered = render(template, {"name": "{code}", "code": "{name}"}, channel="email")
    assert rendered.subject == "{code}您好"
    assert rendered.text.startswith("{code}，")
    assert rendered.text.endswith("\n{name}\n")
    assert ">{name}</p>" in rendered.html


@given(value=st.text(max_size=60))
def test_any_value_reads_back_from_the_page(value):
    marks = Marks(["name", "link"])
    page = f'<p title="{marks["link"]}">{marks["name"]}</p>'
    filled = Frame.of_page(page, marks).fill({"name": value, "link": value})
    assert filled.count("<p ") == filled.count("</p>") == 1
    assert not re.search(r"<(?!p |/p>|br />)", filled)
    assert filled.count('"') == 2


@given(value=st.text(alphabet="{}abn0123456789g_ name", max_size=40))
def test_a_filled_text_is_not_filled_again(value):
    frame = Frame.of_text("a{name}b{other}", PLACEHOLDER, plain)
    assert frame.bind({"name": value}).fill({"other": "O"}) == f"a{value}bO"


def test_a_missing_field_is_named_and_nothing_goes():
    template = _template(text="{name}")
    with pytest.raises(TemplateError, match="name"):
        render(template, {}, channel="email")


def test_shared_content_is_loaded_once_for_a_digest():
    loads = []

    def shared(digest):
        return Shared(digest, lambda: loads.append(digest) or {"body": f"正文{digest}"})

    def load(many):
        return [Loaded({}, shared(params["digest"])) for params in many]

    template = _template(text="{name}{body}", params=("name", "digest"), expands=("body",), load=load)
    texts = [render(template, {"name": n, "digest": d}, channel="email").text for n, d in ("1a", "2a", "3b")]
    assert texts == ["1正文a\n", "2正文a\n", "3正文b\n"]
    assert loads == ["a", "b"]


@pytest.mark.django_db
def test_a_campaign_of_other_content_is_made_anew(now):
    campaign = make_campaign(author=make_marketer(), now=now, headline="第一个标题")
    template = get_template("newsletters.campaign_test")
    first = render(template, {"campaign": campaign.pk}, channel="email").html
    campaign.headline = "第二个标题"
    campaign.content_digest = campaign.compute_digest()
    campaign.save()
    second = render(template, {"campaign": campaign.pk}, channel="email").html
    assert ("第一个标题" in first, "第一个标题" in second, "第二个标题" in second) == (True, False, True)


@pytest.mark.django_db
def test_what_an_editor_types_is_not_filled_in(now):
    campaign = make_campaign(author=make_marketer(), now=now, headline="{greeting}{manage_url}")
    rendered = render(get_template("newsletters.campaign_test"), {"campaign": campaign.pk}, channel="email")
    assert "{greeting}{manage_url}" in rendered.html
    assert "{greeting}{manage_url}" in rendered.text


@pytest.mark.django_db
def test_a_letter_per_person_costs_the_same_queries_whatever_its_length(now, django_assert_num_queries):
    campaign = make_campaign(author=make_marketer(), now=now)
    template = get_template("newsletters.campaign_test")
    render(template, {"campaign": campaign.pk}, channel="email")
    with django_assert_num_queries(1):
        render(template, {"campaign": campaign.pk}, channel="email")


@pytest.mark.parametrize("template_key", ["tests.r", "messaging.django_mail"])
def test_twenty_megabytes_are_refused(template_key):
    _template(text="{name}")
    params = {"name": ENDLESS, "mail_subject": "x", "mail_text": ENDLESS, "mail_html": ""}
    with pytest.raises(TemplateError, match=f"{LONGEST_MAIL // 1000} KB"):
        render(get_template(template_key), params, channel="email")


def test_many_middling_fields_are_refused_too():
    template = _template(text="{name}" * 40)
    with pytest.raises(TemplateError, match="KB"):
        render(template, {"name": "x" * 20_000}, channel="email")


def test_the_text_part_of_a_letter_holds_no_html():
    parts = preview(get_template("newsletters.campaign"), channel="email")
    assert not re.search(r"<[a-z/]|&[a-z]+;", parts.text)


@pytest.mark.django_db
def test_a_paragraph_reads_as_words_in_the_text_part():
    campaign = Campaign(
        headline="甲|乙",
        subject="x",
        body=[("paragraph", '<p>一 &amp; 二<br/>三</p><p>5 &lt; 6 <a href="/x">看</a></p>')],
    )
    from newsletters.letters import letter_parts, letter_text

    assert letter_text(campaign, letter_parts(campaign)) == "甲乙\n\n一 & 二\n三\n5 < 6 看"


def test_django_mail_with_a_page_of_its_own_loads_nothing_from_elsewhere():
    page = '<style>@import "https://evil.example/x.css"</style><img src="https://evil.example/p.gif"><p>请审核</p>'
    params = {"mail_subject": "通知", "mail_text": "请审核", "mail_html": page}
    html = render(get_template("messaging.django_mail"), params, channel="email").html
    assert "请审核" in html
    assert "evil.example" not in html


def test_a_layout_that_is_not_well_formed_is_refused():
    with pytest.raises(TemplateError, match="版式"):
        html_of(
            "<mjml><mj-body><mj-section><mj-column><mj-text><b>x</mj-text></mj-column></mj-section></mj-body></mjml>"
        )


def test_no_letter_links_a_font_or_a_file():
    column = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"
    html = html_of(column.format('<mj-text font-family="Ubuntu, Roboto">x</mj-text>'))
    assert not re.search(r"@import|<link|fonts\.|<img", html)
    with pytest.raises(TemplateError):
        html_of(column.format('<mj-include path="/etc/hostname" />'))


@pytest.mark.django_db
def test_a_test_letter_says_so_and_a_preview_does_not(now):
    campaign = make_campaign(author=make_marketer(), now=now)
    template = get_template("newsletters.campaign_test")
    assert "没有发给订阅者" in render(template, {"campaign": campaign.pk}, channel="email").html
    assert "没有发给订阅者" not in render(template, {"campaign": campaign.pk, "preview": True}, channel="email").html


@pytest.mark.django_db
def test_a_body_of_megabytes_fails_alone(now, run_sender):
    for number, text in enumerate([ENDLESS[:700_000], "请审核"]):
        enqueue(
            event_key=f"t:{number}",
            contact_point=mail_contact(f"p{number}@example.com"),
            template="messaging.django_mail",
            context={"mail_subject": "x", "mail_text": text, "mail_html": ""},
            now=now,
        )
    memory_box["email"].clear()
    run_sender(now, seconds=30.0)
    assert [parcel.recipient for parcel in memory_box["email"]] == ["p1@example.com"]
    assert list(Delivery.objects.order_by("pk").values_list("state", "error_class")) == [
        ("failed", "template"),
        ("sent", ""),
    ]
