"""A person's own account page, the demonstration's sign-in, and the answer to whoever asks too often."""

from itertools import groupby
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from yiwu_portal.accounts.actions import account_change, sessions_end
from yiwu_portal.accounts.forms import AccountChangeForm
from yiwu_portal.accounts.queries import demo_people, email_addresses, second_factors
from yiwu_portal.accounts.service import CAST
from yiwu_portal.accounts.service import too_many as answer_too_many
from yiwu_portal.centre.service import live_appointments
from yiwu_portal.web.service import go, page

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_required
def account_me(request: HttpRequest) -> HttpResponse:
    """My account: name, language, addresses, password, passkeys, authenticator app, sessions."""
    user: Any = request.user
    form = AccountChangeForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        account_change(by=user, **form.cleaned_data)
        messages.success(request, _("Your changes are saved."))
        with override(form.cleaned_data["language"]):
            return go(request, "account_me")
    context = {
        "form": form,
        "emails": email_addresses(user),
        "factors": second_factors(user),
        "appointments": live_appointments(user),
    }
    return page(request, "accounts/account_me.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def account_sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    by: Any = request.user
    user = sessions_end(by=by)
    update_session_auth_hash(request, user)
    messages.success(request, _("You are signed out everywhere else."))
    return go(request, "account_me")


@require_GET
def demo(request: HttpRequest) -> HttpResponse:
    """The cast of the demonstration, a button each; not there outside of demo mode."""
    if not settings.DEMO:
        raise Http404
    there = {user.email for user in demo_people()}
    members = [member for member in CAST if member.email in there]
    groups = [(group, list(rows)) for group, rows in groupby(members, key=lambda member: member.group)]
    return page(request, "accounts/demo.html", {"groups": groups})


@require_POST
def demo_sign_in(request: HttpRequest, who: str) -> HttpResponse:
    """Sign one of the cast in, as if with a second factor; the stamp is worth nothing outside of demo mode."""
    member = next((member for member in CAST if member.slug == who), None)
    user = demo_people().filter(email=member.email).first() if settings.DEMO and member else None
    if user is None:
        raise Http404
    request.session.flush()
    login(request, user, backend=BACKEND)
    record_authentication(request, user, "mfa", type="demo")
    with override(user.language):
        return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))


def too_many(request: HttpRequest) -> HttpResponse:
    """One of allauth's limits was reached."""
    return answer_too_many(request, wait=60)
