"""Reading the centre: who serves where today, under which role. Appointments are dated by the local day (R15-R18)."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from yiwu_portal.centre.models import Appointment, Organisation, Role, Window


@dataclass(frozen=True)
class Post:
    """What a user does today: role, organisation, whose cases the window takes; `beside` is what the asker added."""

    role: str
    organisation_id: int
    served: tuple[int, ...]
    is_comprehensive: bool
    beside: Any


# every request of somebody signed in asks this; as a plain statement it costs a third of the same through the ORM
POSTS = """
    SELECT a.role, a.organisation_id,
        CASE WHEN a.role <> %s THEN '{{}}'
        WHEN w.is_comprehensive THEN ARRAY(SELECT id FROM centre_organisation WHERE kind = %s AND is_stationed)
        ELSE ARRAY[a.organisation_id] END,
        a.role = %s AND coalesce(w.is_comprehensive, false),
        {beside}
    FROM centre_appointment a LEFT JOIN centre_window w ON w.id = a.window_id
    WHERE a.user_id = %s AND a.starts_on <= %s AND (a.ends_on IS NULL OR a.ends_on >= %s)
    ORDER BY a.starts_on, a.id
"""
Column = tuple[str, list[Any]]


def live_posts(user: Any, *, beside: Column = ("NULL", [])) -> tuple[Post, ...]:
    """A user's posts of today, oldest first; one statement, asked anew in each request (rights end at once).

    Within a request the middleware lets the user object keep the answer; outside of one nothing is kept. `beside` is
    one more column, SQL of our own with its parameters, that the asker wants with the same statement.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ()
    kept = getattr(user, "_live_posts", None)
    if kept is not None:
        return kept
    today, clerk, (column, parameters) = timezone.localdate(), Role.CLERK.value, beside
    with connection.cursor() as cursor:
        cursor.execute(
            POSTS.format(beside=column),
            [clerk, Organisation.Kind.DEPARTMENT.value, clerk, *parameters, user.pk, today, today],
        )
        rows = tuple(Post(role, pk, tuple(served), *more) for role, pk, served, *more in cursor.fetchall())
    if getattr(user, "keeps_appointments", False):
        user._live_posts = rows
    return rows


def live_appointments(user: Any) -> tuple[Appointment, ...]:
    """A user's appointments of today with their organisations and windows, oldest first, to be shown."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ()
    rows = _live().filter(user_id=user.pk).select_related("organisation", "window__organisation")
    return tuple(rows.order_by("starts_on", "pk"))


def has_role(user: Any, *roles: str, organisation_id: int | None = None) -> bool:
    """Whether the user holds one of the roles today, in that organisation where one is named."""
    return any(row.role in roles and organisation_id in (None, row.organisation_id) for row in live_posts(user))


def organisation_ids(user: Any, role: str) -> set[int]:
    """The organisations in which the user holds the role today."""
    return {row.organisation_id for row in live_posts(user) if row.role == role}


def served_organisation_ids(user: Any) -> set[int]:
    """The departments whose cases this clerk's window takes: her own; at a comprehensive one, all stationed (R41)."""
    return {pk for row in live_posts(user) for pk in row.served}


def serves_comprehensive(user: Any) -> bool:
    """Whether this clerk sits at a comprehensive window (综合窗口), which takes bundles (R41)."""
    return any(row.is_comprehensive for row in live_posts(user))


def is_staff_member(user: Any) -> bool:
    """Whether the user serves: holds any appointment today, or may open the administration."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return bool(user.is_staff or live_posts(user))


def appointment_of(user: Any) -> Appointment | None:
    """The user's first appointment of today, or None."""
    return next(iter(live_appointments(user)), None)


def staff_ids(organisation_id: int, *roles: str) -> set[int]:
    """The people who hold one of the roles in the organisation today, for notices to a department; no systems."""
    people = {"user__is_active": True, "user__is_system": False}
    rows = _live().filter(organisation_id=organisation_id, role__in=roles, **people)
    return set(rows.values_list("user_id", flat=True))


def appointments_today(*roles: str) -> "QuerySet[Appointment]":
    """Who serves today in one of the roles, everywhere, with the user; for the manager's board."""
    return _live().filter(role__in=roles, user__is_active=True).select_related("user", "window__organisation")


def staff_of(organisation_id: int, *roles: str) -> "QuerySet[Any]":
    """The users who hold one of the roles in the organisation today, by name (for handing work over)."""
    ids = staff_ids(organisation_id, *roles)
    return get_user_model()._default_manager.filter(pk__in=ids).order_by("name", "pk")


def organisation_by_code(code: str) -> Organisation:
    """The organisation of that code; raises `Organisation.DoesNotExist` with the code."""
    row = Organisation.objects.filter(code=code).first()
    if row is None:
        raise Organisation.DoesNotExist(code)
    return row


def organisations() -> "QuerySet[Organisation]":
    """All organisations in the house's order; public."""
    return Organisation.objects.all()


def departments(*, stationed: bool | None = None) -> "QuerySet[Organisation]":
    """The departments of the power list, or only those with (or without) windows in the centre (R29, R32); public."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT)
    return rows if stationed is None else rows.filter(is_stationed=stationed)


def windows() -> "QuerySet[Window]":
    """The windows of the centre by number, each with its department (R15); public."""
    return Window.objects.select_related("organisation").order_by("number")


def _live() -> "QuerySet[Appointment]":
    today = timezone.localdate()
    return Appointment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today)
