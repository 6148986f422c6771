"""Django's name for this room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The portal's accounts."""

    name = "yiwu_portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to allauth; have what expired cleared every hour."""
        from yiwu_portal.accounts import receivers  # noqa: F401
        from yiwu_portal.accounts.actions import demo_cast_load, expired_clear
        from yiwu_portal.programmes.service import Job, demo_register, job_register

        demo_register("accounts", demo_cast_load)
        job_register(Job("accounts.expired_clear", 3600, expired_clear))
