"""Print what remembers the signing key in use, before another takes its place."""

from typing import Any

from django.core.management.base import BaseCommand

from yiwu_portal.history.queries.checkpoints import key_retired


class Command(BaseCommand):
    """`manage.py history_key`."""

    help = "Print the line for HISTORY_SIGNING_OLD_KEYS; run it with the web, workers and clock stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Only the public half and the number of the newest checkpoint: no secret."""
        self.stdout.write(key_retired())
