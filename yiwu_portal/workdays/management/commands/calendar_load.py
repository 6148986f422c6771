"""Load the working calendar: every announced year, or what a file says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwu_portal.workdays.service import CalendarRefused, calendar_import_file, calendar_load_all

FILE_HELP = (
    "A whole year's days. CSV: columns date, working (yes/no), holiday, source, local (yes: the city's own closings). "
    "YAML: source, local, announces (a list of years), days (a list of date, working, holiday)."
)


class Command(BaseCommand):
    """`calendar_load [--file closings.yaml|.csv]`; safe to run again."""

    help = "Load the Chinese working calendar from the installed package, or a year or a city's closings from a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, if any."""
        parser.add_argument("--file", type=Path, help=FILE_HELP)

    def handle(self, *args: Any, file: Path | None = None, **options: Any) -> None:
        """Import, and print what changed."""
        try:
            done = (
                calendar_import_file(content=file.read_text("utf-8-sig"), is_csv=file.suffix.lower() == ".csv")
                if file
                else calendar_load_all()
            )
        except (OSError, CalendarRefused) as error:
            raise CommandError(str(error)) from error
        for item in done:
            self.stdout.write(f"{item.year}: {item.days} days. {item.source}")
        if not done:
            self.stdout.write("The calendar was up to date.")
