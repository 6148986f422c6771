"""The same packages without the portal: what starting and holding them costs before a line of ours is loaded."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from yiwu_portal.settings import *  # noqa: F403 - the same packages, that is the point
from yiwu_portal.settings import INSTALLED_APPS as ALL
from yiwu_portal.settings import MIDDLEWARE as WHOLE

OURS = ("yiwu_portal", "approvals", "mediation", "merchant_cards", "community", "international_family")
INSTALLED_APPS = [name for name in ALL if not name.startswith(OURS)]
MIDDLEWARE = [name for name in WHOLE if not name.startswith(OURS)]
AUTH_USER_MODEL = "auth.User"
ROOT_URLCONF = __name__


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing at all."""
    return HttpResponse("")


urlpatterns = [path("healthz", empty)]
