"""Waking the sender once a transaction, however many messages it accepted."""

from django.db import connection, transaction

from core.nudge import nudge


def wake_sender() -> None:
    """Ask for a run of ``messaging.send_due`` after the current transaction commits; more calls in it add nothing."""
    if connection.in_atomic_block and any(entry[1] is _wake for entry in connection.run_on_commit):
        return
    transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    from messaging.tasks import send_due_task

    nudge(send_due_task)
