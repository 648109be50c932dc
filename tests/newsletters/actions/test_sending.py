import email
from datetime import timedelta
from email import policy
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from messaging.enums import DeliveryState
from messaging.models import Delivery
from newsletters.actions.sending import (
    cancel_campaign,
    finish_campaign,
    pause_sending,
    queue_batch,
    resume_sending,
    send_test,
    start_sending,
)
from newsletters.actions.subscriptions import change_choices, unsubscribe
from newsletters.enums import CampaignStatus, Frequency, SubscriptionStatus, Topic
from newsletters.errors import CampaignError, CampaignStateError, ContentChangedError, NotAllowedError
from newsletters.models import Campaign, CampaignRecipient
from newsletters.queries import audience_count, broken_rules, progress
from tests.factories.newsletters import (
    make_approved_campaign,
    make_campaign,
    make_marketer,
    make_phone_subscription,
    make_reviewer,
    make_subscription,
)

pytestmark = pytest.mark.django_db


def start(campaign, now):
    start_sending(campaign_id=campaign.pk, user=make_marketer(), now=now)
    while queue_batch(campaign_id=campaign.pk, now=now, size=2):
        pass
    return Campaign.objects.get(pk=campaign.pk)


def parsed(parcel):
    return email.message_from_bytes(parcel.data, policy=policy.default)


def test_it_goes_to_confirmed_subscribers_of_the_topic_and_to_nobody_else(now, run_sender):
    wanted = [make_subscription(), make_phone_subscription(), make_subscription()]
    make_subscription(status=SubscriptionStatus.PENDING)
    make_subscription(status=SubscriptionStatus.UNSUBSCRIBED)
    make_subscription(topics=(Topic.EVENTS,))
    campaign = start(make_approved_campaign(now=now), now)

    box = run_sender(now)

    assert {row.subscription_id for row in campaign.recipients.all()} == {row.pk for row in wanted}
    assert (len(box["email"]), len(box["sms"])) == (2, 1)
    assert finish_campaign(campaign_id=campaign.pk, now=now) is True
    assert Campaign.objects.get().status == CampaignStatus.SENT
    assert broken_rules() == []


def test_a_mail_carries_the_letter_and_one_click_leaving(now, run_sender):
    make_subscription()
    start(make_approved_campaign(now=now), now)

    message = parsed(run_sender(now)["email"][0])

    assert message["Subject"] == "要先交钱才能追回损失？"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/newsletters/unsubscribe/")
    html = message.get_body(("html",)).get_content()
    text = message.get_body(("plain",)).get_content()
    for words in (
        "谁先向您收钱",
        "多半是骗第二遍。",
        "看怎么认",
        "不再接收",
        "继续接收",
        "http://127.0.0.1:8000/help/now/",
    ):
        assert words in html
    assert "谁先向您收钱" in text
    assert "不再接收：http://127.0.0.1:8000/newsletters/unsubscribe/" in text


def test_a_short_message_is_signed_names_the_way_out_and_has_no_link(now, run_sender):
    make_phone_subscription()
    start(make_approved_campaign(now=now), now)

    text = run_sender(now)["sms"][0].data.decode()

    assert text == "【示例投教】12月的信：先交费才追损失，多半是第二次骗。别转账，打110。拒收请回复R"


def test_unsubscribing_between_queueing_and_sending_stops_the_letter(now, run_sender):
    leaves, stays = make_subscription(), make_subscription()
    campaign = start(make_approved_campaign(now=now), now)
    unsubscribe(subscription_id=leaves.pk, source="link", now=now)

    run_sender(now)

    states = dict(Delivery.objects.filter(source=campaign.source).values_list("event_key", "state"))
    assert states == {
        f"campaign:{campaign.pk}:{leaves.pk}": DeliveryState.SUPPRESSED,
        f"campaign:{campaign.pk}:{stays.pk}": DeliveryState.SENT,
    }


def test_dropping_the_topic_between_queueing_and_sending_stops_the_letter(now, run_sender):
    subscription = make_subscription()
    campaign = start(make_approved_campaign(now=now), now)
    change_choices(subscription_id=subscription.pk, topics=[Topic.RISK], frequency=Frequency.EVERY, now=now)

    run_sender(now)

    assert Delivery.objects.get(source=campaign.source).state == DeliveryState.SUPPRESSED


def test_starting_twice_starts_once(now):
    make_subscription()
    campaign = start(make_approved_campaign(now=now), now)

    with pytest.raises(CampaignStateError, match="已经开始发送"):
        start_sending(campaign_id=campaign.pk, user=make_marketer(), now=now)

    assert Delivery.objects.filter(source=campaign.source).count() == 1


@pytest.mark.parametrize("step", ["draft", "in_review"])
def test_what_nobody_approved_is_not_sent(now, step):
    from newsletters.actions.campaigns import submit_for_review

    make_subscription()
    author = make_marketer()
    campaign = make_campaign(author=author, now=now)
    if step == "in_review":
        submit_for_review(campaign_id=campaign.pk, user=author, now=now)

    with pytest.raises(CampaignStateError):
        start_sending(campaign_id=campaign.pk, user=author, now=now)
    with pytest.raises(CommandError):
        call_command("send_campaign", str(campaign.pk), user=author.email)

    assert Delivery.objects.count() == 0


def test_content_changed_behind_the_approval_is_not_sent(now):
    make_subscription()
    campaign = make_approved_campaign(now=now)
    Campaign.objects.filter(pk=campaign.pk).update(subject="偷偷换掉")

    with pytest.raises(ContentChangedError):
        start_sending(campaign_id=campaign.pk, user=make_marketer(), now=now)

    assert Delivery.objects.count() == 0


