"""Fill an empty demonstration with invented people and work."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from yiwu_portal.programmes.queries import is_anybody_here
from yiwu_portal.programmes.service import demos


class Command(BaseCommand):
    """`demo_load [--force]`; does nothing where people are already."""

    help = "Load the demonstration data into an empty database (DEMO only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to load over what is there."""
        parser.add_argument("--force", action="store_true", help="load although the database has users")

    def handle(self, *args: Any, force: bool = False, **options: Any) -> None:
        """Shared services first, then the programmes; all of it or nothing."""
        if not settings.DEMO:
            raise CommandError("Invented people sign in without a password, so this needs DEMO=1. Nothing was loaded.")
        if is_anybody_here() and not force:
            self.stdout.write("The database has users already: nothing was loaded (--force loads all the same).")
            return
        with transaction.atomic():
            for name, load in demos().items():
                load()
                if options["verbosity"]:
                    self.stdout.write(f"{name}: loaded")
