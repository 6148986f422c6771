"""Letting the outbox go: one delivery after the commit that wrote it, and a sweep for whatever was missed."""

from celery import shared_task

from yiwu_portal.notifications.service import delivery_send as send


@shared_task(name="notifications.delivery_send")
def delivery_send(delivery_id: int) -> None:
    """Send one delivery if it still waits; again it does nothing."""
    send(delivery_id=delivery_id)
