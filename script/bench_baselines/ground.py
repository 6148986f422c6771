"""What is measured: a database with simulated cases, people signed in, drafts ready to be handed in."""

import time
from dataclasses import dataclass
from random import Random
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from approvals.actions import drafts
from approvals.actions.demo import simulate
from approvals.actions.demo.bulk import Batch, Ground
from approvals.actions.demo.plans import Plan
from approvals.models import Case, Task
from approvals.queries.cases import cases_of
from approvals.queries.desks import desk_tasks
from bench_baselines.clients import CLIENTS
from yiwu_portal.accounts.service import demo_cast_load, demo_users_make
from yiwu_portal.centre.service import Role, appointment_make, organisation_by_code

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DRAFTS = 400  # for each client


@dataclass
class Measured:
    """Who asks, and for what."""

    clerk: Client
    officers: list[Client]
    tasks: list[list[int]]
    merchants: list[Client]
    references: list[list[str]]
    drafts: list[list[tuple[int, str]]]
    example: int  # a case that was handed in by its verb


def prepare(cases: int) -> Measured:
    """Migrate, simulate, sign in; about a minute for ten thousand cases."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    began = time.monotonic()
    simulate(cases=cases, progress=lambda done: print(f"\r  {done} of {cases} cases simulated", end="", flush=True))
    print(f" in {time.monotonic() - began:.0f} s", flush=True)
    cast = demo_cast_load()
    commerce = organisation_by_code("COM")
    officers = demo_users_make(rows=[_row(f"bench-officer-{at}") for at in range(CLIENTS)])
    for user in officers.values():
        appointment_make(
            by=None, user=user, organisation=commerce, role=Role.OFFICER, window=None, starts_on=timezone.localdate()
        )
    tasks = list(desk_tasks(cast["lin"]).filter(state=Task.State.OPEN).order_by("pk").values_list("pk", flat=True))
    merchants = _merchants()
    ready = _drafts(cast, merchants)
    users = [person.user for person in merchants]
    example = drafts.case_submit(by=users[0], key=ready[0].pop()[1])
    return Measured(
        clerk=signed_in(cast["chen"]),
        officers=[signed_in(user) for user in officers.values()],
        tasks=[tasks[at::CLIENTS] or tasks for at in range(CLIENTS)],
        merchants=[signed_in(user) for user in users],
        references=[
            list(cases_of(user).exclude(accepted_at=None).values_list("reference", flat=True)) for user in users
        ],
        drafts=ready,
        example=example.pk,
    )


def signed_in(user: Any) -> Client:
    """A client signed in as an invented person, as by her button in the demonstration."""
    client = Client(headers={"host": "localhost:8000"})
    client.force_login(user, backend=BACKEND)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time(), "type": "demo"}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    client.cookies[settings.CSRF_COOKIE_NAME] = "b" * 32
    return client


def cookies(client: Client) -> dict[str, str]:
    """What this client's browser would send."""
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _row(slug: str) -> dict[str, str]:
    return {"slug": slug, "name": slug, "language": "en"}


def _merchants() -> list[Any]:
    """The simulated persons who have most cases decided, with what a draft needs of them."""
    chosen: dict[int, Any] = {}
    decided = Case.objects.filter(state=Case.State.CLOSED).select_related("applicant__user").order_by("-pk")
    for case in decided.iterator(chunk_size=500):
        chosen.setdefault(case.applicant_id, case.applicant)
        if len(chosen) == CLIENTS:
            break
    for person in chosen.values():
        person.passport = person.travel_documents.get(is_current=True)
        person.papers = {paper.type.code: paper.pk for paper in person.evidence.select_related("type")}
    return list(chosen.values())


def _drafts(cast: dict[str, Any], merchants: list[Any]) -> list[list[tuple[int, str]]]:
    """Whole drafts of every merchant: (id, key)."""
    ground, now = Ground(cast), timezone.now()
    made = []
    for person in merchants:
        batch = Batch(ground, Random(1), [Plan("COM-04", "draft", now)] * DRAFTS, [person])
        with transaction.atomic():
            batch.save()
        made.append([(case.pk, case.key) for case in batch.cases])
    return made
