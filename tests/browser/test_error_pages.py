"""The pages for what went wrong, and the administration, in a real browser: accessible, and nothing beside the edge."""

from pprint import pformat

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.urls import path

from tests.browser.test_pages import LANGUAGES, LOOKS, WIDTHS
from tests.people import sign_in_as
from yiwu_portal import urls as portal_urls
from yiwu_portal.accounts.models import User
from yiwu_portal.accounts.service import too_many
from yiwu_portal.lifecycle.service import Stale
from yiwu_portal.web import views as web


def _raise(error):
    def view(request, code):
        raise error

    return view


ERRORS = {
    "bad": (400, _raise(BadRequest("unreadable"))),
    "forbidden": (403, _raise(PermissionDenied())),
    "late": (409, _raise(Stale("This has moved on since you opened the page. Nothing was changed."))),
    "often": (429, lambda request, code: too_many(request, wait=90)),
    "bug": (500, _raise(ZeroDivisionError("detail"))),
    "down": (503, _raise(OperationalError("refused"))),
    "token": (403, lambda request, code: web.csrf_failure(request)),
}
urlpatterns = [*(path(f"<slug:code>/{name}", view) for name, (_s, view) in ERRORS.items()), *portal_urls.urlpatterns]
handler400, handler403 = portal_urls.handler400, portal_urls.handler403
handler404, handler500 = portal_urls.handler404, portal_urls.handler500

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


def wrong_with(seen, looks=LOOKS):
    """What axe and the edges say, over all looks and widths."""
    found = [f"{look}: {line}" for look in looks for line in seen.looked_at(*look).violations()]
    return found + [
        f"{width}: {over} px too wide" for width in WIDTHS if (over := seen.looked_at(width).overflow()) > 0
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_error_page_is_accessible_and_fits_light_and_dark(open_page, live_server, code):
    seen, wrong = open_page("/healthz"), {}
    for name, status in [*((name, status) for name, (status, _v) in ERRORS.items()), ("nowhere", 404)]:
        answer = seen.page.goto(f"{live_server.url}/{code}/{name}", wait_until="load")
        assert (name, answer.status) == (name, status)
        if found := wrong_with(seen):
            wrong[name] = found
    assert not wrong, pformat(wrong, width=150)


ADMINISTRATION = [
    "/admin/",
    "/admin/accounts/user/",
    "/admin/accounts/user/?q=amira",
    "/admin/accounts/user/{user}/change/",
    "/admin/centre/organisation/",
    "/admin/password_change/",
]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_administration_is_accessible_light_and_dark(open_page, live_server, cast, code):
    keeper = User.objects.create_superuser("keeper@yiwu.example", name="Keeper")
    client = sign_in_as(keeper)
    cookies = [{"name": name, "value": morsel.value} for name, morsel in client.cookies.items()]
    seen, wrong = open_page("/healthz", cookies=cookies), {}
    seen.page.emulate_media(reduced_motion="reduce")  # colours on their way from dark to light are no colours yet
    for address in ADMINISTRATION:
        where = f"{live_server.url}{address.format(user=cast.amira.pk)}"
        joint = "&" if "?" in where else "?"
        answer = seen.page.goto(f"{where}{joint}lang={code}", wait_until="load")
        if answer.status != 200:
            wrong[address] = answer.status
        elif found := [f"{look}: {line}" for look in LOOKS for line in seen.looked_at(*look).violations()]:
            wrong[address] = found
    assert not wrong, pformat(wrong, width=150)
