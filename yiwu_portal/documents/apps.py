"""Django's name for this room."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The portal's documents."""

    name = "yiwu_portal.documents"
    label = "documents"
