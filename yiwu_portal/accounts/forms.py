"""Forms of signing up and in: allauth's own, without placeholders, with guesses counted where no race can cheat."""

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from yiwu_portal.accounts.actions import hit_count
from yiwu_portal.accounts.models import User

GUESSES = 3  # of one code, as allauth counts them in the session


class Plain:
    """No placeholders: a label that disappears while typing helps nobody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
        if "code" in self.fields:  # type: ignore[attr-defined]
            attributes = {"autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}
            self.fields["code"].widget.attrs.update(attributes)  # type: ignore[attr-defined]


class Counted(Plain):
    """A code may be guessed three times.

    allauth counts in the session, which parallel requests overwrite; this counter is one atomic statement each.
    """

    expected_code: str | None

    def clean_code(self) -> str:
        """Compare only while guesses are left."""
        session = context.request.session.session_key or ""
        count, _ = hit_count(door="code", asker=f"{session}:{self.expected_code}", seconds=3600)
        if count > GUESSES:
            raise get_adapter().validation_error("incorrect_code")
        return super().clean_code()  # type: ignore[misc]


class LoginForm(Plain, account.LoginForm):
    """E-mail and password."""


class SignupForm(Plain, account.SignupForm):
    """E-mail, and a password for those who want one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password (optional)")
        self.fields["password1"].help_text = _(
            "At least 10 characters, and not a common one. Without a password you sign in with a code by e-mail."
        )


class AddEmailForm(Plain, account.AddEmailForm):
    """One more e-mail address."""


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    """The old password and the new one."""


class SetPasswordForm(Plain, account.SetPasswordForm):
    """A first password."""


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    """Where to send the code."""


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):
    """The new password."""


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    """The password once more."""


class RequestLoginCodeForm(Plain, account.RequestLoginCodeForm):
    """Where to send the code."""


class ConfirmLoginCodeForm(Counted, account.ConfirmLoginCodeForm):
    """The code from the e-mail."""


class ConfirmEmailVerificationCodeForm(Counted, account.ConfirmEmailVerificationCodeForm):
    """The code from the e-mail."""


class ConfirmPasswordResetCodeForm(Counted, account.ConfirmPasswordResetCodeForm):
    """The code from the e-mail."""


class AuthenticateForm(Plain, factor.AuthenticateForm):
    """A code of the authenticator app, or a recovery code."""


class SecondFactorReauthenticateForm(Plain, factor.ReauthenticateForm):
    """A code of the authenticator app, once more."""


class ActivateTOTPForm(Plain, totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""


class AddPasskeyForm(Plain, webauthn.AddWebAuthnForm):
    """A passkey: it always asks for a fingerprint, a face or a PIN, and so signs in alone."""

    passwordless = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this passkey")
        self.fields["name"].help_text = _("For example the phone or computer it is on.")


class AccountChangeForm(forms.ModelForm):
    """One's own name and language."""

    class Meta:
        model = User
        fields = ("name", "language")
        labels = {"name": _("Your name, as pages show it"), "language": _("Language we write to you in")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        # each language by its own name: who reads none of ours still finds hers
        field = self.fields["language"]
        names = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
        field.choices = names  # type: ignore[attr-defined]
