"""Django's name for this room."""

from django.apps import AppConfig


class CentreConfig(AppConfig):
    """The portal's centre."""

    name = "yiwu_portal.centre"
    label = "centre"

    def ready(self) -> None:
        """Bring the departments and windows to a demonstration."""
        from yiwu_portal.centre.actions import centre_load
        from yiwu_portal.programmes.service import demo_register

        demo_register("centre", centre_load)
