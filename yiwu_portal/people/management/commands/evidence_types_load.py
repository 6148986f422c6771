"""`manage.py evidence_types_load`: fill the library's kinds of paper."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwu_portal.people.actions import EvidenceTypesProblem, evidence_types_load


class Command(BaseCommand):
    """Load the kinds of paper from the YAML file of this room; safe to run again."""

    help = "Loads the kinds of paper (evidence types) in every language; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what changed."""
        try:
            counts = evidence_types_load()
        except EvidenceTypesProblem as problem:
            raise CommandError(f"{problem} (nothing was loaded)") from problem
        self.stdout.write("evidence types: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
