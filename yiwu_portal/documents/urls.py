"""The public addresses of documents: without language prefix, since they stand on paper."""

from django.urls import path

from yiwu_portal.documents import views

urlpatterns = [
    path("", views.document_verify_form, name="document_verify_form"),
    path("<str:code>/", views.document_verify, name="document_verify"),
]
