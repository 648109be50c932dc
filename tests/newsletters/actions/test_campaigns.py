from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from newsletters.actions.campaigns import approve_campaign, return_campaign, save_campaign, submit_for_review
from newsletters.enums import CampaignStatus
from newsletters.errors import (
    CampaignError,
    CampaignStateError,
    ContentChangedError,
    NotAllowedError,
    SecondPersonError,
)
from newsletters.models import Campaign
from tests.factories.newsletters import (
    make_approved_campaign,
    make_campaign,
    make_marketer,
    make_reviewer,
    make_staff,
)

pytestmark = pytest.mark.django_db


def submitted(now, author):
    campaign = make_campaign(author=author, now=now)
    return submit_for_review(campaign_id=campaign.pk, user=author, now=now)


def test_a_second_person_approves_exactly_what_they_saw(now):
    campaign = submitted(now, make_marketer())
    reviewer = make_reviewer()

    approved = approve_campaign(campaign_id=campaign.pk, digest=campaign.content_digest, user=reviewer, now=now)

    assert approved.status == CampaignStatus.APPROVED
    assert (approved.approved_by, approved.approved_digest) == (reviewer, campaign.content_digest)


def test_the_author_cannot_approve_even_as_superuser(now):
    author = make_staff(superuser=True)
    campaign = submitted(now, author)

    with pytest.raises(SecondPersonError):
        approve_campaign(campaign_id=campaign.pk, digest=campaign.content_digest, user=author, now=now)

    assert Campaign.objects.get().status == CampaignStatus.IN_REVIEW


def test_whoever_edited_any_version_cannot_approve(now):
    author, helper = make_marketer(), make_staff("change_campaign", "approve_campaign")
    campaign = make_campaign(author=author, now=now)
    campaign.subject = "换一个主题"
    save_campaign(campaign=campaign, user=helper, now=now)
    campaign.subject = "再换一个"
    save_campaign(campaign=campaign, user=author, now=now)
    submit_for_review(campaign_id=campaign.pk, user=author, now=now)

    with pytest.raises(SecondPersonError):
        approve_campaign(campaign_id=campaign.pk, digest=Campaign.objects.get().content_digest, user=helper, now=now)


def test_approval_needs_the_permission(now):
    campaign = submitted(now, make_marketer())

    with pytest.raises(NotAllowedError):
        approve_campaign(campaign_id=campaign.pk, digest=campaign.content_digest, user=make_marketer(), now=now)


def test_approving_what_was_changed_meanwhile_is_refused(now):
    author = make_marketer()
    campaign = submitted(now, author)
    seen = campaign.content_digest
    campaign.subject = "换一个主题"
    save_campaign(campaign=campaign, user=author, now=now)
    submit_for_review(campaign_id=campaign.pk, user=author, now=now)

    with pytest.raises(ContentChangedError):
        approve_campaign(campaign_id=campaign.pk, digest=seen, user=make_reviewer(), now=now)


def test_editing_an_approved_campaign_returns_it_to_draft(now):
    author = make_marketer()
    campaign = make_approved_campaign(now=now, author=author)
    campaign.sms_text = "换一条短信。"

    save_campaign(campaign=campaign, user=author, now=now + timedelta(hours=1))

    stored = Campaign.objects.get()
    assert (stored.status, stored.approved_by, stored.approved_digest) == (CampaignStatus.DRAFT, None, "")


def test_saving_without_a_change_keeps_the_approval(now):
    author = make_marketer()
    campaign = make_approved_campaign(now=now, author=author)

    save_campaign(campaign=Campaign.objects.get(pk=campaign.pk), user=author, now=now)

    assert Campaign.objects.get().status == CampaignStatus.APPROVED
    assert campaign.edits.count() == 1


def test_a_form_cannot_carry_an_approval_in(now):
    author = make_marketer()
    campaign = make_campaign(author=author, now=now)
    campaign.status, campaign.approved_by, campaign.subject = CampaignStatus.APPROVED, make_reviewer(), "换"

    save_campaign(campaign=campaign, user=author, now=now)

    stored = Campaign.objects.get()
    assert (stored.status, stored.approved_by) == (CampaignStatus.DRAFT, None)


def test_what_is_going_out_cannot_be_edited(now):
    campaign = make_approved_campaign(now=now)
    Campaign.objects.filter(pk=campaign.pk).update(status=CampaignStatus.SENDING, started_at=now)
    campaign.subject = "换"

    with pytest.raises(CampaignStateError):
        save_campaign(campaign=campaign, user=make_marketer(), now=now)


def test_the_database_refuses_content_that_was_not_approved(now):
    campaign = make_approved_campaign(now=now)

    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(content_digest="0" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(approved_by=campaign.created_by)


def test_a_short_message_with_a_link_is_not_stored(now):
    with pytest.raises(CampaignError, match="链接"):
        make_campaign(author=make_marketer(), now=now, sms_text="点 www.example.com 看")

    assert Campaign.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"body": []}, "正文"),
        ({"sms_text": ""}, "短信正文"),
        ({"sms_text": "长" * 330}, "短信要先改：连签名一共按 6 条计费"),
        ({"sms_text": "{name}您好"}, "“{name}”：这里还没有填上内容。"),
        ({"to_email": False, "to_sms": False}, "至少选一种"),
    ],
)
def test_an_incomplete_letter_is_not_submitted(now, fields, words):
    author = make_marketer()
    campaign = make_campaign(author=author, now=now, **fields)

    with pytest.raises(CampaignError, match=words):
        submit_for_review(campaign_id=campaign.pk, user=author, now=now)


def test_a_page_gives_its_words_to_the_letter_and_must_be_published(now):
    from wagtail.models import Page

    root = Page.objects.get(depth=1)
    page = root.add_child(
        instance=Page(title="一页|产品资料概要", slug="d-03", live=False, search_description="四个数。")
    )
    author = make_marketer()
    item = {"kind": "", "title": "", "text": "", "page": page.pk, "path": "", "link_text": ""}
    campaign = make_campaign(author=author, now=now, body=[{"type": "item", "value": item}])

    with pytest.raises(CampaignError, match="还没有发布"):
        submit_for_review(campaign_id=campaign.pk, user=author, now=now)

    value = Campaign.objects.get().body[0].value
    assert (value["title"], value["text"]) == ("一页产品资料概要", "四个数。")


def test_sending_back_needs_a_reason_and_keeps_it(now):
    campaign = submitted(now, make_marketer())
    reviewer = make_reviewer()

    with pytest.raises(CampaignError):
        return_campaign(campaign_id=campaign.pk, note="  ", user=reviewer, now=now)
    return_campaign(campaign_id=campaign.pk, note="短信太长。", user=reviewer, now=now)

    stored = Campaign.objects.get()
    assert (stored.status, stored.review_note) == (CampaignStatus.DRAFT, "短信太长。")


@pytest.mark.parametrize("field", ["subject", "preheader", "sms_text"])
def test_a_letter_that_names_a_fact_is_stopped_with_its_key(now, field):
    author = make_marketer()
    campaign = make_campaign(author=author, now=now, **{field: "申购费率最高{fact:fee_cap}"})
    with pytest.raises(CampaignError, match=r"不能引用事实.*fee_cap"):
        submit_for_review(campaign_id=campaign.pk, user=author, now=now)
    assert Campaign.objects.get(pk=campaign.pk).status == CampaignStatus.DRAFT
