"""Finds the programmes when Django starts."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProgrammesConfig(AppConfig):
    """The registry of programmes."""

    name = "yiwu_portal.programmes"
    label = "programmes"

    def ready(self) -> None:
        """Import `programme.py` of every installed package."""
        from yiwu_portal.programmes.queries import jobs_audit
        from yiwu_portal.programmes.registry import audit_register

        audit_register("jobs", jobs_audit)
        autodiscover_modules("programme")
