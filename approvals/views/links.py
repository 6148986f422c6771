"""Going on with a draft on another device, without an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.actions import links as actions
from approvals.forms.cases import DraftSendLinkForm
from approvals.queries.cases import cases_of, draft_by_link
from approvals.rules.links import LINK_DAYS
from approvals.views.drafts import draft_get, draft_keep, draft_keys
from approvals.views.guards import typed_kept
from yiwu_portal.accounts.service import limit
from yiwu_portal.web.service import go, page


@require_http_methods(["GET", "POST"])
@typed_kept
def draft_send_link(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for the link; the answer is the same whatever the address."""
    case = draft_get(request, key)
    if case.applicant_id is not None:
        messages.info(request, _("This draft is kept with your account: sign in on the other device and go on there."))
        return go(request, "draft_show", key)
    form = DraftSendLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        refused = (
            limit(request, "draft_link", per_hour=10)
            or limit(request, "draft_link_draft", per_day=10, key=f"draft:{key}")
            or limit(request, "draft_link_email", per_hour=3, per_day=6, key=f"email:{email.lower()}")
        )
        if refused is not None:
            return refused
        actions.draft_send_link(user=request.user, keys=draft_keys(request), key=key, email=email)
        messages.success(
            request,
            _("The link is on its way. If it has not come in ten minutes, look among unwanted mail, then ask again."),
        )
        return go(request, "draft_show", key)
    context = {"case": case, "form": form, "days": LINK_DAYS}
    return page(request, "approvals/draft_send_link.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET"])
def draft_resume(request: HttpRequest, token: str) -> HttpResponse:
    """A link that was mailed: the draft goes on here; one that is somebody's by now asks her to sign in."""
    if (refused := limit(request, "draft_resume", per_minute=30)) is not None:
        return refused
    case = draft_by_link(token)
    if case is None:
        return page(request, "approvals/draft_resume.html", {"days": LINK_DAYS}, status=404)
    if case.applicant_id is None:
        draft_keep(request, case.key)
    elif request.user.is_authenticated and cases_of(request.user).filter(pk=case.pk).exists():
        return go(request, "case_show", case.reference)  # handed in since
    return go(request, "draft_show", case.key)
