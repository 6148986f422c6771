"""Django's name for this room."""

from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    """The portal's lifecycle."""

    name = "yiwu_portal.lifecycle"
    label = "lifecycle"
