"""Make as much work as a measurement needs."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwu_portal.programmes.service import programmes

WIDTH = 40


class Command(BaseCommand):
    """`portal_simulate --cases N [--only slug]`."""

    help = "Let every programme that can simulate make N invented cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many, and for whom."""
        parser.add_argument("--cases", type=int, required=True)
        parser.add_argument("--only", help="the slug of one programme")

    def handle(self, *args: Any, cases: int, only: str | None = None, **options: Any) -> None:
        """Simulate, drawing how far it is."""
        if cases < 1:
            raise CommandError("--cases wants a number of at least 1.")
        able = {item.slug: item.simulate for item in programmes() if item.simulate and only in (None, item.slug)}
        if not able:
            raise CommandError("No installed programme can simulate that.")
        for slug, simulate in able.items():
            began = time.monotonic()
            simulate(cases=cases, progress=self._bar(slug, cases))
            seconds = time.monotonic() - began
            self.stderr.write("")
            self.stdout.write(f"{slug}: {cases} cases in {seconds:.1f} s, {cases / max(seconds, 0.001):.0f}/s")

    def _bar(self, slug: str, total: int) -> Any:
        def progress(done: int) -> None:
            filled = WIDTH * min(done, total) // total
            self.stderr.write(f"\r{slug} [{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}", ending="")

        return progress
