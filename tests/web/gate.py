"""A gate before the database: open it passes everything on, shut the port refuses, as when the server is gone."""

import contextlib
import socket
import threading


def port_free() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Gate:
    """Listens on a port of its own and passes bytes both ways while it is open."""

    def __init__(self, host: str, port: int) -> None:
        self.behind = (host, port)
        self.port = port_free()
        self.door: socket.socket | None = None
        self.links: list[socket.socket] = []

    def open(self) -> None:
        """Let connections through."""
        self.door = socket.create_server(("127.0.0.1", self.port), backlog=50)
        threading.Thread(target=self._admit, args=[self.door], daemon=True).start()

    def shut(self) -> None:
        """Refuse connections, and cut those there are."""
        if self.door is not None:
            self.door.shutdown(socket.SHUT_RDWR)  # wakes the one who waits in accept
            self.door.close()
            self.door = None
        for link in self.links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
        self.links.clear()

    def _admit(self, door: socket.socket) -> None:
        while True:
            try:
                near, _address = door.accept()
            except OSError:
                return
            far = socket.create_connection(self.behind)
            self.links += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=[source, target], daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while words := source.recv(65536):
            target.sendall(words)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        source.close()
