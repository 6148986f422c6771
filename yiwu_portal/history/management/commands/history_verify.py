"""Verify the whole history against its chains and its signed checkpoints."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from yiwu_portal.history.queries import history_verify
from yiwu_portal.programmes.service import Counted


class Command(BaseCommand):
    """`history_verify`: exits with 1 at the first broken promise and names its place."""

    help = "Detect any edit, deletion, insertion, reordering, cut tail or rewrite of the history."

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk through everything; print what was counted."""
        for line in history_verify():
            if not isinstance(line, Counted):
                self.stderr.write(f"BROKEN {line}")
                sys.exit(1)
            self.stdout.write(line)
        self.stdout.write("The history is whole.")
