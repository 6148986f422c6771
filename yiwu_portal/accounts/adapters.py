"""Where django-allauth asks the house: mails in the person's language, secrets sealed, languages kept."""

import logging
import smtplib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from yiwu_portal.accounts.models import User
from yiwu_portal.accounts.queries import user_by_email, user_language
from yiwu_portal.accounts.rules import secret_open, secret_seal
from yiwu_portal.web.service import page

log = logging.getLogger(__name__)
# mails without which the person cannot go on: a failure to send is told; the others only inform
_AWAITED = ("login_code", "email_confirmation", "password_reset_code", "unknown_account", "account_already_exists")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up, sign-in and mails."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep the language of the page she signed up on."""
        language = get_language() or settings.LANGUAGE_CODE
        user.language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        return super().save_user(request, user, form, commit)

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Write in the language of whoever owns the address; to a stranger, in the page's own."""
        owner = context.get("user") if isinstance(context.get("user"), User) else user_by_email(str(email))
        language = user_language(owner) if owner is not None else get_language() or settings.LANGUAGE_CODE
        with override(language):
            return super().render_mail(
                template_prefix, email, {**context, "site_address": settings.PUBLIC_URL}, headers
            )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, and say so where a mail she waits for could not be sent; nothing else is lost by it."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail %s could not be sent: %s", template_prefix, type(error).__name__)
            if template_prefix.rsplit("/", 1)[-1].startswith(_AWAITED):
                answer = page(self.request, "accounts/mail_down.html", status=503)
                answer.headers["Retry-After"] = "120"
                raise ImmediateHttpResponse(answer) from error

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """The browser's own name for itself; some send none."""
        return str(request.META.get("HTTP_USER_AGENT") or _("not told"))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Authenticator apps, passkeys, recovery codes."""

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return secret_seal(text, secrets=_secrets(), salts=settings.SALT_KEY)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return secret_open(encrypted_text, secrets=_secrets(), salts=settings.SALT_KEY)

    def get_totp_issuer(self) -> str:
        """The name authenticator apps show."""
        return settings.MFA_TOTP_ISSUER

    def _get_site_name(self) -> str:
        return settings.MFA_TOTP_ISSUER


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", [])]
