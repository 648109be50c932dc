"""Statements that run alone: what happens while the server works, and what is left of it afterwards."""

import pytest
from django.db import DataError, OperationalError, connection, transaction

from accounts.models import User
from core import statements
from core.statements import run_alone

SQL = "UPDATE accounts_user SET email = %s WHERE username = %s"
SLOW = "UPDATE accounts_user SET email = %s FROM pg_sleep(0.2) WHERE username = %s"

on_postgres = pytest.mark.postgres
pytestmark = pytest.mark.django_db(transaction=True)


def nothing():
    return False


@pytest.fixture
def person():
    return User.objects.create(username="p", email="旧", is_staff=True)


def _name():
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM accounts_user WHERE username = 'p'")
        return cursor.fetchone()[0]


def test_it_says_how_many_rows_it_touched(person):
    assert [run_alone(SQL, ["新", who], nothing) for who in ("p", "nobody")] == [1, 0]
    assert _name() == "新"


@pytest.mark.parametrize("value", ["李'\\; DROP", "😀", "", None])
def test_values_stay_values(value, person):
    sql = "UPDATE accounts_user SET email = COALESCE(%s, '没有') WHERE username = %s"
    assert run_alone(sql, [value, "p"], nothing) == 1
    assert _name() == ("没有" if value is None else value)


@on_postgres
def test_others_work_while_the_server_does_and_stop_when_it_answers(person):
    calls = []
    assert run_alone(SLOW, ["新", "p"], lambda: calls.append(1) or True) == 1
    assert len(calls) > 10
    assert _name() == "新"


@on_postgres
def test_who_has_nothing_to_do_is_not_asked_again(person):
    calls = []
    assert run_alone(SLOW, ["新", "p"], lambda: bool(calls.append(1))) == 1
    assert calls == [1]


@on_postgres
def test_the_database_cannot_be_asked_in_between(person):
    with pytest.raises(RuntimeError, match="waits for an answer"):
        run_alone(SLOW, ["新", "p"], _name)
    assert _name() == "新"


@on_postgres
def test_an_error_of_the_server_is_raised_and_the_connection_goes_on(person):
    with pytest.raises(DataError):
        run_alone("UPDATE accounts_user SET id = 1 / %s WHERE username = %s", [0, "p"], nothing)
    assert (run_alone(SQL, ["新", "p"], nothing), _name()) == (1, "新")


@on_postgres
def test_an_interruption_leaves_a_connection_of_use(person):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_alone(SLOW, ["新", "p"], interrupt)
    assert _name() == "新"


def test_within_a_transaction_it_belongs_to_it(person):
    with transaction.atomic():
        assert run_alone(SQL, ["新", "p"], lambda: pytest.fail("called")) == 1
        transaction.set_rollback(True)
    assert _name() == "旧"


@on_postgres
def test_a_connection_keeps_a_bounded_number_of_plans(monkeypatch, person):
    monkeypatch.setattr(statements, "_KEPT", 3)
    for number in (1, 2, 3, 4, 5, 1):
        assert run_alone(f"{SQL} AND {number} = {number}", [str(number), "p"], nothing) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'alone%'")
        assert cursor.fetchone()[0] <= 3
    assert _name() == "1"


@on_postgres
def test_a_statement_whose_connection_died_is_an_error(person):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    finally:
        other.close()
    with pytest.raises(OperationalError):
        run_alone(SQL, ["新", "p"], nothing)
    connection.close()
    assert _name() == "旧"
