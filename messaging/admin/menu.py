"""消息: one entry of the sidebar for everything about messages, each role seeing its own part."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from messaging.admin.backends import BackendsViewSet
from messaging.admin.deliveries import DeliveryViewSet
from messaging.admin.demo import DemoOutbox
from messaging.admin.filings import FilingViewSet
from messaging.admin.queue import QueueViewSet
from messaging.admin.sms import CalendarViewSet, ReplyViewSet
from messaging.admin.suppression import SuppressionViewSet
from messaging.admin.unknown import HeldReceiptsViewSet, UnknownViewSet


class MessagesGroup(ViewSetGroup):
    """消息."""

    menu_label = _("消息")
    menu_name = "messages-group"
    menu_icon = "mail"
    menu_order = 420
    items = (
        DeliveryViewSet,
        UnknownViewSet,
        HeldReceiptsViewSet,
        BackendsViewSet,
        QueueViewSet,
        SuppressionViewSet,
        ReplyViewSet,
        CalendarViewSet,
        FilingViewSet,
        DemoOutbox,
    )
