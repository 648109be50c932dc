"""What messaging adds to core's registries."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from core.registries import PersonalDataProvider, invariants, personal_data_providers, role_permissions
from messaging.actions.erasing import erase_deliveries_of
from messaging.enums import ACCEPTED_STATES, CLOSED_STATES, Category, DeliveryState
from messaging.models import Delivery, SentCopy
from messaging.queries import export_deliveries_of

# A lease lapsed this long ago means that no sweep runs.
_SWEEP_PATIENCE = timedelta(minutes=10)


def check_deliveries() -> Iterable[str]:
    """States and columns agree, nothing is sent without an identity, no code outlives its use, sweeps run."""
    for row in Delivery.objects.filter(state__in=ACCEPTED_STATES, message_id="").values_list("pk", flat=True):
        yield _("消息 %(id)s 已发出，却没有 Message-ID。") % {"id": row}
    for row in Delivery.objects.filter(state__in=ACCEPTED_STATES, sent_at__isnull=True).values_list("pk", flat=True):
        yield _("消息 %(id)s 已发出，却没有发出时间。") % {"id": row}
    codes = Delivery.objects.filter(category=Category.CODE, state__in=CLOSED_STATES, params__isnull=False)
    for row in codes.values_list("pk", flat=True):
        yield _("消息 %(id)s 已经结束，验证码还留着。") % {"id": row}
    held = Delivery.objects.filter(state__in=(DeliveryState.CLAIMED, DeliveryState.SENDING))
    for row in held.filter(token__isnull=True).values_list("pk", flat=True):
        yield _("消息 %(id)s 被领取，却没有凭证。") % {"id": row}
    for row in held.filter(lease_until__lt=timezone.now() - _SWEEP_PATIENCE).values_list("pk", flat=True):
        yield _("消息 %(id)s 的领取早已过期，没有被清理：beat 可能没有运行。") % {"id": row}
    twice = Delivery.objects.exclude(message_id="").values("message_id").annotate(rows=Count("pk")).filter(rows__gt=1)
    for entry in twice:
        yield _("Message-ID %(id)s 出现在 %(rows)s 条消息上。") % {"id": entry["message_id"], "rows": entry["rows"]}
    if not settings.DEMO and SentCopy.objects.exists():
        yield _("不是演示环境，却留有演示发件箱的副本。")


_SEE = ("messaging.view_delivery",)
_SEE_SMS = ("messaging.view_calendarday", "messaging.view_smsfiling")
_CARE = (
    "messaging.settle_delivery",
    "messaging.view_receipt",
    "messaging.settle_receipt",
    "messaging.view_suppression",
    "messaging.add_suppression",
    "messaging.delete_suppression",
    "messaging.view_upstreamsms",
    "messaging.view_backendhealth",
)
_RUN = (
    "messaging.change_backendhealth",
    "messaging.add_calendarday",
    "messaging.change_calendarday",
    "messaging.delete_calendarday",
    "messaging.change_smsfiling",
)
_STAFF_MAY: Mapping[str, tuple[str, ...]] = {
    "admin": (*_SEE, *_SEE_SMS, *_CARE, *_RUN),
    "marketing": (*_SEE, *_SEE_SMS),
    "events": _SEE,
    "service": (*_SEE, *_CARE),
}
_provider = PersonalDataProvider(export=export_deliveries_of, erase=erase_deliveries_of)


def register() -> None:
    """Fill the registries; called once by the app's configuration."""
    invariants.register("messaging.deliveries", check_deliveries)
    personal_data_providers.register("messaging", _provider)
    role_permissions.register("messaging", _STAFF_MAY)
