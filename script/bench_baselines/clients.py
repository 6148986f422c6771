"""Eight clients, each a process of its own, asking without a pause; bare sockets, so that they cost little."""

import multiprocessing
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

CLIENTS = 8
PROCESSES = multiprocessing.get_context("fork")
WARM = 0.3  # seconds before the counting begins


class Unexpected(Exception):
    """A server answered something else than it should."""


@dataclass
class Run:
    """What the clients of one run did together."""

    done: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def p95(self) -> float:
        """Milliseconds within which 95 of 100 answers came."""
        return 1000 * sorted(self.waits)[int(len(self.waits) * 0.95)] if self.waits else 0.0

    def add(self, other: "Run") -> None:
        """Another round of the same."""
        self.done, self.seconds = self.done + other.done, self.seconds + other.seconds
        self.waits += other.waits


def request(
    method: str, path: str, *, cookies: dict[str, str] | None = None, body: str = "", headers: Iterable[str] = ()
) -> bytes:
    """A whole request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost:8000", "Accept: text/html", *headers]
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def asking(port: int, expected: int) -> Callable[[], Callable[[bytes], None]]:
    """A worker that sends a request and reads its answer; raises `Unexpected` for another status."""

    def start() -> Callable[[bytes], None]:
        link = socket.create_connection(("127.0.0.1", port))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return lambda sent: _ask(link, sent, expected)

    return start


def _ask(link: socket.socket, sent: bytes, expected: int) -> None:
    link.sendall(sent)
    data = b""
    while b"\r\n\r\n" not in data:
        part = link.recv(65536)
        if not part:
            raise Unexpected("the server hung up")
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    status = int(head[9:12])
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    length = 0 if status == 304 else length
    while len(body) < length:
        body += link.recv(65536)
    if status != expected:
        where = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"location:")), b"")
        raise Unexpected(f"{sent[:90]!r} was answered with {status} {where!r} instead of {expected}")


def load(
    start: Callable[[], Callable[[Any], None]], work: list[Iterator[Any]], *, seconds: float, warm: float = WARM
) -> Run:
    """Let each client work through its own list until the time is over, or the list is; returns what was counted."""
    barrier = PROCESSES.Barrier(len(work))
    pipes, children = [], []
    for items in work:
        mine, theirs = PROCESSES.Pipe(duplex=False)
        child = PROCESSES.Process(target=_client, args=(start, items, seconds, warm, barrier, theirs), daemon=True)
        child.start()
        theirs.close()
        pipes.append(mine)
        children.append(child)
    results = [pipe.recv() for pipe in pipes]
    for child in children:
        child.join()
    run = Run()
    for result in results:
        if isinstance(result, str):
            raise Unexpected(result)
        run.done += len(result[0])
        run.waits += result[0]
    run.seconds = max(result[1] for result in results)
    return run


def _client(start: Any, items: Iterator[Any], seconds: float, warm: float, barrier: Any, pipe: Any) -> None:
    waits: list[float] = []
    try:
        act = start()
        barrier.wait(30)
        began = time.perf_counter()
        counted = began + warm
        for item in items:
            before = time.perf_counter()
            if before > counted + seconds:
                break
            act(item)
            if before >= counted:
                waits.append(time.perf_counter() - before)
        pipe.send((waits, time.perf_counter() - counted))
    except BaseException as error:  # whatever it was, the parent says it
        barrier.abort()
        pipe.send(f"{type(error).__name__}: {error}")
