"""Django's name for this room; it brings the sealing job and its audit."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """The portal's history."""

    name = "yiwu_portal.history"
    label = "history"

    def ready(self) -> None:
        """Seal every minute; let the portal's audit verify everything."""
        from yiwu_portal.history.actions import history_seal
        from yiwu_portal.history.queries import history_verify
        from yiwu_portal.programmes.service import Job, audit_register, job_register

        job_register(Job("history.seal", 60, history_seal))
        audit_register("history", history_verify)
