"""Reading notices: everybody her own; administrators what could not be delivered."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now

from yiwu_portal.notifications.models import Delivery, Notice, NoticePreference
from yiwu_portal.programmes.service import Counted

MOST_SHOWN = 100  # an unread count above it is shown as 99+
STUCK_AFTER = timedelta(minutes=10)


def inbox(user: Any) -> "QuerySet[Notice]":
    """The user's own notices, newest first; nobody else's, ever."""
    return Notice.objects.filter(user_id=user.pk or 0).order_by("-id")


def unread_count(user: Any) -> int:
    """How many notices the user has not read; counts to 100 at most."""
    return inbox(user).filter(read_at=None).order_by()[:MOST_SHOWN].count() if user.pk else 0


def unwanted_channels(user_id: int, kind: str) -> frozenset[str]:
    """The channels over which the user does not want an optional kind."""
    return frozenset(NoticePreference.objects.filter(user_id=user_id, kind=kind).values_list("channel", flat=True))


def unwanted(user: Any) -> set[tuple[str, str]]:
    """Everything the user switched off, as (kind, channel)."""
    return set(NoticePreference.objects.filter(user_id=user.pk).values_list("kind", "channel"))


def deliveries_due() -> "QuerySet[Delivery]":
    """What should leave now, the longest due first; by the database's clock."""
    return Delivery.objects.filter(state=Delivery.State.CREATED, due_at__lte=Now()).order_by("due_at", "id")


def dead_letters() -> "QuerySet[Delivery]":
    """What was given up after the last attempt."""
    return Delivery.objects.filter(state=Delivery.State.DEAD).select_related("notice")


def notices_export(user_id: int) -> list[dict[str, Any]]:
    """Everything a user was told, for her own copy of her data."""
    return [
        dict(row)
        for row in Notice.objects.filter(user_id=user_id)
        .order_by("id")
        .values("kind", "language", "subject", "body", "created_at", "read_at")
    ]


def deliveries_audit() -> Iterator[str]:
    """Broken by anything given up, and by anything that should have left ten minutes ago and was never tried."""
    waiting = Delivery.objects.filter(state=Delivery.State.CREATED)
    counts = {
        "waiting": waiting.count(),
        "stuck": waiting.filter(due_at__lt=Now() - STUCK_AFTER).count(),
        "dead": Delivery.objects.filter(state=Delivery.State.DEAD).count(),
    }
    yield Counted(f"notifications: {counts['waiting']} waiting, {counts['stuck']} stuck, {counts['dead']} given up")
    if counts["stuck"]:
        yield f"notifications: {counts['stuck']} deliveries have been due for over ten minutes: does the worker run?"
    if counts["dead"]:
        yield f"notifications: {counts['dead']} deliveries were given up; resend them in the administration"
