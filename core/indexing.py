"""The indexes of search and of references over a long load: each object that it changes is written to them once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task_backends
from django_tasks.backends.dummy import DummyBackend


@contextmanager
def indexed_once() -> Iterator[None]:
    """Let both indexes wait until the end of the block, and then take up each object that was saved in it once.

    Wagtail indexes at every save, by tasks that run at once: writing, submitting and publishing one page asks for three
    times the same. Where the block raises nothing is indexed, so it belongs inside the transaction that is undone then.
    """
    running = task_backends[DEFAULT_TASK_BACKEND_ALIAS]
    waiting = DummyBackend(DEFAULT_TASK_BACKEND_ALIAS, {})
    task_backends[DEFAULT_TASK_BACKEND_ALIAS] = waiting
    try:
        yield
    finally:
        task_backends[DEFAULT_TASK_BACKEND_ALIAS] = running
    for task, arguments in dict.fromkeys((result.task, tuple(result.args)) for result in waiting.results):
        task.enqueue(*arguments)
