"""catalogue_load: publish what changed in the catalogue's files, or say everything that is wrong with them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from approvals.actions.catalogue import CATALOGUE, CatalogueError, catalogue_load


class Command(BaseCommand):
    """The command."""

    help = "Load the catalogue from its YAML files; each changed file becomes a new edition. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the files are."""
        parser.add_argument("--folder", type=Path, default=CATALOGUE, help="holds matters/*.yaml and reasons.yaml")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and print what was published."""
        try:
            loaded = catalogue_load(folder=options["folder"])
        except CatalogueError as error:
            listed = "\n".join(f"  {problem}" for problem in error.problems)
            raise CommandError(f"nothing was loaded; {len(error.problems)} to mend:\n{listed}") from error
        for edition in loaded.published:
            self.stdout.write(f"published {edition}")
        self.stdout.write(f"{loaded.unchanged} unchanged, {loaded.reasons} standard reasons")
