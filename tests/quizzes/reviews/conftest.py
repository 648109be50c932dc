"""A published quiz of two questions, the first with a twin, made once for the tests of a file."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.enums import Channel
from accounts.models import ContactPoint, User
from quizzes.models import Quiz
from tests.factories.accounts import JOINED, ContactFactory, InvestorFactory
from tests.factories.quizzes import make_twinned_quiz


@pytest.fixture(scope="module")
def _planted_quiz(django_db_setup: None, django_db_blocker: Any) -> Iterator[Quiz]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_twinned_quiz()
        transaction.set_rollback(True)


@pytest.fixture
def quiz(_planted_quiz: Quiz, db: None) -> Quiz:
    return Quiz.objects.get(pk=_planted_quiz.pk)


@pytest.fixture
def learner(db: None) -> User:
    user: User = InvestorFactory()
    return user


@pytest.fixture
def address(learner: User) -> ContactPoint:
    contact: ContactPoint = ContactFactory(channel=Channel.EMAIL, user=learner, verified_at=JOINED)
    return contact


@pytest.fixture
def client_of_learner(learner: User) -> Client:
    client = Client()
    client.force_login(learner, backend="accounts.backends.ContactCodeBackend")
    return client
