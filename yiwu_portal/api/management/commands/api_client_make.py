"""`manage.py api_client_make COM "Commerce back office" tasks:read tasks:decide`: let a department's system call."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yiwu_portal.api.actions import client_make
from yiwu_portal.lifecycle.service import Refused


class Command(BaseCommand):
    """Prints the system's id and secret; the secret is kept nowhere."""

    help = "Let a department's system call the API; prints its id and its secret, once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, what it is called, what it may."""
        parser.add_argument("organisation")
        parser.add_argument("name")
        parser.add_argument("scopes", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it."""
        asked = {name: options[name] for name in ("organisation", "name", "scopes")}
        try:
            client, secret = client_make(by=None, **asked)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"client_id={client.client_id}\nclient_secret={secret}")
