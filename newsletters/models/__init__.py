"""Tables of the newsletters app."""

from newsletters.models.campaigns import Campaign, CampaignEdit, CampaignRecipient
from newsletters.models.subscriptions import Subscriber, Subscription, SubscriptionTopic

__all__ = ["Campaign", "CampaignEdit", "CampaignRecipient", "Subscriber", "Subscription", "SubscriptionTopic"]
