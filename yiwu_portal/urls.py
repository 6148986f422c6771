"""Every address, composed from the shared services and the registered programmes."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from yiwu_portal.programmes.service import programmes
from yiwu_portal.web import views as web

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", web.healthz, name="healthz"),
    path("readyz", web.readyz, name="readyz"),
    *(path("", include(programme.plain_urls)) for programme in programmes() if programme.plain_urls),
    *(path("api/v1/", include(programme.api)) for programme in programmes() if programme.api),
    *i18n_patterns(
        path("", web.home, name="home"),
        path("account/", include("allauth.urls")),
        path("", include("yiwu_portal.people.urls")),
        *(path("", include(programme.urls)) for programme in programmes() if programme.urls),
    ),
]
