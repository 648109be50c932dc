"""A letter that says what no letter may say is neither submitted nor approved."""

import pytest

from compliance.actions.overrides import release_finding
from compliance.errors import ReleaseRefusedError
from compliance.findings import findings_in
from newsletters.actions.campaigns import approve_campaign, save_campaign, submit_for_review
from newsletters.enums import CampaignStatus
from newsletters.errors import ForbiddenWordsError
from newsletters.models import Campaign
from tests.factories.newsletters import make_campaign, make_marketer, make_reviewer

pytestmark = pytest.mark.django_db
REASON = "这里引用的是违规广告原文，下一句就拆穿它。"


def blocked(now, author, **fields):
    return make_campaign(author=author, now=now, preheader="本产品保证收益，稳赚不赔", **fields)


def release_all(campaign, user, now):
    for found in findings_in(campaign):
        if found.severity == "block":
            release_finding(subject=campaign, revision=None, digest=found.digest, reason=REASON, user=user, now=now)


def test_a_finding_stops_the_submission_in_words(now):
    author = make_marketer()
    campaign = blocked(now, author)

    with pytest.raises(ForbiddenWordsError, match=r"“稳赚不赔”（主题后面的一句，规则 GUAR-no-loss）"):
        submit_for_review(campaign_id=campaign.pk, user=author, now=now)

    assert Campaign.objects.get().status == CampaignStatus.DRAFT


def test_a_finding_stops_the_approval(now):
    author = make_marketer()
    campaign = make_campaign(author=author, now=now)
    submit_for_review(campaign_id=campaign.pk, user=author, now=now)
    stored = Campaign.objects.get()
    stored.preheader = "本产品稳赚不赔"
    Campaign.objects.update(preheader=stored.preheader, content_digest=stored.compute_digest())

    with pytest.raises(ForbiddenWordsError):
        approve_campaign(campaign_id=campaign.pk, digest=stored.compute_digest(), user=make_reviewer(), now=now)

    assert Campaign.objects.get().status == CampaignStatus.IN_REVIEW


def test_a_released_letter_goes_its_way_until_it_is_changed(now):
    author, reviewer = make_marketer(), make_reviewer()
    campaign = blocked(now, author)
    release_all(campaign, reviewer, now)

    submit_for_review(campaign_id=campaign.pk, user=author, now=now)
    changed = Campaign.objects.get()
    changed.preheader = "我们的产品保证收益，稳赚不赔"
    save_campaign(campaign=changed, user=author, now=now)

    with pytest.raises(ForbiddenWordsError):
        submit_for_review(campaign_id=campaign.pk, user=author, now=now)


def test_who_wrote_a_letter_releases_none_of_it(now):
    author = make_marketer()
    campaign = blocked(now, author)

    with pytest.raises(ReleaseRefusedError):
        release_all(campaign, author, now)
