"""Django's name for this room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The portal's accounts."""

    name = "yiwu_portal.accounts"
    label = "accounts"
