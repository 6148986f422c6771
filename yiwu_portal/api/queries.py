"""Reading clients, tokens and kept answers."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from yiwu_portal.api.models import Client, KeptAnswer, Token
from yiwu_portal.api.rules import KEPT_FOR, digest_of


def token_live(secret: str) -> Token | None:
    """The token somebody calls with, while it and whoever it belongs to are good; one statement."""
    return (
        Token.objects.select_related("user", "client")
        .filter(
            Q(client=None) | Q(client__is_active=True),
            digest=digest_of(secret),
            revoked_at=None,
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        .first()
    )


def tokens_of(user: Any) -> "QuerySet[Token]":
    """The tokens a person made and that still work."""
    return Token.objects.filter(user_id=user.pk, client=None, revoked_at=None, expires_at__gt=timezone.now())


def client_by_id(client_id: str) -> Client | None:
    """The system of that id, while it may call."""
    rows = Client.objects.select_related("user", "organisation")
    return rows.filter(client_id=client_id, is_active=True, user__is_active=True).first()


def answer_kept(*, user_id: int, endpoint: str, key: str) -> KeptAnswer | None:
    """What was answered under this key in the last 24 hours."""
    since = timezone.now() - KEPT_FOR
    return KeptAnswer.objects.filter(user_id=user_id, endpoint=endpoint, key=key, created_at__gt=since).first()
