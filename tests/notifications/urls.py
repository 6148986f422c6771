"""The portal's addresses with an administration."""

from django.contrib import admin
from django.urls import path

from yiwu_portal.urls import urlpatterns as portal

urlpatterns = [path("admin/", admin.site.urls), *portal]
