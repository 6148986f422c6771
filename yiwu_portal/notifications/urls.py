"""Addresses of the inbox, under the language prefix."""

from django.urls import path

from yiwu_portal.notifications import views

urlpatterns = [
    path("notices/", views.notice_list, name="notice_list"),
    path("notices/read/", views.notice_read_all, name="notice_read_all"),
    path("notices/settings/", views.notice_prefer, name="notice_prefer"),
    path("notices/<int:notice_id>/", views.notice_show, name="notice_show"),
    path("notices/<int:notice_id>/read/", views.notice_read, name="notice_read"),
]
