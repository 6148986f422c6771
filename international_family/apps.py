"""Django's name for this programme."""

from django.apps import AppConfig


class InternationalFamilyConfig(AppConfig):
    """The programme international family."""

    name = "international_family"
