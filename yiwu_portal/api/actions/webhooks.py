"""Webhooks: rows written in the transaction of the act, called after it, again until heard; replayable."""

import json
import logging
import time
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from yiwu_portal.accounts.models import User
from yiwu_portal.api.models import Call, Client, Subscription
from yiwu_portal.api.outside import call_post, url_check
from yiwu_portal.api.queries import calls_due, calls_of, subscriptions_of, subscriptions_to
from yiwu_portal.api.rules import CALL_ATTEMPTS, pause_after, secret_new, signature_of
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import locked, moment
from yiwu_portal.programmes.service import task_send_after_commit

log = logging.getLogger(__name__)
SWEEP_SECONDS = 12.0  # a sweep and its last call end before its task's time limit


def webhook_make(*, by: User, client: Client, url: str, events: Iterable[str]) -> tuple[Subscription, str]:
    """Tell a system of what happens; raises `Refused` for an address that is not on the open network."""
    url_check(url)
    secret = secret_new("ywh")
    with locked(Client.objects.all(), pk=client.pk) as row:
        made = Subscription.objects.create(client=row, url=url, events=sorted(set(events)), secret=secret)
        record(verb="api.webhook_make", by=by, stream=f"client:{row.pk}", subject=made, data={"events": made.events})
    return made, secret


def webhook_end(*, by: User, webhook_id: int) -> Subscription:
    """Tell no more; raises `NotYours`."""
    with locked(subscriptions_of(by), pk=webhook_id) as row:
        Client.objects.select_for_update().get(pk=row.client_id)
        row.is_active = False
        row.save(update_fields=["is_active"])
        record(verb="api.webhook_end", by=by, stream=f"client:{row.client_id}", subject=row)
    return row


def event_tell(*, kind: str, organisation_id: int, key: str, data: dict[str, Any]) -> None:
    """Tell the systems of an organisation what happened, once for each (kind, key); inside the act's transaction.

    `data` holds references, ids and codes, never personal values: who wants more asks with its token.
    """
    said = {"event": kind, "at": moment().isoformat(), "data": data}
    wanted = list(subscriptions_to(kind, organisation_id))
    calls = [Call(subscription=one, event=kind, key=key, body=said) for one in wanted]
    if calls:
        Call.objects.bulk_create(calls, ignore_conflicts=True)
        task_send_after_commit("api.calls_sweep")


def call_send(*, call_id: int) -> bool:
    """Make one call that is due; False when it went before, is being made by another, or failed."""
    return _send(calls_due().filter(pk=call_id)) is True


def calls_sweep(*, seconds: float = SWEEP_SECONDS) -> int:
    """Make whatever calls are due, for a bounded time; returns how many were heard."""
    end, heard = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        done = _send(calls_due())
        if done is None:
            break
        heard += done
    return heard


def call_replay(*, by: User, webhook_id: int, call_id: int) -> Call:
    """Make a call of one's own again, under the same id; raises `NotYours`."""
    with locked(calls_of(by, webhook_id), pk=call_id) as call:
        call.state, call.attempts, call.due_at, call.last_error = Call.State.CREATED, 0, moment(), ""
        call.save(update_fields=["state", "attempts", "due_at", "last_error"])
        task_send_after_commit("api.call_send", call.pk)
    return call


def _send(due: "QuerySet[Call]") -> bool | None:
    """Claim the first call and make it; None when there is none to claim.

    A worker killed on the way loses the lock with its connection: the call is made again, under the same id.
    """
    with transaction.atomic():
        rows = due.select_related("subscription").select_for_update(skip_locked=True, of=("self",))
        call = rows.first()
        if call is None:
            return None
        error = _post(call)
        if not error:
            Call.objects.filter(pk=call.pk).update(state=Call.State.SENT, sent_at=Now(), last_error="")
            return True
        attempts = call.attempts + 1
        state = Call.State.DEAD if attempts >= CALL_ATTEMPTS else Call.State.CREATED
        log.warning("call %s, attempt %s: %s", call.pk, attempts, error)
        values = {"state": state, "attempts": attempts, "last_error": error[:200]}
        Call.objects.filter(pk=call.pk).update(due_at=Now() + pause_after(attempts), **values)
        return False


def _post(call: Call) -> str:
    """Make one call; returns what went wrong, or nothing."""
    body = json.dumps({"id": call.pk, **call.body}, ensure_ascii=False).encode()
    at = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "Portal-Event": call.event,
        "Portal-Event-Id": str(call.pk),
        "Portal-Timestamp": str(at),
        "Portal-Signature": signature_of(call.subscription.secret, at, body),
    }
    return call_post(call.subscription.url, body, headers)
