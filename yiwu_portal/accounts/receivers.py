"""What the accounts hear from allauth: a factor proven while enrolling counts for the session; changes are recorded."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as factor_signals
from django.dispatch import receiver

from yiwu_portal.accounts.actions import security_record
from yiwu_portal.accounts.queries import STRONG_TYPES


@receiver(factor_signals.authenticator_added)
def factor_added(*, request: Any, user: Any, authenticator: Any, **rest: Any) -> None:
    """Who just showed a new app's code or a new passkey has proven it in this session; the session gets a new id."""
    if authenticator.type in STRONG_TYPES:
        request.session.cycle_key()
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)
    security_record(verb="factor_added", user=user, data={"type": str(authenticator.type)})


@receiver(factor_signals.authenticator_removed)
def factor_removed(*, user: Any, authenticator: Any, **rest: Any) -> None:
    """Recorded in her own stream."""
    security_record(verb="factor_removed", user=user, data={"type": str(authenticator.type)})


@receiver(account_signals.password_changed)
@receiver(account_signals.password_set)
@receiver(account_signals.password_reset)
def password_changed(*, user: Any, **rest: Any) -> None:
    """Recorded in her own stream."""
    security_record(verb="password_changed", user=user)


@receiver(account_signals.email_changed)
def email_changed(*, user: Any, **rest: Any) -> None:
    """Recorded in her own stream, without the addresses."""
    security_record(verb="email_changed", user=user)
