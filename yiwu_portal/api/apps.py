"""Django's name for this room."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """What every programme's API stands on."""

    name = "yiwu_portal.api"
    label = "api"

    def ready(self) -> None:
        """Have what expired cleared every hour; tell the schema how one signs in."""
        from yiwu_portal.api import schema  # noqa: F401
        from yiwu_portal.api.actions import api_expired_clear, calls_sweep
        from yiwu_portal.programmes.service import Job, job_register

        job_register(Job("api.expired_clear", 3600, api_expired_clear))
        job_register(Job("api.calls_sweep", 30, calls_sweep))
