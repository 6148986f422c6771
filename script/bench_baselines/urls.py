"""The portal's addresses, and the baselines under `/xx/bench/`."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from bench_baselines import views
from yiwu_portal.urls import (  # noqa: F401 - Django looks for the handlers here
    handler400,
    handler403,
    handler404,
    handler429,
    handler500,
    urlpatterns,
)

urlpatterns = [
    *i18n_patterns(
        path("bench/empty/", views.empty),
        path("bench/inbox/", views.inbox),
        path("bench/cases/<str:reference>/", views.case),
        path("bench/tasks/<int:pk>/", views.task),
    ),
    *urlpatterns,
]
