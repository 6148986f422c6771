"""The portal's own pages, errors and health."""

from yiwu_portal.web.views.errors import bad_request, broken, csrf_failure, forbidden, not_found
from yiwu_portal.web.views.health import healthz, readyz, robots
from yiwu_portal.web.views.pages import accessibility, home, portal_mine, privacy
from yiwu_portal.web.views.styleguide import styleguide

__all__ = [
    "accessibility",
    "bad_request",
    "broken",
    "csrf_failure",
    "forbidden",
    "healthz",
    "home",
    "not_found",
    "portal_mine",
    "privacy",
    "readyz",
    "robots",
    "styleguide",
]
