"""Sends an approved campaign from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError
from newsletters.actions.sending import queue_batch, start_sending
from newsletters.enums import CampaignStatus
from newsletters.models import Campaign


class Command(BaseCommand):
    """Refuses what a second person has not approved, like every other way."""

    help = "发送一期审核通过的信。没有通过审核的不发。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", type=int, help="编号")
        parser.add_argument("--user", help="以哪位工作人员的名义发送（工作邮箱）；不填就用提交审核的人")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(pk=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"没有第 {options['campaign']} 期。")
        email = options["user"]
        user: User | None = User.objects.filter(email=email, is_staff=True).first() if email else campaign.submitted_by
        if campaign.status == CampaignStatus.DRAFT:
            raise CommandError("这一期还没有通过审核，不能发送。")
        if user is None:
            raise CommandError("请用 --user 写明以谁的名义发送。")
        now = timezone.now()
        try:
            start_sending(campaign_id=campaign.pk, user=user, now=now)
        except DomainError as error:
            raise CommandError(str(error)) from error
        while queue_batch(campaign_id=campaign.pk, now=timezone.now()):
            pass
        campaign.refresh_from_db()
        self.stdout.write(f"已排队 {campaign.recipients_count} 封，由后台发出。")
