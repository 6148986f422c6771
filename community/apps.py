"""Django's name for this programme."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """The programme community."""

    name = "community"
