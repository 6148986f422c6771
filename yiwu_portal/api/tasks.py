"""Calling after the commit: one call, or whatever is due; again they do nothing."""

from celery import shared_task

from yiwu_portal.api.service import call_send as send
from yiwu_portal.api.service import calls_sweep as sweep


@shared_task(name="api.call_send")
def call_send(call_id: int) -> None:
    """Make one call if it still waits."""
    send(call_id=call_id)


@shared_task(name="api.calls_sweep")
def calls_sweep() -> None:
    """Make the calls that are due."""
    sweep()
