"""Who may open the desks at all, and what becomes of a page whose session has ended."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from yiwu_portal.centre.service import Role, has_role

View = Callable[..., HttpResponse]
DRAFTS = "drafts"  # the drafts begun in this browser before anyone signed in
TYPED = "typed"  # what was posted by somebody whose session had ended: address and words
TYPED_MAX = 20_000  # characters


def _only(*roles: Role) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(_page_of(request))
            if not has_role(request.user, *roles):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def _page_of(request: HttpRequest) -> str:
    """The page to come back to: a button has none of its own, so the one it stood on."""
    if request.method != "POST":
        return request.get_full_path()
    stood_on = urlsplit(request.headers.get("Referer", ""))
    return stood_on.path if stood_on.netloc == request.get_host() else "/"


def typed_kept(view: View) -> View:
    """A draft this browser knows nothing of: sign in first; what was typed waits in the session for the return."""

    @wraps(view)
    def guarded(request: HttpRequest, key: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated or key in request.session.get(DRAFTS, []):
            return view(request, key, *args, **kwargs)
        if request.method == "POST" and len(words := request.POST.urlencode()) <= TYPED_MAX:
            request.session[TYPED] = [request.path, words]
            messages.info(request, _("You had been signed out. Sign in, and what you typed is here again."))
        return redirect_to_login(request.get_full_path())

    return guarded


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was typed on this page when the session had ended; given back once."""
    path, words = request.session.get(TYPED, ["", ""])
    if request.method != "GET" or path != request.path:
        return None
    del request.session[TYPED]
    return QueryDict(words)


clerk_required = _only(Role.CLERK)
officer_required = _only(Role.OFFICER)
head_required = _only(Role.HEAD)
clock_required = _only(Role.CLERK, Role.OFFICER, Role.HEAD)
judge_required = _only(Role.SUPERVISOR, Role.MANAGER)
staff_required = _only(Role.CLERK, Role.OFFICER, Role.HEAD, Role.SUPERVISOR, Role.MANAGER)
desk_required = _only(Role.OFFICER, Role.HEAD)
manager_required = _only(Role.MANAGER)
