"""Django's name for this room."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """The portal's history."""

    name = "yiwu_portal.history"
    label = "history"
