"""Django's name for this programme."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """The programme approvals."""

    name = "approvals"

    def ready(self) -> None:
        """Lay down the table of rights."""
        from approvals import permissions  # noqa: F401 - imported for its effect
