"""Finds the programmes when Django starts."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProgrammesConfig(AppConfig):
    """The registry of programmes."""

    name = "yiwu_portal.programmes"
    label = "programmes"

    def ready(self) -> None:
        """Import `programme.py` of every installed package."""
        autodiscover_modules("programme")
