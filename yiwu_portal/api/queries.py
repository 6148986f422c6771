"""Reading clients, tokens and kept answers."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from yiwu_portal.api.models import Call, Client, KeptAnswer, Subscription, Token
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


def subscriptions_of(user: Any) -> "QuerySet[Subscription]":
    """The webhooks of the system that asks."""
    return Subscription.objects.filter(client__user_id=user.pk, is_active=True)


def subscriptions_to(event: str, organisation_id: int) -> "QuerySet[Subscription]":
    """The webhooks of an organisation's systems that want to be told of this event."""
    rows = Subscription.objects.filter(is_active=True, client__is_active=True, client__organisation_id=organisation_id)
    return rows.filter(events__contains=[event])


def calls_of(user: Any, subscription_id: int) -> "QuerySet[Call]":
    """The calls of one of the asker's webhooks."""
    return Call.objects.filter(subscription__in=subscriptions_of(user), subscription_id=subscription_id)


def calls_due() -> "QuerySet[Call]":
    """What should leave now, the longest due first."""
    rows = Call.objects.filter(state=Call.State.CREATED, due_at__lte=Now(), subscription__is_active=True)
    return rows.filter(subscription__client__is_active=True).order_by("due_at", "id")
