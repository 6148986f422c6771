"""Django's name for this programme."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """The programme approvals."""

    name = "approvals"
