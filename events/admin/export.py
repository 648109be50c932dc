"""A session's registrations as a table for the door."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.spreadsheets import safe_cell
from events.models import EventSession, Registration

_BATCH = 500


class _Line:
    """What csv writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(session: EventSession) -> Iterator[str]:
    """Yield the table line by line, contacts masked; a mark in front tells spreadsheets that it is UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff"
    head = (
        _("签到码"),
        _("称呼"),
        _("联系方式"),
        _("几位"),
        _("需要准备"),
        _("状态"),
        _("候补号"),
        _("报名时间"),
        _("签到时间"),
    )
    yield writer.writerow(head)
    registrations = Registration.objects.filter(session=session).select_related("contact_point", "second_contact")
    for registration in registrations.order_by("created_at", "pk").iterator(chunk_size=_BATCH):
        yield writer.writerow([safe_cell(cell) for cell in _cells(registration)])


def _cells(registration: Registration) -> tuple[Any, ...]:
    return (
        registration.ticket_text,
        registration.name,
        "；".join(contact.masked for contact in registration.contacts()),
        registration.seats,
        registration.access_needs,
        registration.get_status_display(),
        registration.waitlist_number or "",
        _moment(registration.created_at),
        _moment(registration.checked_in_at),
    )


def _moment(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
