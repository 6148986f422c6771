"""`manage.py centre_load`: organisations and windows from the data files; safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwu_portal.centre.actions import centre_load
from yiwu_portal.centre.rules import BadData


class Command(BaseCommand):
    """Load the centre."""

    help = "Loads the departments and windows of the centre from its data files; running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what changed."""
        try:
            counts = centre_load()
        except BadData as error:
            raise CommandError(f"{error}. Nothing was loaded.") from error
        self.stdout.write(f"{counts['organisations']} organisations and {counts['windows']} windows made or changed")
