"""Reading the accounts."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest

from yiwu_portal.accounts.cast import CAST
from yiwu_portal.accounts.models import User
from yiwu_portal.accounts.rules import client_address, is_strong
from yiwu_portal.centre.service import is_staff_member, live_posts

AnyUser = User | AnonymousUser | Any
STRONG_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
FACTORS = "ARRAY(SELECT m.type FROM mfa_authenticator m WHERE m.user_id = %s AND m.type = ANY(%s))"


def user_by_id(user_id: int) -> User | None:
    """The user of that number, or None."""
    return User.objects.filter(pk=user_id).first()


def users_by_id(user_ids: "list[int] | set[int]") -> dict[int, User]:
    """The users of those numbers, in one query."""
    return User.objects.in_bulk(list(user_ids))


def user_by_email(email: str) -> User | None:
    """The active user who owns a verified or primary e-mail address, or None."""
    address = EmailAddress.objects.filter(email__iexact=email).order_by("-verified", "-primary").first()
    if address is not None:
        return User.objects.filter(pk=address.user_id).first()
    return User.objects.filter(email__iexact=email).first()


def user_by_verified_email(email: str) -> User | None:
    """The user who proved that the address is hers; somebody who only claims it is nobody."""
    address = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    return address.user if address else None


def user_language(user: AnyUser) -> str:
    """The language a person is written to; one we no longer speak falls back to the portal's own."""
    language = getattr(user, "language", "") or settings.LANGUAGE_CODE
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def demo_people() -> "QuerySet[User]":
    """The invented cast, to be signed in at `/demo/` in demo mode only."""
    cast = [member.email for member in CAST]
    return User.objects.filter(email__in=cast, is_demo=True, is_active=True).order_by("pk")


def email_addresses(user: User) -> "QuerySet[EmailAddress]":
    """The e-mail addresses of a user for her own page, the primary one first."""
    return EmailAddress.objects.filter(user=user).order_by("-primary", "email")


def second_factors(user: AnyUser) -> "QuerySet[Authenticator]":
    """The second factors of a user for her own page; recovery codes alone are none."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=STRONG_TYPES).order_by("created_at")


def factors_of_staff(user: AnyUser) -> set[str] | None:
    """The kinds of second factor of a user who serves, None for all others; one statement for whoever holds a post."""
    posts = live_posts(user, beside=(FACTORS, [user.pk, [kind.value for kind in STRONG_TYPES]]))
    if posts:
        return set(posts[0].beside)
    return set(second_factors(user).values_list("type", flat=True)) if is_staff_member(user) else None


def has_second_factor(user: AnyUser) -> bool:
    """Whether a user has enrolled an authenticator app or a passkey."""
    return second_factors(user).exists()


def session_is_strong(request: HttpRequest) -> bool:
    """Whether this session proved a second factor of this very user."""
    user = request.user
    demo_allowed = bool(settings.DEMO and getattr(user, "is_demo", False))
    return is_strong(get_authentication_records(request, user), demo_allowed=demo_allowed)


def session_is_demo(request: HttpRequest) -> bool:
    """Whether this session was opened by a button of `/demo/`, in demo mode, by one of the cast."""
    if not (settings.DEMO and getattr(request.user, "is_demo", False)):
        return False
    records = get_authentication_records(request, request.user)
    return any(record.get("type") == "demo" for record in records)


def address_of(request: HttpRequest) -> str:
    """The client's address as the limits see it."""
    return client_address(
        remote=request.META.get("REMOTE_ADDR", ""),
        forwarded_for=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        behind_proxy=settings.BEHIND_PROXY,
    )
