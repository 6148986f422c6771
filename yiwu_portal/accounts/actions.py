"""The verbs of the accounts: the only code that writes users and counters."""

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from yiwu_portal.accounts.cast import CAST
from yiwu_portal.accounts.models import Hit, User
from yiwu_portal.accounts.rules import asker_hash, window_of
from yiwu_portal.centre.service import appointment_make, centre_load, live_appointments, organisation_by_code, windows
from yiwu_portal.history.service import record

_HIT = """
INSERT INTO accounts_hit (door, asker, "window", ends_at, count) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (door, asker) DO UPDATE SET
    count = CASE WHEN accounts_hit."window" = EXCLUDED."window" THEN accounts_hit.count + 1 ELSE 1 END,
    "window" = EXCLUDED."window", ends_at = EXCLUDED.ends_at
RETURNING count
"""


def hit_count(*, door: str, asker: str, seconds: int) -> tuple[int, int]:
    """Count one passage through a door; returns how many in this window of `seconds` and the seconds until it ends.

    One atomic statement: parallel askers are each counted. `asker` is stored as a keyed hash only.
    """
    now = time.time()
    number, ends = window_of(now, seconds=seconds)
    values: list[Any] = [door, asker_hash(asker, key=settings.SECRET_KEY), number, datetime.fromtimestamp(ends, UTC)]
    with connection.cursor() as cursor:
        cursor.execute(_HIT, values)
        (count,) = cursor.fetchone()
    return count, max(1, round(ends - now))


def expired_clear() -> int:
    """Clear counters, cache rows and sessions whose time is over; an hourly job. Returns how many counters went."""
    count, _ = Hit.objects.filter(ends_at__lt=timezone.now()).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_cache WHERE expires < now()")
    call_command("clearsessions")
    return count


def account_change(*, by: User, name: str, language: str) -> User:
    """Change one's own name and language."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=by.pk)
        user.name, user.language = name.strip(), language
        user.full_clean(exclude=["password"])
        user.save(update_fields=["name", "language"])
    return user


def user_change(*, by: User, user: User) -> User:
    """Save a user changed by an administrator; what changed about her rights is recorded."""
    fields = ("is_active", "is_staff", "is_superuser")
    with transaction.atomic():
        before = User.objects.select_for_update().filter(pk=user.pk).first()
        if before is not None and before.is_active and not user.is_active:
            user.sessions_from = before.sessions_from + 1
        if before is None:
            user.set_unusable_password()
        user.save()
        facts = {field: [getattr(before, field, None), getattr(user, field)] for field in fields}
        changed = {field: pair for field, pair in facts.items() if pair[0] != pair[1]}
        record(verb="user_change", by=by, stream=f"user:{user.pk}", subject=user, data=changed)
    return user


def user_disable(*, by: User | None, user: User) -> User:
    """Forbid a user to sign in; her open sessions die with her next request (ASVS 7.4.2)."""
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        if row.is_active:
            row.is_active, row.sessions_from = False, row.sessions_from + 1
            row.save(update_fields=["is_active", "sessions_from"])
            record(verb="user_disable", by=by, stream=f"user:{row.pk}", subject=row)
    return row


def sessions_end(*, by: User) -> User:
    """End every session of one's own; the caller signs the present one in again."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=by.pk)
        user.sessions_from += 1
        user.save(update_fields=["sessions_from"])
        record(verb="sessions_end", by=by, stream=f"user:{user.pk}", subject=user)
    return user


def security_record(*, verb: str, user: User, data: dict[str, Any] | None = None) -> None:
    """Record a change of how a user proves who she is (second factor, password, address), without any secret."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        record(verb=verb, by=user, stream=f"user:{user.pk}", subject=user, data=data)


def system_user(*, name: str, is_caller: bool = False) -> User:
    """The user in whose name the portal itself acts (`clock`, `import`); nobody can ever sign in as it.

    A caller is a department's system, known to the API by its tokens alone.
    """
    email = f"{name}@system.invalid"
    user = User.objects.filter(email=email).first()
    if user is None:
        # two first callers at once: one makes it, the other reads it
        user, _ = User.objects.get_or_create(
            email=email, defaults={"name": name, "is_active": is_caller, "is_system": True, "password": "!"}
        )
    return user


def demo_users_make(*, rows: Iterable[Mapping[str, Any]]) -> dict[str, User]:
    """Invented users of rows {slug, name, language}, in bulk; who is there already is kept. Returns them by slug."""
    wanted = {f"{row['slug']}@yiwu.example": row for row in rows}
    there = User.objects.in_bulk(list(wanted), field_name="email")
    new = [
        User(email=email, name=row["name"], language=row["language"], is_demo=True, password=make_password(None))
        for email, row in wanted.items()
        if email not in there
    ]
    with transaction.atomic():
        there |= {user.email: user for user in User.objects.bulk_create(new, batch_size=1000)}
        addresses = [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in new]
        EmailAddress.objects.bulk_create(addresses, batch_size=1000)
    return {row["slug"]: there[email] for email, row in wanted.items()}


def demo_cast_load() -> dict[str, User]:
    """Make the cast with their appointments, the centre first; doing it again changes nothing. Returns them by slug."""
    if not windows().exists():
        centre_load()
    by_number = {window.number: window for window in windows()}
    with transaction.atomic():
        there = User.objects.in_bulk([member.email for member in CAST], field_name="email")
        for member in CAST:
            if member.email not in there:
                there[member.email] = User.objects.create_user(
                    member.email, name=member.name, language=member.language, is_demo=True
                )
        emails = [EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in there.values()]
        EmailAddress.objects.bulk_create(emails, ignore_conflicts=True)
        for member in CAST:
            user = there[member.email]
            held = {(row.organisation.code, row.role) for row in live_appointments(user)} if member.posts else set()
            for code, role, number in member.posts:
                if (code, role) not in held:
                    appointment_make(
                        by=None,
                        user=user,
                        organisation=organisation_by_code(code),
                        role=role,
                        window=by_number[number] if number else None,
                        starts_on=timezone.localdate().replace(month=1, day=1),
                    )
    return {member.slug: there[member.email] for member in CAST}
