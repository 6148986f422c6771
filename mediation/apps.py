"""Django's name for this programme."""

from django.apps import AppConfig


class MediationConfig(AppConfig):
    """The programme mediation."""

    name = "mediation"
