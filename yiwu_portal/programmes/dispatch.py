"""Telling the workers after the commit, without ever waiting long for a dead broker.

What is told here also stands in the database (an outbox row, a slot), where a sweeper finds it: a lost message costs
seconds, never work. So the first failure opens a circuit breaker and the next requests do not even try for a while.
"""

import logging
import time
from functools import partial
from typing import Any

from django.db import transaction

log = logging.getLogger(__name__)

PAUSE_SECONDS = 10.0
_quiet_until = 0.0


def task_send_after_commit(name: str, *args: Any) -> None:
    """Send a task by name with plain arguments once the running transaction is committed."""
    transaction.on_commit(partial(_send, name, args), robust=True)


def _send(name: str, args: tuple[Any, ...]) -> None:
    global _quiet_until  # noqa: PLW0603  the breaker of this process
    if time.monotonic() < _quiet_until:
        return
    # the application itself, not celery's current one: a web process has not loaded it yet
    from yiwu_portal.celery import app

    try:
        app.send_task(name, args=args, retry=False, ignore_result=True)
    except Exception as error:  # whatever the broker's client raises, the act is committed and must be answered
        _quiet_until = time.monotonic() + PAUSE_SECONDS
        log.warning("the broker did not take %s (%s); sweepers work until it is back", name, type(error).__name__)
