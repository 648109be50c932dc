"""The database refuses rows whose state and columns disagree, whoever writes them."""

import pytest
from django.db import IntegrityError, transaction

from messaging.enums import Category, DeliveryState
from messaging.models import Delivery
from tests.factories.messaging import DeliveryFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trait", "changes"),
    [
        ({}, {"state": "nonsense"}),
        ({}, {"state": DeliveryState.CLAIMED}),
        ({}, {"contact_point": None}),
        ({}, {"params": None}),
        ({}, {"event_key": "taken"}),
        ({"claimed": True}, {"lease_until": None}),
        ({"claimed": True}, {"state": DeliveryState.PENDING}),
        ({"sending": True}, {"message_id": ""}),
        ({"sent": True}, {"message_id": ""}),
        ({"sent": True}, {"sent_at": None}),
        ({"sent": True}, {"closed_at": None}),
        ({"sent": True}, {"category": Category.CODE}),
        ({"unknown": True}, {"error_class": ""}),
        ({"unknown": True}, {"state": DeliveryState.PENDING}),
    ],
)
def test_inconsistent_row_is_refused(trait, changes):
    DeliveryFactory(event_key="taken")
    row = DeliveryFactory(**trait)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(**changes)
