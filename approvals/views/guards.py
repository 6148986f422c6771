"""Who may open the desks at all; to everyone else they are not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from yiwu_portal.centre.service import Role, has_role

View = Callable[..., HttpResponse]


def _only(*roles: Role) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not has_role(request.user, *roles):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return wrap


clerk_required = _only(Role.CLERK)
officer_required = _only(Role.OFFICER)
