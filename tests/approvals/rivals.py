"""Many people at once, each over a connection of her own."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same moment; what each returned, or the exception it met."""
    gate, met = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            met[number] = acts[number]()
        except Exception as error:
            met[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return met


def deadlocks() -> int:
    """How many deadlocks PostgreSQL counted in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


@contextmanager
def unlocked(queryset: "QuerySet[Any]", **lookup: Any) -> Iterator[Any]:
    """What `locked` would be without its lock, and a moment in which others come in."""
    with transaction.atomic():
        row = queryset.filter(**lookup).order_by("pk").first()
        time.sleep(0.1)
        yield row


def without_locks(monkeypatch: Any, *rooms: Any) -> None:
    """Switch the locks of these rooms off."""
    for room in rooms:
        monkeypatch.setattr(room, "locked", unlocked)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_, **__: self)
