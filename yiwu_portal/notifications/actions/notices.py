"""Telling somebody something: a row in her inbox and one in the outbox for each channel, in the act's transaction."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from yiwu_portal.lifecycle.service import moment
from yiwu_portal.notifications.channels import notice_url
from yiwu_portal.notifications.models import Delivery, Notice, NoticePreference
from yiwu_portal.notifications.queries import inbox, unwanted_channels
from yiwu_portal.notifications.rules import context_check, text_split
from yiwu_portal.programmes.service import NoticeKind, notice_kind, notice_kinds, task_send_after_commit

FORGET_AFTER = timedelta(days=1)


def notify(*, kind: str, user: Any, key: str, context: Mapping[str, Any], path: str = "") -> Notice | None:
    """Tell a user of an event, in her language; None when she was told of it before, or is no person.

    `kind` is `<slug>.<name>` of a declared notice (raises `Unknown`), `key` names the event, `context` holds plain
    values (raises `TypeError`), `path` the page without its language. Nothing leaves before the commit.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a notice is written in the transaction of the act it tells of")
    slug, declared = notice_kind(kind)
    context_check(context)
    if user.is_system:
        return None
    notice = Notice(user=user, kind=kind, key=key, language=user.language, path=path.lstrip("/"))
    notice.subject, notice.body = _render(f"{slug}/notices/{declared.name}.txt", notice, context)
    for delivery_id in _insert_once(notice, _channels_for(user, kind, declared)):
        task_send_after_commit("notifications.delivery_send", delivery_id)
    return notice if notice.pk else None


def notify_address(
    *, kind: str, address: str, language: str, key: str, context: Mapping[str, Any], path: str
) -> Notice | None:
    """Send what somebody without an account asked for to the address she gave; None when it was sent before.

    As `notify`, within the transaction of the act; `language` is the one she reads. It is forgotten after a day.
    """
    slug, declared = notice_kind(kind)
    context_check(context)
    notice = Notice(address=address.lower(), kind=kind, key=key, language=language, path=path.lstrip("/"))
    notice.subject, notice.body = _render(f"{slug}/notices/{declared.name}.txt", notice, context)
    with transaction.atomic():
        for delivery_id in _insert_once(notice, ("email",)):
            task_send_after_commit("notifications.delivery_send", delivery_id)
    return notice if notice.pk else None


def addresses_forget() -> int:
    """Forget what went to bare addresses a day ago, with the addresses; an hourly job. Returns how many."""
    old = Notice.objects.filter(user=None, created_at__lt=Now() - FORGET_AFTER)
    return old.delete()[1].get("notifications.Notice", 0)


def notice_read(*, by: Any, notice_id: int) -> Notice | None:
    """Mark one's own notice as read; None when it is not there or not hers. Reading it again changes nothing."""
    inbox(by).filter(pk=notice_id, read_at=None).update(read_at=Now())
    return inbox(by).filter(pk=notice_id).first()


def notice_read_all(*, by: Any) -> int:
    """Mark everything in one's inbox as read; returns how many were unread."""
    return inbox(by).filter(read_at=None).update(read_at=Now())


def notice_prefer(*, by: Any, wanted: set[tuple[str, str]]) -> None:
    """Keep which optional notices the user wants over which channel; what is not optional cannot be switched off."""
    optional = {
        (name, channel) for name, kind in notice_kinds().items() if kind.is_optional for channel in kind.channels
    }
    with transaction.atomic():
        NoticePreference.objects.filter(user_id=by.pk).delete()
        NoticePreference.objects.bulk_create(
            NoticePreference(user_id=by.pk, kind=kind, channel=channel) for kind, channel in sorted(optional - wanted)
        )


def notices_erase(*, user_id: int) -> int:
    """Take the words out of everything a user was told; that she was told stays. Returns how many."""
    with transaction.atomic():
        Delivery.objects.filter(notice__user_id=user_id, state=Delivery.State.CREATED).update(
            state=Delivery.State.DROPPED
        )
        NoticePreference.objects.filter(user_id=user_id).delete()
        return Notice.objects.filter(user_id=user_id).update(subject="…", body="…", path="")


def _render(template: str, notice: Notice, context: Mapping[str, Any]) -> tuple[str, str]:
    # plain text: escaping for HTML would put &amp; into a mail
    values = Context({**context, "url": notice_url(notice), "recipient": str(notice.user or "")}, autoescape=False)
    with translation.override(notice.language):
        return text_split(get_template(template).template.render(values))  # type: ignore[attr-defined]


def _insert_once(notice: Notice, channels: tuple[str, ...]) -> list[int]:
    """Insert notice and deliveries in one statement, which waits for a rival telling the same and then does nothing.

    Returns the ids of the deliveries; the notice has a `pk` only when it was inserted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH told AS ("
            " INSERT INTO notifications_notice (user_id, address, kind, key, language, subject, body, path, created_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING RETURNING id, created_at"
            "), outbox AS ("
            " INSERT INTO notifications_delivery"
            " (notice_id, channel, state, attempts, created_at, due_at, last_error)"
            " SELECT id, unnest(%s::varchar[]), 'created', 0, now(), now(), '' FROM told RETURNING id"
            ") SELECT told.id, told.created_at, ARRAY(SELECT id FROM outbox) FROM told",
            [
                *(notice.user_id, notice.address, notice.kind, notice.key),
                *(notice.language, notice.subject, notice.body, notice.path),
                moment(),
                list(channels),
            ],
        )
        row = cursor.fetchone()
    if row is None:
        return []
    notice.pk, notice.created_at = row[:2]
    notice._state.adding, notice._state.db = False, connection.alias
    return row[2]


def _channels_for(user: Any, kind: str, declared: NoticeKind) -> tuple[str, ...]:
    if not user.is_active:
        return ()
    unwanted = unwanted_channels(user.pk, kind) if declared.is_optional else frozenset()
    return tuple(channel for channel in declared.channels if channel not in unwanted)
