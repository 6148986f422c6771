"""Addresses of a person's own file, under the language prefix."""

from django.urls import path

from yiwu_portal.people import views

urlpatterns = [
    path("me/", views.person_me, name="person_me"),
    path("me/details/", views.person_update, name="person_update"),
    path("me/passport/", views.travel_document_add, name="travel_document_add"),
    path("me/looks/", views.person_looks, name="person_looks"),
    path("me/mandates/", views.mandate_list, name="mandate_list"),
    path("me/mandates/give/", views.mandate_give, name="mandate_give"),
    path("me/mandates/<int:pk>/end/", views.mandate_revoke, name="mandate_revoke"),
    path("me/export/", views.person_export, name="person_export"),
    path("papers/", views.evidence_list, name="evidence_list"),
    path("papers/of/<int:person_id>/", views.evidence_list, name="evidence_list"),
    path("papers/add/", views.evidence_add, name="evidence_add"),
    path("papers/of/<int:person_id>/add/", views.evidence_add, name="evidence_add"),
    path("papers/<int:pk>/", views.evidence_get, name="evidence_get"),
    path("papers/<int:pk>/remove/", views.evidence_remove, name="evidence_remove"),
]
