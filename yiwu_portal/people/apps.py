"""Django's name for this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The portal's people."""

    name = "yiwu_portal.people"
    label = "people"
