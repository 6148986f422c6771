"""`manage.py demo_cast_load`: the invented people of the demonstration; refuses outside of demo mode."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yiwu_portal.accounts.actions import demo_cast_load


class Command(BaseCommand):
    """Load the cast."""

    help = "Makes the invented people of the demonstration; running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and name them."""
        if not settings.DEMO:
            raise CommandError("DEMO is not set: invented people don't belong into a real portal. Nothing was made.")
        self.stdout.write(", ".join(demo_cast_load()))
