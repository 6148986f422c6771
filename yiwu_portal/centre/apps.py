"""Django's name for this room."""

from django.apps import AppConfig


class CentreConfig(AppConfig):
    """The portal's centre."""

    name = "yiwu_portal.centre"
    label = "centre"
