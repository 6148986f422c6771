"""The outbox leaving: claim a delivery, send it, mark it, all under its row's lock.

A worker killed before the mark loses the lock with its connection: the delivery is sent again at once, under the same
id. A delivery that fails waits longer each time; after the last attempt it is a dead letter for an administrator.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import models, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from yiwu_portal.history.service import record
from yiwu_portal.notifications.channels import Channel, NoAddress, channel_open
from yiwu_portal.notifications.models import Delivery
from yiwu_portal.notifications.queries import dead_letters, deliveries_due, unwanted_channels
from yiwu_portal.notifications.rules import MOST_ATTEMPTS, error_text, pause_after
from yiwu_portal.programmes.service import Unknown, notice_kind, task_send_after_commit

log = logging.getLogger(__name__)

SWEEP_SECONDS = 15.0  # a sweep ends well before its task's time limit
BATCH = 10  # deliveries claimed and marked together; a worker killed in between sends up to so many again
MOST_FAILURES = 3  # in a row: then the channel is down, and the rest waits for the next sweep untried
Channels = dict[str, Channel]


def delivery_send(*, delivery_id: int) -> bool:
    """Send one delivery that is due; False when it went before, is being sent by another, or failed."""
    with _channels() as channels:
        done = _send_some(deliveries_due().filter(pk=delivery_id), channels)
    return any(delivery.state == Delivery.State.SENT for delivery in done)


def deliveries_sweep(*, seconds: float = SWEEP_SECONDS) -> int:
    """Send whatever is due, for a bounded time; returns how many left."""
    end, sent, failures = time.monotonic() + seconds, 0, Counter[str]()
    with _channels() as channels:
        while time.monotonic() < end:
            down = [channel for channel, number in failures.items() if number >= MOST_FAILURES]
            done = _send_some(deliveries_due().exclude(channel__in=down), channels, failures)
            if not done:
                break
            sent += sum(delivery.state == Delivery.State.SENT for delivery in done)
    return sent


def delivery_resend(*, by: models.Model, delivery_id: int) -> bool:
    """Put a delivery that was given up back into the outbox (administrators); False when it was not given up."""
    with transaction.atomic():
        delivery = dead_letters().select_for_update(of=("self",)).filter(pk=delivery_id).first()
        if delivery is None:
            return False
        Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.CREATED, attempts=0, due_at=Now())
        record(
            verb="notifications.delivery_resend",
            by=by,
            stream=f"delivery:{delivery.pk}",
            subject=delivery,
            data={"channel": delivery.channel, "kind": delivery.notice.kind},
        )
        task_send_after_commit("notifications.delivery_send", delivery.pk)
        return True


def _send_some(due: "QuerySet[Delivery]", channels: Channels, failures: Counter[str] | None = None) -> list[Delivery]:
    """Claim the first deliveries of a queryset and see them through; empty when there is none to claim."""
    failures = Counter() if failures is None else failures
    with transaction.atomic():
        done = list(_claim(due))
        for delivery in done:
            # those left over when their channel fails go back untried with the end of this transaction
            if failures[delivery.channel] < MOST_FAILURES and not _drop_unwanted(delivery):
                _send(delivery, channels, failures)
        sent = [delivery.pk for delivery in done if delivery.state == Delivery.State.SENT]
        _mark_sent(sent)
        return done


def _send(delivery: Delivery, channels: Channels, failures: Counter[str]) -> None:
    try:
        channel = channels.get(delivery.channel)
        if channel is None:
            channel = channels[delivery.channel] = channel_open(delivery.channel)
        channel.send(delivery)
    except Exception as error:  # whatever a provider's client raises: the notice waits, nothing is lost
        failures[delivery.channel] += 1
        _fail(delivery, error)
    else:
        failures[delivery.channel] = 0
        delivery.state = Delivery.State.SENT


def _claim(due: "QuerySet[Delivery]") -> "QuerySet[Delivery]":
    return due.select_related("notice__user").select_for_update(skip_locked=True, of=("self",))[:BATCH]


def _mark_sent(pks: list[int]) -> None:
    if pks:
        Delivery.objects.filter(pk__in=pks).update(state=Delivery.State.SENT, sent_at=Now(), last_error="")


def _drop_unwanted(delivery: Delivery) -> bool:
    """Asked again at the last moment: what was queued before she switched it off does not leave any more."""
    notice = delivery.notice
    if notice.user is None:  # she asked for it herself just now
        return False
    try:
        kind = notice_kind(notice.kind)[1]
        is_unwanted = kind.is_optional and delivery.channel in unwanted_channels(notice.user.pk, notice.kind)
    except Unknown:  # its programme was taken out; what it promised to tell is told
        is_unwanted = False
    if is_unwanted or not notice.user.is_active:
        delivery.state = Delivery.State.DROPPED
        Delivery.objects.filter(pk=delivery.pk).update(state=delivery.state)
    return delivery.state == Delivery.State.DROPPED


def _fail(delivery: Delivery, error: Exception) -> None:
    attempts, text = delivery.attempts + 1, error_text(error)
    if attempts >= MOST_ATTEMPTS or isinstance(error, NoAddress):
        delivery.state = Delivery.State.DEAD
    log.warning("delivery %s, attempt %s: %s", delivery.pk, attempts, text)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=delivery.state, attempts=attempts, last_error=text, due_at=Now() + pause_after(attempts)
    )


@contextmanager
def _channels() -> Iterator[Channels]:
    channels: Channels = {}
    try:
        yield channels
    finally:
        for channel in channels.values():
            channel.close()
