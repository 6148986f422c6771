"""Measures, and prints every figure beside its baseline of the same run. Started by script/bench."""

import json
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - the portal must be set up first
from django.db import connection, connections  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from approvals.actions.demo import simulate  # noqa: E402
from bench_baselines import rows  # noqa: E402
from bench_baselines.clients import CLIENTS, Run, asking, load, request  # noqa: E402
from bench_baselines.ground import Measured, cookies, prepare  # noqa: E402
from bench_baselines.processes import ask, megabytes, serve, setup_seconds  # noqa: E402
from yiwu_portal.celery import app  # noqa: E402

ROUNDS = 3
WARM_UPS = 10  # submissions a client, not counted
GUIDE = "/en/services/com-04/"
Maker = Callable[[], Run]


@dataclass
class Figure:
    """One line of the table; `goal` is a ratio, `most` says which side of it is good."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    goal: str = ""
    is_reached: bool | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """For the table."""
        numbers = f"{self.value:>10.1f} {self.unit:<10}"
        numbers += f" {self.baseline:>10.1f}" if self.baseline is not None else " " * 11
        numbers += f" {self.ratio:>8.3f}" if self.ratio is not None else " " * 9
        mark = {True: "reached", False: "MISSED", None: ""}[self.is_reached]
        return f"{self.name:<46}{numbers}  {self.goal:<9} {mark}"


class Bench:
    """The figures, one after another; each interleaves its baseline and ours."""

    def __init__(self, measured: Measured, server: Any, port: int, seconds: float) -> None:
        self.measured, self.server, self.port, self.seconds = measured, server, port, seconds
        self.figures: list[Figure] = []

    def run(self) -> None:
        """Everything of DESIGN §9 that exists."""
        self.submissions()
        clerk = cookies(self.measured.clerk)
        self.page("inbox, 50 rows", [clerk] * CLIENTS, _same("/en/window/"), _same("/en/bench/inbox/"))
        merchants = [cookies(client) for client in self.measured.merchants]
        cases = self.measured.references
        self.page(
            "case page (applicant)",
            merchants,
            _each("/en/applications/{}/", cases),
            _each("/en/bench/cases/{}/", cases),
        )
        officers, tasks = [cookies(client) for client in self.measured.officers], self.measured.tasks
        ours, plain = _each("/en/desk/{}/", tasks), _each("/en/bench/tasks/{}/", tasks)
        self.page("task page (officer)", officers, ours, plain)
        nobody: list[dict[str, str]] = [{}] * CLIENTS
        self.page("guide page (public)", nobody, _same(GUIDE), _same("/en/bench/empty/"), most=1.5)
        self.page(
            "guide page, If-None-Match", nobody, _same(GUIDE), _same("/en/bench/empty/"), most=1.1, etag=self._etag()
        )
        self.setup()
        self.memory()
        self.statements()
        self._inbox = self._inbox_in_views()

    def growth(self, cases: int, more: int) -> None:
        """The inbox again with so many more cases in the database; each time beside an empty view."""
        simulated = time.monotonic()
        simulate(cases=more, progress=lambda done: None, seed=2)
        connections.close_all()
        self.add(Figure(f"{more} more cases simulated", time.monotonic() - simulated, "s"))
        before = self._inbox
        after = self._inbox_in_views()
        figure = Figure(f"inbox in empty views, {cases + more} cases : {cases}", after, "views", before)
        self.add(figure, most=1.2)

    def _inbox_in_views(self) -> float:
        """How many empty views, of the same clerk and through the same middleware, the inbox takes."""
        jar = cookies(self.measured.clerk)
        empty, ours = Run(), Run()
        for _round in range(ROUNDS):
            for run, path in ((empty, "/en/bench/empty/"), (ours, "/en/window/")):
                work = [cycle([request("GET", path, cookies=jar)]) for _client in range(CLIENTS)]
                run.add(load(asking(self.port, 200), work, seconds=self.seconds))
        return empty.rate / ours.rate

    def submissions(self) -> None:
        """Hand whole cases in; against the same rows written by hand."""
        measured = self.measured
        address = os.environ["DATABASE_URL"]
        example = rows.template(address, measured.example)
        ours, whole, handed_in = Run(), Run(), Run()
        self._warm_up()
        share = (len(measured.drafts[0]) - WARM_UPS - 1) // (2 * ROUNDS)
        for at in range(ROUNDS):
            first = WARM_UPS + 2 * at * share
            parts = [mine[first : first + 2 * share] for mine in measured.drafts]
            endless = [cycle([0]) for _client in range(CLIENTS)]
            whole.add(load(rows.inserting(address, example, whole=True), endless, seconds=self.seconds))
            posts = [
                iter([self._post(cookies(client), key) for _pk, key in part[:share]])
                for client, part in zip(measured.merchants, parts, strict=True)
            ]
            ours.add(load(asking(self.port, 302), posts, seconds=self.seconds, warm=0.0))
            bare = [iter([pk for pk, _key in part[share:]]) for part in parts]
            handed_in.add(load(rows.inserting(address, example, whole=False), bare, seconds=self.seconds, warm=0.0))
        more = {"p95_ms": ours.p95}
        self.add(Figure("submit a case : all its rows, raw", ours.rate, "/s", whole.rate, more=more), least=0.12)
        self.add(Figure("submit a case : rows of the request, raw", ours.rate, "/s", handed_in.rate))
        self.add(Figure("submit a case, p95", ours.p95, "ms"))

    def _warm_up(self) -> None:
        """The first requests of a process load what all others find loaded."""
        posts = [
            iter([self._post(cookies(client), key) for _pk, key in mine[:WARM_UPS]])
            for client, mine in zip(self.measured.merchants, self.measured.drafts, strict=True)
        ]
        load(asking(self.port, 302), posts, seconds=30, warm=0.0)

    def _post(self, jar: dict[str, str], key: str) -> bytes:
        token = jar[settings.CSRF_COOKIE_NAME]
        return request("POST", f"/en/drafts/{key}/check/", cookies=jar, body=f"csrfmiddlewaretoken={token}")

    def page(
        self,
        name: str,
        jars: list[dict[str, str]],
        ours: Callable[[int], list[str]],
        baseline: Callable[[int], list[str]],
        *,
        most: float = 1.8,
        etag: str = "",
    ) -> None:
        """A page against its baseline: the time of ours is at most so many times the other's."""
        headers = [f"If-None-Match: {etag}"] if etag else []

        def asked(paths: Callable[[int], list[str]], extra: list[str]) -> list[Iterator[bytes]]:
            return [
                cycle([request("GET", path, cookies=jar, headers=extra) for path in paths(at)])
                for at, jar in enumerate(jars)
            ]

        plain, mine = Run(), Run()
        for _round in range(ROUNDS):
            plain.add(load(asking(self.port, 200), asked(baseline, []), seconds=self.seconds))
            mine.add(load(asking(self.port, 304 if etag else 200), asked(ours, headers), seconds=self.seconds))
        if not (plain.done and mine.done):
            raise SystemExit(f"{name}: nothing was answered within {self.seconds} s. Measure longer: --seconds 2")
        times = [1000 * CLIENTS / run.rate for run in (mine, plain)]
        figure = Figure(name, times[0], "ms", times[1], more={"per_second": mine.rate, "p95_ms": mine.p95})
        self.add(figure, most=most)
        self.add(Figure(f"{name}, answers", mine.rate, "/s", plain.rate))

    def _etag(self) -> str:
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{GUIDE}", headers={"Host": "localhost:8000"})
        with urllib.request.urlopen(asked) as answer:  # our own address # nosec B310
            return str(answer.headers["ETag"])

    def setup(self) -> None:
        """Processor time of `django.setup()`, in processes of its own, and of the same packages without the portal."""
        times: dict[str, list[float]] = {"bare": [], "settings": []}
        for _round in range(2 * ROUNDS):
            for module, seconds in times.items():
                seconds.append(1000 * setup_seconds(f"bench_baselines.{module}"))
        ours, bare = min(times["settings"]), min(times["bare"])
        self.add(Figure("django.setup()", ours, "ms", bare), most=1.3)

    def memory(self) -> None:
        """What a web worker holds: fresh after a public page, and after all that was asked of it above."""
        held: dict[str, float | None] = {"worked": megabytes(self.server)}
        for name, settings_module, path in (("bare", "bench_baselines.bare", "/healthz"), ("fresh", "", GUIDE)):
            server, port = serve(settings_module)
            try:
                for _each in range(20):  # either worker gets some
                    ask(port, path)
                held[name] = megabytes(server)
            finally:
                server.terminate()
                server.wait(20)
        if held["bare"] and held["fresh"] and held["worked"]:
            self.add(Figure("web worker, memory, fresh", held["fresh"], "MB", held["bare"]), most=1.3)
            self.add(Figure("web worker, memory, after the work above", held["worked"], "MB", held["bare"]))

    def statements(self) -> None:
        """SQL statements of each page and of a submission, asked twice so that what is kept is kept."""
        measured = self.measured
        draft = measured.drafts[0][-1][1]
        asked: list[tuple[str, Any, str, str, int]] = [
            ("inbox", measured.clerk, "get", "/en/window/", 12),
            ("case page", measured.merchants[0], "get", f"/en/applications/{measured.references[0][0]}/", 12),
            ("task page", measured.officers[0], "get", f"/en/desk/{measured.tasks[0][0]}/", 12),
            ("guide page", measured.clerk, "get", GUIDE, 12),
            ("submission", measured.merchants[0], "post", f"/en/drafts/{draft}/check/", 20),
        ]
        self.said: list[str] = []
        for name, client, method, path, most in asked:
            if method == "get":
                client.get(path)
            with CaptureQueriesContext(connection) as caught:
                answer = getattr(client, method)(path)
            if answer.status_code not in (200, 302):
                raise SystemExit(f"{path} answered {answer.status_code}")
            number = sum(not sql["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for sql in caught)
            self.add(Figure(f"SQL statements: {name}", number, "", None, None, f"<= {most}", number <= most))
            self.said += [f"\n{name}, {number} statements"] + [f"  {sql['sql'][:150]}" for sql in caught]

    def add(self, figure: Figure, *, least: float | None = None, most: float | None = None) -> None:
        """Keep and print a figure."""
        if figure.baseline:
            figure.ratio = figure.value / figure.baseline
            if least is not None:
                figure.goal, figure.is_reached = f">= {least}", figure.ratio >= least
            if most is not None:
                figure.goal, figure.is_reached = f"<= {most}", figure.ratio <= most
        self.figures.append(figure)
        print(figure.line(), flush=True)


def _same(path: str) -> Callable[[int], list[str]]:
    return lambda client: [path]


def _each(pattern: str, things: list[list[Any]]) -> Callable[[int], list[str]]:
    return lambda client: [pattern.format(thing) for thing in things[client]]


def main() -> None:
    """`measure CASES SECONDS MORE [FILE]`."""
    cases, seconds, more = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    print(f"Making {cases} cases", flush=True)
    measured = prepare(cases)
    connections.close_all()
    server, port = serve()
    print(f"\n{'figure':<46}{'ours':>10} {'':<10} {'baseline':>10} {'ratio':>8}  goal", flush=True)
    bench = Bench(measured, server, port, seconds)
    try:
        bench.run()
        if more:
            bench.growth(cases, more)
    finally:
        server.terminate()
        server.wait(20)
        connections.close_all()
        with app.connection_for_write() as broker:  # what was told to workers that never came
            broker.default_channel.queue_purge(settings.CELERY_TASK_DEFAULT_QUEUE)
    if os.environ.get("BENCH_SQL"):
        print("\n".join(bench.said))
    print(f"\nMeasured in {time.monotonic() - began:.0f} s, {CLIENTS} clients, {cases} cases, {os.cpu_count()} cores.")
    if len(sys.argv) > 4:
        fields = ("name", "value", "unit", "baseline", "ratio")
        figures = [{name: getattr(figure, name) for name in fields} for figure in bench.figures]
        Path(sys.argv[4]).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
