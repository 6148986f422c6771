"""State changes: lock, check, change, record (on django-fsm-2). The only way a state ever moves.

Every noun locks in one order (case, then its matters, then its tasks; ids ascending), so that no two acts deadlock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed
from rules import has_perm

from yiwu_portal.lifecycle.triggers import DeclaredMoves, moves_of

M = TypeVar("M", bound=models.Model)
_told: ContextVar[datetime | None] = ContextVar("told", default=None)


class Refused(Exception):
    """The act cannot be done; `str()` says in the person's language what happened and what to do next."""


class NotYours(Refused):
    """The person has no right to this act; seen from outside it is the same as not there."""


class Stale(Refused):
    """The thing moved on since the page was shown; nothing was changed."""


@contextmanager
def locked(queryset: "models.QuerySet[M]", **lookup: Any) -> Iterator[M]:
    """Open a transaction holding the row's lock; raises `NotYours` when the asker's queryset has no such row."""
    with transaction.atomic():
        row = queryset.select_for_update(of=("self",)).filter(**lookup).order_by("pk").first()
        if row is None:
            raise NotYours(_("This page does not exist, or is not yours to see."))
        yield row


def move(row: models.Model, verb: str, **arguments: Any) -> None:
    """Take a locked row through the transition named `verb` and save it; raises `Stale` from a state without it."""
    try:
        getattr(row, verb)(**arguments)
    except TransitionNotAllowed as error:
        raise Stale(
            _("This has moved on since you opened the page. Nothing was changed; here is how it stands now.")
        ) from error
    row.save()


def require(by: models.Model, permission: str, row: models.Model) -> None:
    """Raise `NotYours` unless the rule grants it; a superuser passes no rule by being one."""
    if not has_perm(permission, by, row):
        raise NotYours(_("This page does not exist, or is not yours to see."))


def moment() -> datetime:
    """When the act that is being done happens: now, and nothing else outside of `told_at`."""
    return _told.get() or timezone.now()


@contextmanager
def told_at(when: datetime) -> Iterator[None]:
    """Let the acts inside happen at a moment of the past, so that an invented town has a yesterday.

    For invented data only (tests/approvals/test_demo_load.py holds it to that); raises `ValueError` for the future.
    """
    if when > timezone.now():
        raise ValueError("nothing has happened in the future yet")
    before = _told.set(when)
    try:
        yield
    finally:
        _told.reset(before)


__all__ = [
    "DeclaredMoves",
    "NotYours",
    "Refused",
    "Stale",
    "locked",
    "moment",
    "move",
    "moves_of",
    "require",
    "told_at",
]
