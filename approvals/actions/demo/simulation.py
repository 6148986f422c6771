"""As many cases as a measurement needs, spread over the past year: rows in bulk, a thousand cases at a time."""

import secrets
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, reset_queries, transaction
from django.utils import timezone

from approvals.actions.catalogue import catalogue_load
from approvals.actions.demo.bulk import Batch, Ground
from approvals.actions.demo.merchants import SHARED, TOWN
from approvals.actions.demo.papers import paper_draw, photo_draw
from approvals.actions.demo.plans import plan_make
from yiwu_portal.accounts.service import demo_cast_load, demo_users_make
from yiwu_portal.documents.service import upload_receive
from yiwu_portal.history.service import history_seal
from yiwu_portal.people import service as people
from yiwu_portal.workdays import service as workdays

BATCH = 1000
CASES_A_PERSON = 5
PERSONS_AT_MOST = 50_000  # kept in memory, some 60 MB
YEAR = 365  # days back


def simulate(
    *,
    cases: int,
    progress: Callable[[int], Any] = lambda done: None,
    days_back: int = YEAR,
    seed: int | None = None,
) -> None:
    """Make so many invented cases over the past days; `progress(done)` after each batch. The history is sealed then.

    The rows are those the verbs would have written, but nobody is notified of them. `seed` makes it repeatable.
    """
    chance = Random(seed)  # noqa: S311 - a town by chance, no secret
    cast = demo_cast_load()
    people.evidence_types_load()
    catalogue_load()
    ground = Ground(cast)
    today = workdays.today()
    days = [day for back in range(days_back) if workdays.is_working(day := today - timedelta(days=back))]
    wanted = max(1, min(cases // CASES_A_PERSON, PERSONS_AT_MOST))
    crowd: list[Any] = []
    for start in range(0, wanted, BATCH):
        crowd += _crowd(chance, min(BATCH, wanted - start), at=_moment(days[-1]))
    now, done = timezone.now(), 0
    plans = (plan_make(chance=chance, days=days, now=now, zone=workdays.YIWU) for _case in range(cases))
    while batch := list(islice(plans, BATCH)):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # deferred ones pile up over a batch
            Batch(ground, chance, batch, crowd).save()
        reset_queries()  # in DEBUG Django keeps every statement, and these are long
        done += len(batch)
        progress(done)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the planner has seen none of it
    while history_seal(patience=2.0):
        continue


def _crowd(chance: Random, number: int, *, at: datetime) -> list[Any]:
    """So many invented merchants, each with a passport and the papers every matter asks for."""
    mark = secrets.token_hex(3)  # another simulation in the same database has other people
    merchants = [row for row in TOWN["merchants"] if "agency" in row]
    chosen = [chance.choice(merchants) for _person in range(number)]
    languages = [code for code, _name in settings.LANGUAGES]
    users = demo_users_make(
        rows=[
            {
                "slug": f"sim-{mark}-{at_}",
                "name": " ".join(reversed(row["passport"][:2])).title(),
                "language": row["language"] if row["language"] in languages else "en",
            }
            for at_, row in enumerate(chosen)
        ]
    )
    first = next(iter(users.values()))
    rows = []
    for place, (row, user) in enumerate(zip(chosen, users.values(), strict=True)):
        surname, given, native, sex, birth_on, country, _issuer, _number = row["passport"]
        rows.append(
            {
                "user": user,
                "surname": surname,
                "given_names": given,
                "native_name": native,
                "birth_on": birth_on + timedelta(days=chance.randrange(4000)),
                "sex": sex,
                "nationality": country,
                "phone": f"+8613900{place:06d}",
                "address": f"稠州北路 {place + 1} 号",
                "number": f"S{secrets.randbelow(10**8):08d}",
                "expires_on": workdays.today() + timedelta(days=chance.randrange(300, 3000)),
            }
        )
    return people.demo_persons_make(rows=rows, papers=_papers(first), at=at)


def _papers(user: Any) -> dict[str, Any]:
    """One picture of each kind, shared by a whole crowd."""
    kinds = {"passport-data-page", *(kind for kinds in SHARED.values() for kind in kinds)}
    drawn = {
        kind: paper_draw(kind=kind, holder="DEMO", shade=9) for kind in kinds - {"photo", "passport-data-page"}
    } | {kind: photo_draw(shade=shade) for shade, kind in enumerate(sorted(kinds & {"photo", "passport-data-page"}))}
    return {kind: upload_receive(by=user, file=SimpleUploadedFile(f"{kind}.jpg", data)) for kind, data in drawn.items()}


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(8), tzinfo=workdays.YIWU)
