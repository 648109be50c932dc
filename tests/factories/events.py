"""Events, sessions and registrations for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from wagtail.models import Page, Site

from accounts.actions.contacts import get_or_create_contact
from accounts.models import ContactPoint
from events.enums import RegistrationStatus
from events.models import EventSession, Registration
from events.pages import EventIndexPage, EventPage

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def make_phone(number: int, *, now: datetime = NOW) -> ContactPoint:
    """Return the contact point of an invented phone number."""
    return get_or_create_contact(channel="sms", value=f"1380000{number:04d}", now=now)


def make_mail(name: str, *, now: datetime = NOW) -> ContactPoint:
    return get_or_create_contact(channel="email", value=f"{name}@example.com", now=now)


def live_page(page: Any, parent: Page) -> Any:
    """Put ``page`` under ``parent`` as if it had passed the publish gate long ago."""
    page.live = False
    parent.add_child(instance=page)
    Page.objects.filter(pk=page.pk).update(live=True, has_unpublished_changes=False)
    return type(page).objects.get(pk=page.pk)


def make_index() -> EventIndexPage:
    """Return ``/events/`` below the home of the default site."""
    found = EventIndexPage.objects.first()
    if found is not None:
        return found
    home = Site.objects.get(is_default_site=True).root_page
    return live_page(EventIndexPage(title="活动", slug="events", intro="坐下来，一起算一遍。"), home)


class EventPageFactory(factory.Factory):
    """A live salon in Shanghai."""

    class Meta:
        model = EventPage

    title = factory.Sequence(lambda n: f"费用沙龙：|一页纸上的四个数{n}")
    slug = factory.Sequence(lambda n: f"fee-salon-{n}")
    kind = "salon"
    mode = "onsite"
    city = "上海"
    venue = "上海示例路 100 号二楼"
    address = "上海市示例区示例路 100 号二楼"
    summary = "<p>一起算一遍费用。</p>"
    access_note = "一楼有电梯。"
    access_options = "大字资料\n助听设备"

    @classmethod
    def _create(cls, model_class: Any, *_args: Any, **kwargs: Any) -> EventPage:
        return live_page(model_class(**kwargs), make_index())


class EventSessionFactory(factory.django.DjangoModelFactory):
    """A session of ten seats on 12 December, 14:00 to 16:00 in Shanghai."""

    class Meta:
        model = EventSession

    page = factory.SubFactory(EventPageFactory)
    starts_at = datetime(2026, 12, 12, 6, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=2))
    check_in_at = factory.LazyAttribute(lambda session: session.starts_at - timedelta(minutes=30))
    capacity = 10


class RegistrationFactory(factory.django.DjangoModelFactory):
    """A confirmed seat, written without the rules."""

    class Meta:
        model = Registration

    session = factory.SubFactory(EventSessionFactory)
    contact_point = factory.Sequence(lambda n: make_phone(5000 + n))
    name = "李女士"
    status = RegistrationStatus.CONFIRMED
    consent_wording = "同意"
    consent_at = NOW
    created_at = NOW
