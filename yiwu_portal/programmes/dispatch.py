"""Telling the workers after the commit, without ever waiting long for a dead broker.

What is told here also stands in the database (an outbox row, a slot), where a sweeper finds it: a lost message costs
seconds, never work. So the first failure opens a circuit breaker and the next requests do not even try for a while.
"""

import logging
import time
from functools import cache, partial
from typing import Any

from django.db import transaction

log = logging.getLogger(__name__)

PAUSE_SECONDS = 10.0
PATIENCE = {
    "socket_connect_timeout": 0.5,  # seconds, as the next
    "socket_timeout": 1,
    "max_retries": 0,  # without it kombu tries for six seconds on its own
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
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
        with _producers(app.conf.broker_url).acquire(block=True, timeout=1) as producer:
            app.send_task(name, args=args, producer=producer, retry=False, ignore_result=True)
    except Exception as error:  # whatever the broker's client raises, the act is committed and must be answered
        _quiet_until = time.monotonic() + PAUSE_SECONDS
        log.warning("the broker did not take %s (%s); sweepers work until it is back", name, type(error).__name__)


@cache
def _producers(address: str) -> Any:
    """Connections of our own to the broker, less patient than a worker's."""
    from kombu.pools import producers

    from yiwu_portal.celery import app

    options = {**app.conf.broker_transport_options, **PATIENCE}
    return producers[app.connection_for_write(address, transport_options=options)]
