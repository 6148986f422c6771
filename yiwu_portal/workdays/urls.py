"""Addresses of the working calendar, under the language prefix."""

from django.urls import path

from yiwu_portal.workdays import views

urlpatterns = [path("calendar/", views.workday_calendar, name="workday_calendar")]
