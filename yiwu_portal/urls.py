"""Every address, composed from the shared services and the registered programmes."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from yiwu_portal.programmes.service import programmes
from yiwu_portal.web import views as web

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", web.healthz, name="healthz"),
    path("readyz", web.readyz, name="readyz"),
    path("robots.txt", web.robots, name="robots"),
    *(path("", include(programme.plain_urls)) for programme in programmes() if programme.plain_urls),
    *(path("api/v1/", include(programme.api)) for programme in programmes() if programme.api),
    *i18n_patterns(
        path("", web.home, name="home"),
        path("styleguide/", web.styleguide, name="styleguide"),
        path("accessibility/", web.accessibility, name="accessibility"),
        path("privacy/", web.privacy, name="privacy"),
        path("account/", web.portal_mine, name="portal_mine"),
        path("account/", include("allauth.urls")),
        *(path("", include(programme.urls)) for programme in programmes() if programme.urls),
    ),
]

handler400 = web.bad_request
handler403 = web.forbidden
handler404 = web.not_found
handler500 = web.broken
