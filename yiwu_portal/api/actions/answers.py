"""A write and its answer in one transaction: who did not hear the answer asks again and gets the same one (F3)."""

from collections.abc import Callable, Collection
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from yiwu_portal.api.models import KeptAnswer, Token
from yiwu_portal.api.queries import answer_kept
from yiwu_portal.api.rules import KEPT_FOR

Answer = tuple[int, Any, dict[str, str]]  # status, body, headers


class Busy(Exception):
    """The same key is being worked on at this moment."""


class OtherBody(Exception):
    """The key was used for something else."""


def answer_once(
    *,
    user_id: int,
    endpoint: str,
    key: str,
    fingerprint: str,
    act: Callable[[], Answer],
    unkept: Collection[str] = (),
) -> tuple[Answer, bool]:
    """The answer of `act`, done once for each (user, endpoint, key); and whether it is the kept one.

    What `act` does and what it answered are committed together; what it raises keeps nothing. Raises `Busy` while
    another works under the same key, and `OtherBody` when the key was used for something else. `unkept` names what is
    said once: secrets.
    """
    with transaction.atomic():
        _key_take(f"{user_id} {endpoint} {key}")
        kept = answer_kept(user_id=user_id, endpoint=endpoint, key=key)
        if kept is not None:
            if kept.fingerprint != fingerprint:
                raise OtherBody
            return (kept.status, kept.body, kept.headers), True
        status, body, headers = act()
        remembered = {name: "" if name in unkept else value for name, value in body.items()} if unkept else body
        values = {"fingerprint": fingerprint, "status": status, "body": remembered, "headers": headers}
        KeptAnswer.objects.bulk_create(
            [KeptAnswer(user_id=user_id, endpoint=endpoint, key=key, **values)],
            update_conflicts=True,  # one that is older than 24 hours and was not cleared yet
            unique_fields=["user", "endpoint", "key"],
            update_fields=[*values, "created_at"],
        )
        return (status, body, headers), False


def _key_take(name: str) -> None:
    """Hold the key until the end of the transaction; never wait for another who holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 20260701))", [name])
        if not cursor.fetchone()[0]:
            raise Busy


def api_expired_clear() -> int:
    """Clear answers older than 24 hours and tokens that ended a day ago; an hourly job. Returns how many went."""
    now = timezone.now()
    answers, _kinds = KeptAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    tokens, _kinds = Token.objects.filter(expires_at__lt=now - KEPT_FOR).delete()
    return answers + tokens
