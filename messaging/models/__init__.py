"""Tables of the messaging app."""

from messaging.models.archive import ArchivedDelivery
from messaging.models.backends import BackendHealth, SmsFiling
from messaging.models.deliveries import Delivery, DeliveryQuerySet, SentCopy
from messaging.models.receipts import Receipt, UpstreamSms
from messaging.models.suppression import CalendarDay, Suppression

__all__ = [
    "ArchivedDelivery",
    "BackendHealth",
    "CalendarDay",
    "Delivery",
    "DeliveryQuerySet",
    "Receipt",
    "SentCopy",
    "SmsFiling",
    "Suppression",
    "UpstreamSms",
]
