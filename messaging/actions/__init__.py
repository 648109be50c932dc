"""What other apps may ask of messaging."""

from messaging.actions.enqueue import Order, enqueue, enqueue_many

__all__ = ["Order", "enqueue", "enqueue_many"]
