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
MOST_FAILURES = 3  # in a row: then the channel is down, and the rest waits for the next sweep untried
Channels = dict[str, Channel]


def delivery_send(delivery_id: int) -> bool:
    """Send one delivery that is due; False when it went before, is being sent by another, or failed."""
    with _channels() as channels:
        done = _send_first(deliveries_due().filter(pk=delivery_id), channels)
    return bool(done and done.state == Delivery.State.SENT)


def deliveries_sweep(*, seconds: float = SWEEP_SECONDS) -> int:
    """Send whatever is due, for a bounded time; returns how many left."""
    end, sent, failures = time.monotonic() + seconds, 0, Counter[str]()
    with _channels() as channels:
        while time.monotonic() < end:
            down = [channel for channel, number in failures.items() if number >= MOST_FAILURES]
            done = _send_first(deliveries_due().exclude(channel__in=down), channels)
            if done is None:
                break
            if done.last_error:
                failures[done.channel] += 1
            else:
                failures[done.channel] = 0
                sent += done.state == Delivery.State.SENT
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


def _send_first(due: "QuerySet[Delivery]", channels: Channels) -> Delivery | None:
    """Claim the first delivery of a queryset and see it through; None when there is none to claim."""
    with transaction.atomic():
        delivery = _claim(due)
        if delivery is None:
            return None
        delivery.last_error = ""
        if not _is_wanted(delivery):
            delivery.state = Delivery.State.DROPPED
            _keep(delivery)
            return delivery
        try:
            channel = channels.get(delivery.channel) or channels.setdefault(
                delivery.channel, channel_open(delivery.channel)
            )
            channel.send(delivery)
        except Exception as error:  # whatever a provider's client raises: the notice waits, nothing is lost
            _fail(delivery, error)
            return delivery
        delivery.state = Delivery.State.SENT
        _keep(delivery, sent_at=Now())
        return delivery


def _claim(due: "QuerySet[Delivery]") -> Delivery | None:
    return due.select_related("notice__user").select_for_update(skip_locked=True, of=("self",)).first()


def _is_wanted(delivery: Delivery) -> bool:
    """Asked again at the last moment: what was queued before she switched it off does not leave any more."""
    notice = delivery.notice
    if not notice.user.is_active:
        return False
    try:
        kind = notice_kind(notice.kind)[1]
    except Unknown:  # its programme was taken out; what it promised to tell is told
        return True
    return not kind.is_optional or delivery.channel not in unwanted_channels(notice.user_id, notice.kind)


def _fail(delivery: Delivery, error: Exception) -> None:
    delivery.attempts += 1
    delivery.last_error = error_text(error)
    if delivery.attempts >= MOST_ATTEMPTS or isinstance(error, NoAddress):
        delivery.state = Delivery.State.DEAD
    log.warning("delivery %s, attempt %s: %s", delivery.pk, delivery.attempts, delivery.last_error)
    _keep(delivery, due_at=Now() + pause_after(delivery.attempts))


def _keep(delivery: Delivery, **moments: object) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=delivery.state, attempts=delivery.attempts, last_error=delivery.last_error, **moments
    )


@contextmanager
def _channels() -> Iterator[Channels]:
    channels: Channels = {}
    try:
        yield channels
    finally:
        for channel in channels.values():
            channel.close()
