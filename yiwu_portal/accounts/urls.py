"""Addresses of one's own account, beside those of allauth."""

from django.urls import path

from yiwu_portal.accounts import views

urlpatterns = [
    path("", views.account_me, name="account_me"),
    path("sessions/end/", views.account_sessions_end, name="account_sessions_end"),
]
