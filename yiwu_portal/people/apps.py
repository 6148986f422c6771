"""Django's name for this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The portal's people."""

    name = "yiwu_portal.people"
    label = "people"

    def ready(self) -> None:
        """Bring the kinds of paper to a demonstration."""
        from yiwu_portal.people.actions import evidence_types_load
        from yiwu_portal.programmes.service import demo_register

        demo_register("people", evidence_types_load)
