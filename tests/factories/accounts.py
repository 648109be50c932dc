"""Factories of the accounts app."""

from datetime import UTC, datetime

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from accounts.actions.contacts import get_or_create_contact
from accounts.enums import Channel
from accounts.models import ContactPoint, User
from accounts.roles import group_name

JOINED = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


class InvestorFactory(DjangoModelFactory):
    """A person with an account and no password; contact points are made by ``ContactFactory``."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"investor-{n:04d}")
    display_name = factory.Sequence(lambda n: f"学员{n}")
    date_joined = JOINED


class StaffFactory(DjangoModelFactory):
    """A member of staff with password ``staff-password``; ``role="editor"`` puts them into the role's group."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"staff-{n:04d}")
    email = factory.Sequence(lambda n: f"staff{n}@example.com")
    password = factory.django.Password("staff-password")
    is_staff = True
    date_joined = JOINED

    @factory.post_generation
    def role(self, create: bool, key: str | None, **_kwargs: object) -> None:
        if create and key:
            self.groups.add(Group.objects.get_or_create(name=group_name(key))[0])


class ContactFactory(factory.Factory):
    """A contact point, made the way the site makes it; ``user`` and ``verified_at`` as given."""

    class Meta:
        model = ContactPoint

    channel = Channel.EMAIL
    value = factory.Sequence(lambda n: f"reader{n}@example.com")

    @classmethod
    def _create(cls, model_class: type[ContactPoint], *_args: object, **kwargs: object) -> ContactPoint:
        contact = get_or_create_contact(channel=kwargs["channel"], value=kwargs["value"], now=JOINED)
        for name in ("user", "verified_at"):
            if name in kwargs:
                setattr(contact, name, kwargs[name])
        contact.save()
        return contact


class PhoneFactory(ContactFactory):
    """A mobile number."""

    channel = Channel.SMS
    value = factory.Sequence(lambda n: f"1380013{n % 10000:04d}")
