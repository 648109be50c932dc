"""From draft to approval: who may write, who may sign."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.actions.audit import record_audit
from core.errors import PublicationRefusedError
from core.fact_texts import texts_of
from core.facts import keys_in
from core.registries import check_for_publication
from messaging.sms import has_link
from messaging.sms_lint import blocking
from newsletters.blocks import LetterBlock
from newsletters.enums import EDITABLE, CampaignStatus
from newsletters.errors import (
    CampaignError,
    CampaignStateError,
    ContentChangedError,
    ForbiddenWordsError,
    NotAllowedError,
    SecondPersonError,
)
from newsletters.letters import missing_pages, sms_findings
from newsletters.models import Campaign, CampaignEdit


def save_campaign(*, campaign: Campaign, user: User, now: datetime) -> Campaign:
    """Store what ``user`` wrote and put their name into the record of edits.

    Changing anything that is sent returns a submitted or approved campaign to draft. Raises ``CampaignStateError``
    once it is being sent, ``CampaignError`` when the short message holds a link; nothing is stored then.
    """
    _require(user, "newsletters.change_campaign", "newsletters.add_campaign")
    if has_link(campaign.sms_text):
        raise CampaignError(_("短信里不能有链接或网址：收短信的人要在自己打开的本站里找。"))
    _fill_items(campaign)
    digest = campaign.compute_digest()
    with transaction.atomic():
        if campaign.pk is None:
            campaign.created_by, campaign.created_at = user, now
            campaign.status = CampaignStatus.DRAFT
        else:
            stored = _locked(campaign.pk)
            if stored.status not in EDITABLE:
                raise CampaignStateError(_("这一期已经开始发送，不能再改。要更正，请另写一期。"))
            if stored.content_digest == digest:
                return stored
            _take_over_record(campaign, stored)
            _back_to_draft(campaign)
        campaign.content_digest = digest
        campaign.save()
        CampaignEdit.objects.create(campaign=campaign, user=user, digest=digest, at=now)
        record_audit(action="newsletters.campaign.save", target=campaign, user=user, now=now, detail={"digest": digest})
    return campaign


def submit_for_review(*, campaign_id: int, user: User, now: datetime) -> Campaign:
    """Ask a second person to approve; raises ``CampaignError`` naming what is missing or must not be written."""
    _require(user, "newsletters.change_campaign")
    with transaction.atomic():
        campaign = _locked(campaign_id)
        if campaign.status != CampaignStatus.DRAFT:
            raise CampaignStateError(_("只有草稿可以提交审核。"))
        check_complete(campaign)
        check_words(campaign)
        campaign.status = CampaignStatus.IN_REVIEW
        campaign.submitted_by, campaign.submitted_at, campaign.review_note = user, now, ""
        campaign.save()
        record_audit(action="newsletters.campaign.submit", target=campaign, user=user, now=now)
    return campaign


def approve_campaign(*, campaign_id: int, digest: str, user: User, now: datetime) -> Campaign:
    """Approve exactly the content that ``digest`` names, as a person who wrote none of it.

    Superusers too. Raises ``SecondPersonError``, ``ContentChangedError`` when it was changed since it was shown,
    ``NotAllowedError`` or ``CampaignStateError``; nothing changes then.
    """
    _require(user, "newsletters.approve_campaign")
    with transaction.atomic():
        campaign = _locked(campaign_id)
        _check_in_review(campaign)
        check_second_person(campaign, user)
        if digest != campaign.content_digest or digest != campaign.compute_digest():
            raise ContentChangedError(_("您打开之后，内容又改过了。请重新看一遍再审核。"))
        check_complete(campaign)
        check_words(campaign)
        campaign.status = CampaignStatus.APPROVED
        campaign.approved_by, campaign.approved_at, campaign.approved_digest = user, now, digest
        campaign.review_note = ""
        campaign.save()
        record_audit(
            action="newsletters.campaign.approve", target=campaign, user=user, now=now, detail={"digest": digest}
        )
    return campaign


def return_campaign(*, campaign_id: int, note: str, user: User, now: datetime) -> Campaign:
    """Send a campaign back to its author with a reason, which must not be empty."""
    _require(user, "newsletters.approve_campaign")
    if not note.strip():
        raise CampaignError(_("请写明要改什么，好让同事知道。"))
    with transaction.atomic():
        campaign = _locked(campaign_id)
        _check_in_review(campaign)
        _back_to_draft(campaign)
        campaign.review_note = note.strip()
        campaign.save()
        record_audit(action="newsletters.campaign.return", target=campaign, user=user, now=now, detail={"note": note})
    return campaign


def check_second_person(campaign: Campaign, user: User) -> None:
    """Raise ``SecondPersonError`` when ``user`` wrote or submitted any of the campaign."""
    wrote = user.pk in {campaign.created_by_id, campaign.submitted_by_id} or campaign.edits.filter(user=user).exists()
    if wrote:
        raise SecondPersonError(_("您写过这一期，要由没有参与撰写的同事审核。系统管理员也一样。"))


def check_complete(campaign: Campaign) -> None:
    """Raise ``CampaignError`` naming what a letter lacks before it may be shown to a reviewer or sent."""
    if not (campaign.to_email or campaign.to_sms):
        raise CampaignError(_("请至少选一种发法：邮件或短信。"))
    if campaign.to_email and not campaign.body:
        raise CampaignError(_("邮件还没有正文。"))
    if campaign.to_sms:
        _check_sms(campaign)
    keys = keys_in(texts_of(campaign))
    if keys:
        # It goes out as it was approved: nothing fills in a key later, and readers would get the key itself.
        raise CampaignError(_("信和短信不能引用事实，请直接写出数字和日期：%(keys)s。") % {"keys": "、".join(keys)})
    unpublished = missing_pages(campaign)
    if unpublished:
        titles = "、".join(f"“{title}”" for title in unpublished)
        raise CampaignError(_("这些页面还没有发布，读者点开会看不到：%(titles)s。") % {"titles": titles})


def check_words(campaign: Campaign) -> None:
    """Raise ``ForbiddenWordsError`` naming what a letter must not say, unless a reviewer answers for it."""
    try:
        check_for_publication(campaign)
    except PublicationRefusedError as error:
        raise ForbiddenWordsError(str(error)) from error


def _check_sms(campaign: Campaign) -> None:
    if not campaign.sms_text.strip():
        raise CampaignError(_("选了发短信，但短信正文还是空的。"))
    wrong = blocking(sms_findings(campaign.sms_text))
    if wrong:
        raise CampaignError(_("短信要先改：%(wrong)s") % {"wrong": "".join(wrong)})


def _fill_items(campaign: Campaign) -> None:
    """Take title and summary of a chosen page into the letter, so that the approval covers the words themselves."""
    raw = campaign.body.get_prep_value()
    changed = False
    for data, block in zip(raw, campaign.body, strict=True):
        page = block.value.get("page") if block.block_type == "item" else None
        if page is None:
            continue
        for name, words in (("title", page.title.replace("|", "")), ("text", page.search_description)):
            if words and not data["value"].get(name):
                data["value"][name] = words
                changed = True
    if changed:
        campaign.body = LetterBlock().to_python(raw)


def _take_over_record(campaign: Campaign, stored: Campaign) -> None:
    """The form carries content only: who, when and where it stands come from the locked row."""
    names = [field.attname for field in Campaign._meta.concrete_fields if not _is_content(field.name)]
    for name in names:
        setattr(campaign, name, getattr(stored, name))


def _is_content(name: str) -> bool:
    return name in {
        "title", "slug", "topic", "to_email", "to_sms", "subject", "preheader", "headline", "body", "sms_text"
    }  # fmt: skip


def _back_to_draft(campaign: Campaign) -> None:
    campaign.status = CampaignStatus.DRAFT
    campaign.submitted_by_id = campaign.approved_by_id = None
    campaign.submitted_at = campaign.approved_at = None
    campaign.approved_digest = ""


def _locked(campaign_id: int) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).get(pk=campaign_id)


def _check_in_review(campaign: Campaign) -> None:
    if campaign.status != CampaignStatus.IN_REVIEW:
        raise CampaignStateError(_("这一期不在等待审核。"))


def _require(user: User, *permissions: str) -> None:
    if not user.is_active or not any(user.has_perm(permission) for permission in permissions):
        raise NotAllowedError(_("您没有这一步的权限。"))
