"""Ask every service and programme whether it keeps its promises."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from yiwu_portal.programmes.service import Counted, audits


class Command(BaseCommand):
    """`portal_audit`: exits with 1 when a promise is broken."""

    help = "Check every promise the portal makes; prints what it counted and each broken promise."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every audit to its end, so that one answer shows everything that is wrong."""
        broken = 0
        for name, run in audits().items():
            try:
                for line in run():
                    if isinstance(line, Counted):
                        self.stdout.write(line)
                    else:
                        broken += 1
                        self.stderr.write(f"BROKEN {line}")
            except Exception as error:  # an audit that cannot be made is no audit passed
                broken += 1
                self.stderr.write(f"BROKEN {name}: the audit itself failed, {type(error).__name__}: {error}")
        self.stdout.write(f"{len(audits())} audits, {broken} broken promises")
        if broken:
            sys.exit(1)
