"""Systems that may call, and tokens; a secret is shown once and kept as its digest."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yiwu_portal.accounts.models import User
from yiwu_portal.accounts.service import system_user
from yiwu_portal.api.models import Client, Token
from yiwu_portal.api.queries import tokens_of
from yiwu_portal.api.rules import (
    PERSON_SCOPES,
    PERSON_TOKEN_DAYS,
    SYSTEM_SCOPES,
    SYSTEM_TOKEN_SECONDS,
    digest_of,
    secret_new,
)
from yiwu_portal.centre.service import Role, appointment_make, organisation_by_code
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import Refused, locked, moment


def client_make(*, by: User | None, name: str, organisation: str, scopes: Iterable[str]) -> tuple[Client, str]:
    """Let a department's system call; returns it with its secret, which nobody can show again.

    Its user serves in the organisation as an officer, so the desk's own rules say what it may do; raises `Refused` for
    a scope that is none of a system's.
    """
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(SYSTEM_SCOPES):
        raise Refused(
            _("A system needs at least one of these scopes: %(scopes)s.") % {"scopes": ", ".join(SYSTEM_SCOPES)}
        )
    secret = secret_new("yws")
    client_id = secrets.token_hex(12)
    with transaction.atomic():
        department = organisation_by_code(organisation)
        user = system_user(name=f"api-{client_id}", is_caller=True)
        today = timezone.localdate()
        appointment_make(by=by, user=user, organisation=department, role=Role.OFFICER, starts_on=today)
        client = Client.objects.create(
            client_id=client_id,
            secret_digest=digest_of(secret),
            name=name,
            user=user,
            organisation=department,
            scopes=wanted,
        )
        data = {"organisation": organisation, "scopes": wanted}
        record(verb="api.client_make", by=by, stream=f"client:{client.pk}", subject=client, data=data)
    return client, secret


def client_stop(*, by: User | None, client_id: str) -> Client:
    """Let a system call no more: its tokens end at once. Twice is once."""
    with locked(Client.objects.all(), client_id=client_id) as client:
        if client.is_active:
            client.is_active = False
            client.save(update_fields=["is_active"])
            Token.objects.filter(client=client, revoked_at=None).update(revoked_at=moment())
            record(verb="api.client_stop", by=by, stream=f"client:{client.pk}", subject=client)
    return client


def token_issue(*, client: Client, scopes: Iterable[str]) -> str:
    """A short-lived token of a system; returned once, kept as its digest."""
    secret = secret_new("ywt")
    Token.objects.create(
        digest=digest_of(secret),
        user_id=client.user_id,
        client=client,
        scopes=sorted(set(scopes) & set(client.scopes)),
        expires_at=timezone.now() + timedelta(seconds=SYSTEM_TOKEN_SECONDS),
    )
    return secret


def token_make(*, by: User, name: str, scopes: Iterable[str]) -> tuple[Token, str]:
    """A token of one's own for programs that act in one's name, on one's own applications only."""
    secret = secret_new("ywp")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # whose stream of history is written
        token = Token.objects.create(
            digest=digest_of(secret),
            user=by,
            name=name,
            scopes=sorted(set(scopes) & set(PERSON_SCOPES)),
            expires_at=timezone.now() + timedelta(days=PERSON_TOKEN_DAYS),
        )
        record(verb="api.token_make", by=by, stream=f"user:{by.pk}", subject=token, data={"scopes": token.scopes})
    return token, secret


def token_revoke(*, by: User, token_id: int) -> Token:
    """End a token of one's own; raises `NotYours`."""
    with locked(tokens_of(by), pk=token_id) as token:
        User.objects.select_for_update().get(pk=by.pk)
        token.revoked_at = moment()
        token.save(update_fields=["revoked_at"])
        record(verb="api.token_revoke", by=by, stream=f"user:{by.pk}", subject=token)
    return token


def token_end(*, client: Client, secret: str) -> None:
    """End a system's own token (RFC 7009); one that is not its own, or none, changes nothing."""
    Token.objects.filter(client=client, digest=digest_of(secret), revoked_at=None).update(revoked_at=moment())