def test_sending_needs_the_permission_and_somebody_to_write_to(now):
    campaign = make_approved_campaign(now=now)

    with pytest.raises(NotAllowedError):
        start_sending(campaign_id=campaign.pk, user=make_reviewer(), now=now)
    with pytest.raises(CampaignError, match="没有人会收到"):
        start_sending(campaign_id=campaign.pk, user=make_marketer(), now=now)


def test_the_command_sends_what_was_approved(now):
    make_subscription()
    campaign = make_approved_campaign(now=now)
    out = StringIO()

    call_command("send_campaign", str(campaign.pk), stdout=out)

    assert out.getvalue() == "已排队 1 封，由后台发出。\n"
    assert Delivery.objects.filter(source=campaign.source).count() == 1


def test_a_crash_between_batches_resumes_without_a_double(now):
    for _number in range(5):
        make_subscription()
    campaign = make_approved_campaign(now=now)
    start_sending(campaign_id=campaign.pk, user=make_marketer(), now=now)
    queue_batch(campaign_id=campaign.pk, now=now, size=2)

    # A worker that was killed before its commit leaves the cursor behind the rows that an earlier one wrote.
    Campaign.objects.update(queue_cursor=0)
    while queue_batch(campaign_id=campaign.pk, now=now, size=2):
        pass

    assert Delivery.objects.filter(source=campaign.source).count() == 5
    assert Campaign.objects.get().recipients_count == 5


def test_a_person_gets_one_campaign_of_a_topic_a_day(now):
    make_subscription()
    start(make_approved_campaign(now=now), now)
    second = make_approved_campaign(now=now, slug="again")

    with pytest.raises(CampaignError):
        start_sending(campaign_id=second.pk, user=make_marketer(), now=now)
    tomorrow = now + timedelta(days=1)
    start(second, tomorrow)

    assert CampaignRecipient.objects.count() == 2


def test_quarterly_readers_get_the_first_letter_of_a_quarter(now):
    make_subscription(frequency=Frequency.QUARTERLY)
    make_subscription()
    start(make_approved_campaign(now=now), now)
    december = start(make_approved_campaign(now=now, slug="d"), now + timedelta(days=20))
    january = start(make_approved_campaign(now=now, slug="j"), now + timedelta(days=50))

    assert (december.recipients_count, january.recipients_count) == (1, 2)


def test_pausing_holds_letters_back_and_resuming_lets_them_go(now, run_sender):
    make_subscription()
    campaign = start(make_approved_campaign(now=now), now)
    user = make_marketer()

    pause_sending(campaign_id=campaign.pk, user=user, now=now)
    assert run_sender(now)["email"] == []
    resume_sending(campaign_id=campaign.pk, user=user, now=now)

    assert len(run_sender(now)["email"]) == 1


def test_cancelling_drops_what_has_not_gone(now, run_sender):
    make_subscription()
    campaign = start(make_approved_campaign(now=now), now)

    cancel_campaign(campaign_id=campaign.pk, user=make_marketer(), now=now)
    run_sender(now)

    assert Delivery.objects.get(source=campaign.source).state == DeliveryState.SUPPRESSED
    with pytest.raises(CampaignStateError):
        resume_sending(campaign_id=campaign.pk, user=make_marketer(), now=now)


def test_a_test_goes_to_the_marketers_own_address_and_says_so(now, run_sender):
    author = make_marketer()
    make_subscription()
    campaign = make_campaign(author=author, now=now)

    send_test(campaign_id=campaign.pk, user=author, now=now)
    send_test(campaign_id=campaign.pk, user=author, now=now + timedelta(seconds=1))

    parcels = run_sender(now + timedelta(seconds=2))["email"]
    assert [(parcel.recipient, parsed(parcel)["Subject"]) for parcel in parcels] == [
        (author.email, "【测试】要先交钱才能追回损失？")
    ]
    assert Campaign.objects.get().status == CampaignStatus.DRAFT


def test_counts_tell_channels_segments_and_cost(now, settings):
    settings.SMS_SEGMENT_PRICE = "0.05"
    make_subscription()
    make_phone_subscription()
    make_phone_subscription()
    campaign = make_campaign(author=make_marketer(), now=now, sms_text="长" * 80)

    count = audience_count(campaign, now=now)

    assert (count.email, count.sms, count.segments, str(count.cost)) == (1, 2, 2, "0.20")


def test_progress_counts_what_became_of_the_letters(now, run_sender):
    leaves = make_subscription()
    make_subscription()
    campaign = start(make_approved_campaign(now=now), now)
    unsubscribe(subscription_id=leaves.pk, source="link", now=now)

    before = progress(campaign)
    run_sender(now)
    after = progress(campaign)

    assert (before.waiting, before.sent, before.percent) == (2, 0, 0)
    assert (after.sent, after.dropped, after.waiting, after.percent) == (1, 1, 0, 100)


def test_invariants_find_what_must_never_be(now):
    make_subscription()
    campaign = start(make_approved_campaign(now=now), now)
    CampaignRecipient.objects.all().delete()
    Campaign.objects.filter(pk=campaign.pk).update(subject="偷偷换掉")

    assert broken_rules() == [
        f"第 {campaign.pk} 期正在发送或已发送，内容却不是审核通过的那一版。",
        f"第 {campaign.pk} 期排了 1 封，确认过的收件人只有 0 位。",
    ]
