"""Every address, composed from the shared services and the registered programmes."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from yiwu_portal.programmes.service import programmes
from yiwu_portal.web import views as web

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one sign-in for all, second factor included


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", web.healthz, name="healthz"),
    path("readyz", web.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("yiwu_portal.accounts.demo_urls")),
    path("verify/", include("yiwu_portal.documents.urls")),
    path("robots.txt", web.robots, name="robots"),
    *(path("", include(programme.plain_urls)) for programme in programmes() if programme.plain_urls),
    path("api/v1/", include("yiwu_portal.api.urls")),
    *(path("api/v1/", include(programme.api)) for programme in programmes() if programme.api),
    *i18n_patterns(
        path("", web.home, name="home"),
        path("styleguide/", web.styleguide, name="styleguide"),
        path("accessibility/", web.accessibility, name="accessibility"),
        path("privacy/", web.privacy, name="privacy"),
        path("account/", web.portal_mine, name="portal_mine"),
        path("account/me/", include("yiwu_portal.accounts.urls")),
        path("account/", include("allauth.urls")),
        path("", include("yiwu_portal.workdays.urls")),
        path("", include("yiwu_portal.notifications.urls")),
        path("", include("yiwu_portal.people.urls")),
        *(path("", include(programme.urls)) for programme in programmes() if programme.urls),
    ),
]

handler400 = web.bad_request
handler403 = web.forbidden
handler404 = web.not_found
handler429 = "yiwu_portal.accounts.views.too_many"  # asked for by allauth when one of its limits is reached
handler500 = web.broken
