"""Django's name for this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The portal's web."""

    name = "yiwu_portal.web"
    label = "web"
