"""The virus scanner's port: ClamAV's INSTREAM over TCP or a socket's path. Any trouble is `Unavailable`, never "clean".

clamd must be set up with `AlertExceedsMax yes` and a `StreamMaxLength` above the upload limit: otherwise it reports
files beyond its limits as clean.
"""

import socket
import struct
from typing import Any

from django.conf import settings

CHUNK = 64 * 1024
CONNECT_SECONDS = 3
ANSWER_SECONDS = 15


class Unavailable(Exception):
    """The scanner did not say clean or infected."""


def is_configured() -> bool:
    """Whether files are to be scanned at all."""
    return bool(settings.CLAMAV_ADDRESS)


def stream_infected(stream: Any) -> bool:
    """Whether the scanner finds something in what the stream holds; raises `Unavailable`."""
    try:
        with _connection(settings.CLAMAV_ADDRESS) as connection:
            connection.settimeout(ANSWER_SECONDS)
            connection.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            answer = b""
            while not answer.endswith(b"\0") and (part := connection.recv(4096)):
                answer += part
    except OSError as error:
        raise Unavailable(str(error)) from error
    verdict = answer.rstrip(b"\0\n ").decode("utf-8", "replace")
    if verdict.endswith(" FOUND"):
        return True
    if verdict == "stream: OK":
        return False
    raise Unavailable(verdict or "no answer")


def _connection(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS)
