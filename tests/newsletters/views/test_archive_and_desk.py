import pytest

from newsletters.actions.sending import start_sending
from newsletters.enums import SubscriptionStatus
from newsletters.models import Subscription
from tests.factories.accounts import ContactFactory, InvestorFactory
from tests.factories.newsletters import make_approved_campaign, make_campaign, make_marketer, make_subscription

pytestmark = pytest.mark.django_db


def sent_letter(now, slug):
    make_subscription()
    campaign = make_approved_campaign(now=now, slug=slug)
    return start_sending(campaign_id=campaign.pk, user=make_marketer(), now=now)


def test_the_index_lists_letters_that_went_out_and_is_cacheable(client, now):
    sent_letter(now, "out")
    make_campaign(author=make_marketer(), now=now, slug="draft")

    first, second = client.get("/newsletters/"), client.get("/newsletters/")

    html = first.content.decode()
    assert "/newsletters/archive/out/" in html
    assert "/newsletters/archive/draft/" not in html
    assert (first["X-Page-Cache"], second["X-Page-Cache"]) == ("miss", "hit")
    assert "csrf" not in html


def test_a_letter_is_readable_by_anyone_and_a_draft_by_nobody(client, now):
    sent_letter(now, "out")
    make_campaign(author=make_marketer(), now=now, slug="draft")

    letter, draft = client.get("/newsletters/archive/out/"), client.get("/newsletters/archive/draft/")

    html = letter.content.decode()
    assert "追回损失先收钱，" in html
    assert "您好" not in html
    assert letter["X-Page-Cache"] == "miss"
    assert draft.status_code == 404


def test_the_page_of_a_letter_shows_no_html_that_the_mail_would_not(client, now):
    make_subscription()
    hostile = '<p onclick="x()">先停<b>一停</b><script>alert(1)</script><img src="/p.png"></p>'
    letter = make_approved_campaign(now=now, slug="out", body=[{"type": "paragraph", "value": hostile}])
    start_sending(campaign_id=letter.pk, user=make_marketer(), now=now)
    html = client.get("/newsletters/archive/out/").content.decode()
    assert "先停<b>一停</b>" in html
    assert not [word for word in ("onclick", "alert(1)", "/p.png") if word in html]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_index_takes_one_query_for_any_number_of_letters(client, now, rows, django_assert_num_queries):
    for number in range(rows):
        sent_letter(now, f"letter-{number}")

    with django_assert_num_queries(1):
        client.get("/newsletters/?q=x")


def test_the_desk_is_for_signed_in_people(client):
    response = client.get("/me/newsletters/")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_the_desk_subscribes_changes_and_leaves(client, now):
    user = InvestorFactory()
    contact = ContactFactory(user=user, verified_at=now)
    client.force_login(user, backend="accounts.backends.ContactCodeBackend")
    fields = {"contact": contact.pk, "topics": ["monthly"], "frequency": "every"}

    refused = client.post("/me/newsletters/", fields)
    client.post("/me/newsletters/", {**fields, "consent": "on"})
    begun = (Subscription.objects.get().is_active, Subscription.objects.get().topic_keys)
    client.post("/me/newsletters/", {**fields, "topics": ["risk", "events"]})
    changed = Subscription.objects.get().topic_keys
    client.post("/me/newsletters/", {**fields, "leave": "1"})

    assert refused.status_code == 422
    assert "要先勾选同意，我们才能给您发信。" in refused.content.decode()
    assert begun == (True, ["monthly"])
    assert changed == ["events", "risk"]
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED


def test_the_desk_does_not_touch_what_belongs_to_another(client, now):
    foreign = make_subscription(contact=ContactFactory(user=InvestorFactory(), verified_at=now))
    client.force_login(InvestorFactory(), backend="accounts.backends.ContactCodeBackend")

    client.post("/me/newsletters/", {"contact": foreign.contact_point.pk, "leave": "1"})

    assert Subscription.objects.get().status == SubscriptionStatus.ACTIVE
