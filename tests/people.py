"""The cast of the tests, built by the actions of the house, and how to sign one of them in.

    def test_something(cast, sign_in):
        client = sign_in(cast.chen)

`cast.amira` … `cast.zhao` are users; the centre with its organisations and windows is loaded with them.
"""

import time
from functools import cached_property
from typing import Any

import pytest
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from yiwu_portal.accounts.actions import demo_cast_load
from yiwu_portal.accounts.cast import CAST
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import is_staff_member, organisation_by_code

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Cast:
    """Everybody of HOUSE's cast, made at the first look."""

    @cached_property
    def everyone(self) -> dict[str, User]:
        """All of them by their short name."""
        return demo_cast_load()

    def __getattr__(self, slug: str) -> User:
        if slug not in {member.slug for member in CAST}:
            raise AttributeError(slug)
        return self.everyone[slug]

    def organisation(self, code: str) -> Any:
        """A department by its code, `COM` or `PSE` for instance."""
        assert self.everyone
        return organisation_by_code(code)


def enrol(user: User, secret: str = TOTP_SECRET) -> Authenticator:
    """Give a user an authenticator app with a known secret, unless she has one."""
    there = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return there or TOTP.activate(user, secret).instance


def totp_code(secret: str = TOTP_SECRET) -> str:
    """The code the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in_as(user: User, client: Client | None = None, *, strong: bool = True) -> Client:
    """A client signed in as this user; staff with a proven second factor unless `strong=False`."""
    client = client or Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    records: list[dict[str, Any]] = [{"method": "code", "at": time.time(), "email": user.email}]
    if strong and is_staff_member(user):
        factor = enrol(user)
        records.append({"method": "mfa", "at": time.time(), "id": factor.pk, "type": "totp"})
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast; who is not looked at costs nothing."""
    return Cast()


@pytest.fixture
def sign_in() -> Any:
    """`sign_in(user)` gives a client of that user."""
    return sign_in_as
