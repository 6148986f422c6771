"""A post office of the tests: a real SMTP server on a free port, and the letters it took."""

import email
import email.policy
import re
import socket
import time
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class PostOffice:
    """Takes every letter; `letters(to)` are those to one address, `code(to)` waits for the newest one's code."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    def __enter__(self) -> "PostOffice":
        self.controller.start()
        return self

    def __exit__(self, *_) -> None:
        self.controller.stop()

    def letters(self, to: str) -> list[EmailMessage]:
        return [letter for letter in self.taken if to in letter["To"]]

    def wait_for(self, to: str, number: int, seconds: float = 30) -> list[EmailMessage]:
        """The letters to this address once there are so many."""
        until = time.monotonic() + seconds
        while len(self.letters(to)) < number:
            assert time.monotonic() < until, f"only {len(self.letters(to))} letters came to {to}"
            time.sleep(0.1)
        return self.letters(to)

    def code(self, to: str) -> str:
        """The code in the newest letter."""
        body = self.wait_for(to, 1)[-1].get_content()
        return re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", body, re.M).group(1)
