"""The addresses of the programme, under the language prefix."""

from django.urls import path

from approvals.views import catalogue

urlpatterns = [
    # the public catalogue
    path("services/", catalogue.service_list, name="service_list"),
    path("services/<slug:code>/", catalogue.service_show, name="service_show"),
    path("services/<slug:code>/editions/<int:number>/", catalogue.service_edition, name="service_edition"),
]
