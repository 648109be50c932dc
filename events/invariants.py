"""What must hold at any time; each check yields a sentence for every violation."""

from collections.abc import Iterable

from django.db.models import Count, F, Max, Min, Q, Sum
from django.utils.translation import gettext as _

from events import seat_triggers
from events.actions.notices import message_key
from events.enums import ACTIVE, SEATED, RegistrationSource, RegistrationStatus
from events.messages import CONFIRMED, PROMOTED
from events.models import EventSession, Registration
from messaging.models import Delivery

_BATCH = 500


def seats_within_capacity() -> Iterable[str]:
    """Seats held, counted from rows, are at most the capacity and equal to the kept count; the triggers are there."""
    if not seat_triggers.installed():
        yield _("座位触发器不在：请重新运行 migrate。")
    sessions = EventSession.objects.annotate(
        held=Sum("registrations__seats", filter=Q(registrations__status__in=SEATED), default=0)
    )
    for session in sessions.filter(capacity__isnull=False, held__gt=F("capacity")):
        yield _("场次 %(id)s：占了 %(held)s 座，超过 %(capacity)s 座。") % {
            "id": session.pk,
            "held": session.held,
            "capacity": session.capacity,
        }
    for session in sessions.exclude(held=F("seats_taken")):
        yield _("场次 %(id)s：实占 %(held)s 座，记的是 %(kept)s 座。") % {
            "id": session.pk,
            "held": session.held,
            "kept": session.seats_taken,
        }


def waitlist_in_order() -> Iterable[str]:
    """Numbers are unique in a session; who waits and fits was not overtaken by a later number that got an offer."""
    doubled = (
        Registration.objects.filter(waitlist_number__isnull=False)
        .values("session_id", "waitlist_number")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    for row in doubled:
        yield _("场次 %(session)s：候补号 %(number)s 用了两次。") % {
            "session": row["session_id"],
            "number": row["waitlist_number"],
        }
    offered = (
        Registration.objects.filter(status=RegistrationStatus.OFFERED)
        .values("session_id")
        .annotate(last=Max("waitlist_number"))
    )
    for last in offered:
        first_waiting = Registration.objects.filter(session_id=last["session_id"], seats=1).waiting()
        number = first_waiting.aggregate(first=Min("waitlist_number"))["first"]
        if number is not None and number < last["last"]:
            yield _("场次 %(session)s：候补 %(waiting)s 号还在等，%(offered)s 号却先得到了座位。") % {
                "session": last["session_id"],
                "waiting": number,
                "offered": last["last"],
            }


def active_once() -> Iterable[str]:
    """A contact point holds one place a session."""
    doubled = (
        Registration.objects.filter(status__in=ACTIVE, contact_point__isnull=False)
        .values("session_id", "contact_point_id")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    for row in doubled:
        yield _("场次 %(session)s：同一个联系方式报了两次。") % {"session": row["session_id"]}


def confirmations_accepted() -> Iterable[str]:
    """Every confirmed registration has the message that says so, for each of its contact points."""
    confirmed = Registration.objects.filter(
        status__in=(RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED), erased_at__isnull=True
    ).exclude(source=RegistrationSource.SAMPLE)
    batch: list[Registration] = []
    for registration in confirmed.order_by("pk").iterator(chunk_size=_BATCH):
        batch.append(registration)
        if len(batch) == _BATCH:
            yield from _without_message(batch)
            batch = []
    yield from _without_message(batch)


def _without_message(batch: list[Registration]) -> Iterable[str]:
    wanted: dict[str, Registration] = {}
    for registration in batch:
        template = CONFIRMED if registration.waitlist_number is None else PROMOTED
        for contact_id in (registration.contact_point_id, registration.second_contact_id):
            if contact_id is not None:
                wanted[message_key(registration, template.rpartition(".")[2], contact_id)] = registration
    known = set(Delivery.objects.filter(event_key__in=list(wanted)).values_list("event_key", flat=True))
    for key, registration in wanted.items():
        if key not in known:
            yield _("报名 %(id)s 没有确认消息。") % {"id": registration.pk}


INVARIANTS = {
    "events.seats_within_capacity": seats_within_capacity,
    "events.waitlist_in_order": waitlist_in_order,
    "events.active_once": active_once,
    "events.confirmations_accepted": confirmations_accepted,
}
