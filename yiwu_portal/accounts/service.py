"""The door of the accounts: users, their languages, limits at the doors of other services."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from yiwu_portal.accounts.actions import (
    demo_cast_load,
    demo_users_make,
    hit_count,
    system_user,
    user_disable,
)
from yiwu_portal.accounts.cast import CAST
from yiwu_portal.accounts.models import User
from yiwu_portal.accounts.queries import (
    address_of,
    demo_people,
    has_second_factor,
    session_is_strong,
    user_by_email,
    user_by_id,
    user_by_verified_email,
    user_language,
    users_by_id,
)
from yiwu_portal.web.service import page


class SignedIn(HttpRequest):
    """A request behind `login_required` or a desk's guard: its user is one of ours."""

    user: User


def limit(
    request: HttpRequest,
    scope: str,
    *,
    per_minute: int | None = None,
    per_hour: int | None = None,
    per_day: int | None = None,
    key: str | None = None,
) -> HttpResponse | None:
    """None while the asker may go on, else the answer to give: 429 with Retry-After (ASVS 2.4.1, S10).

    The asker is the user, or the client's address where nobody is signed in; `key` names another one (a reference
    being guessed, whoever guesses). Counted in PostgreSQL in fixed windows, so a dead Redis opens no door.
    Call it first in the view, outside of any transaction: a count rolled back is no count.
    """
    if key is None:
        user = request.user
        key = f"user:{user.pk}" if user.is_authenticated else f"address:{address_of(request)}"
    for most, seconds in ((per_minute, 60), (per_hour, 3600), (per_day, 86400)):
        if most is None:
            continue
        count, wait = hit_count(door=f"{scope}/{seconds}", asker=key, seconds=seconds)
        if count > most:
            return too_many(request, wait=wait)
    return None


def too_many(request: HttpRequest, *, wait: int) -> HttpResponse:
    """The page (or the API's answer) for somebody who asked too often; `wait` in seconds."""
    answer: HttpResponse
    if request.path.startswith("/api/"):
        said: dict[str, Any] = {"title": _("Too many requests"), "detail": _("Too many requests. Wait and try again.")}
        said = {"type": "about:blank", **said, "status": 429, "code": "throttled", "retry_after": wait}
        answer = JsonResponse(said, status=429, content_type="application/problem+json")
    else:
        answer = page(request, "accounts/too_many.html", {"minutes": -(-wait // 60)}, status=429)
    answer.headers["Retry-After"] = str(wait)
    return answer


__all__ = [
    "CAST",
    "SignedIn",
    "address_of",
    "demo_cast_load",
    "demo_people",
    "demo_users_make",
    "has_second_factor",
    "limit",
    "session_is_strong",
    "system_user",
    "too_many",
    "user_by_email",
    "user_by_id",
    "user_by_verified_email",
    "user_disable",
    "user_language",
    "users_by_id",
]
