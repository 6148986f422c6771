"""Django's name for this room."""

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    """The portal's workdays."""

    name = "yiwu_portal.workdays"
    label = "workdays"
