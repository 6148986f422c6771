"""Seal the history now, before a backup for instance."""

from typing import Any

from django.core.management.base import BaseCommand

from yiwu_portal.history.service import history_seal


class Command(BaseCommand):
    """`history_seal`: what the clockwork does every minute."""

    help = "Write a signed checkpoint over everything recorded since the last one."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal, and say up to where."""
        seal = history_seal()
        self.stdout.write(f"Sealed up to id {seal.upto}." if seal else "Nothing new to seal.")
