import pytest

from core import registries
from core.registries import TextFinding
from newsletters.enums import CampaignStatus
from newsletters.models import Campaign
from tests.factories.accounts import ContactFactory, InvestorFactory
from tests.factories.newsletters import (
    make_campaign,
    make_marketer,
    make_reviewer,
    make_staff,
    make_subscription,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _second_factor(monkeypatch):
    """These sessions used a second factor; the gate itself is tested in accounts."""
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)


def enter(client, user):
    client.force_login(user, backend="accounts.backends.StaffPasswordBackend")
    return client


def desk(campaign):
    return f"/cms/newsletters/campaigns/{campaign.pk}/desk/"


def test_the_desk_previews_mail_short_message_and_numbers(client, now):
    make_subscription()
    campaign = make_campaign(author=make_marketer(), now=now)
    enter(client, make_marketer())

    page = client.get(desk(campaign)).content.decode()
    mail = client.get(f"/cms/newsletters/campaigns/{campaign.pk}/mail/")

    assert "共 <b>1</b> 位" in page
    assert "【示例投教】12月的信" in page
    assert "每人按 1 条计费" in page
    assert "谁先向您收钱" in mail.content.decode()
    assert mail["X-Frame-Options"] == "SAMEORIGIN"


def test_writing_submitting_approving_and_starting_through_the_pages(client, now):
    make_subscription()
    author, reviewer = make_marketer(), make_reviewer()
    campaign = make_campaign(author=author, now=now)

    enter(client, author).post(desk(campaign), {"step": "submit"})
    own = client.post(desk(campaign), {"step": "approve", "digest": campaign.content_digest}, follow=True)
    enter(client, reviewer).post(desk(campaign), {"step": "approve", "digest": campaign.content_digest})
    approved = Campaign.objects.get().status
    enter(client, author).post(desk(campaign), {"step": "start"})

    assert "您没有这一步的权限。" in own.content.decode()
    assert approved == CampaignStatus.APPROVED
    assert Campaign.objects.get().status == CampaignStatus.SENDING


def test_the_form_creates_a_draft_and_shows_a_refusal_beside_the_rest(client):
    enter(client, make_marketer())
    fields = {
        "title": "一月的信",
        "slug": "2027-01",
        "topic": "monthly",
        "to_email": "on",
        "to_sms": "on",
        "subject": "主题",
        "preheader": "",
        "headline": "标题",
        "body-count": "0",
        "sms_text": "看 www.example.com",
    }

    refused = client.post("/cms/newsletters/campaigns/new/", fields)
    client.post("/cms/newsletters/campaigns/new/", {**fields, "sms_text": "一月的信到了。"})

    html = refused.content.decode()
    assert "短信里不能有链接或网址" in html
    assert 'value="一月的信"' in html
    assert [(row.title, row.status) for row in Campaign.objects.all()] == [("一月的信", CampaignStatus.DRAFT)]


FIELDS = {
    "title": "一月的信",
    "slug": "2027-01",
    "topic": "monthly",
    "to_email": "on",
    "to_sms": "on",
    "subject": "主题",
    "preheader": "",
    "headline": "标题",
    "body-count": "0",
}


def test_what_a_short_message_must_not_say_is_told_beside_its_field(client):
    enter(client, make_marketer())

    refused = client.post(
        "/cms/newsletters/campaigns/new/", {**FIELDS, "sms_text": "【重要】加微信abc12345，看ａ．ｃｎ"}
    )

    # The phrase rules may add theirs.
    errors = refused.context["form"].errors
    assert list(errors) == ["sms_text"]
    assert {
        "“【”：【】只能括签名，签名会自动加上；正文请用“”或括号。",
        "“】”：【】只能括签名，签名会自动加上；正文请用“”或括号。",
        "“微信abc12345”：不把人引到微信或 QQ；要联系，写热线。",
        "“ａ．ｃｎ”：短信里不能有链接或网址：收短信的人要在自己打开的本站里找。",
    } <= set(errors["sms_text"])
    assert Campaign.objects.count() == 0


def test_banned_words_in_a_short_message_are_told_beside_its_field(client, monkeypatch):
    def check(text, kind):
        return [TextFinding("promise", "block", "稳赚", 2, 4, "p1", "删去。")] if kind == "sms" else []

    monkeypatch.setattr(registries.text_checks, "_items", {"test": check})
    enter(client, make_marketer())

    refused = client.post("/cms/newsletters/campaigns/new/", {**FIELDS, "sms_text": "听课稳赚"})

    assert refused.context["form"].errors == {"sms_text": ["“稳赚”：删去。"]}


def test_what_is_only_remarked_in_a_short_message_is_stored_and_said(client):
    enter(client, make_marketer())

    answer = client.post(
        "/cms/newsletters/campaigns/new/", {**FIELDS, "sms_text": "拿不准请打13800138000"}, follow=True
    )

    assert Campaign.objects.get().sms_text == "拿不准请打13800138000"
    assert "“13800138000”：只留热线 000-0000-0000；别的号码，收的人无法核对。" in answer.content.decode()


def test_roles_without_permission_do_not_get_in(client, now):
    campaign = make_campaign(author=make_marketer(), now=now)
    enter(client, make_staff())

    answers = [
        client.get(address).status_code
        for address in (desk(campaign), "/cms/newsletters/campaigns/", "/cms/newsletters/subscribers/")
    ]

    assert 200 not in answers


def test_nobody_deletes_a_campaign_by_hand(client, now):
    campaign = make_campaign(author=make_marketer(), now=now)
    enter(client, make_staff(superuser=True))

    client.post(f"/cms/newsletters/campaigns/delete/{campaign.pk}/")

    assert Campaign.objects.count() == 1


def test_subscribers_are_listed_masked_and_cannot_be_exported(client):
    make_subscription(contact=ContactFactory(value="li.mei@example.com", user=InvestorFactory()))
    enter(client, make_marketer())

    html = client.get("/cms/newsletters/subscribers/").content.decode()
    export = client.get("/cms/newsletters/subscribers/?export=csv")

    assert "l***@example.com" in html
    assert "li.mei" not in html
    assert "export=" not in html
    assert export.status_code == 302
    assert export["Location"] == "/cms/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_subscribers_takes_the_same_queries_for_any_number(client, rows, django_assert_max_num_queries):
    for _number in range(rows):
        make_subscription()
    enter(client, make_marketer())
    client.get("/cms/newsletters/subscribers/")

    with django_assert_max_num_queries(16) as captured:
        client.get("/cms/newsletters/subscribers/")

    subscription_queries = [query for query in captured.captured_queries if "newsletters_sub" in query["sql"]]
    assert len(subscription_queries) == 3
