"""Addresses of the demonstration's sign-in, without a language: whoever signs in brings her own."""

from django.urls import path

from yiwu_portal.accounts import views

urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("demo/<slug:who>/", views.demo_sign_in, name="demo_sign_in"),
]
