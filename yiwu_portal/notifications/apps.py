"""Django's name for this room."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The portal's notifications."""

    name = "yiwu_portal.notifications"
    label = "notifications"
