"""The same packages without the portal: what `django.setup()` costs before a line of ours is loaded."""

from yiwu_portal.settings import *  # noqa: F403 - the same packages, that is the point
from yiwu_portal.settings import INSTALLED_APPS as ALL

OURS = ("yiwu_portal", "approvals", "mediation", "merchant_cards", "community", "international_family")
INSTALLED_APPS = [name for name in ALL if not name.startswith(OURS)]
AUTH_USER_MODEL = "auth.User"
