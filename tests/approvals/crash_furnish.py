"""Run as a program: make the tables of an empty cluster, and whole drafts to be handed in. Prints one line of JSON."""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from approvals.actions.catalogue import catalogue_load  # noqa: E402
from approvals.models import Case, CaseMaterial, CaseMatter  # noqa: E402
from approvals.models.cases import draft_key  # noqa: E402
from tests.approvals.world import World  # noqa: E402
from tests.people import Cast, sign_in_as  # noqa: E402
from yiwu_portal.history.service import record  # noqa: E402
from yiwu_portal.people.service import evidence_types_load  # noqa: E402


def copied(case: Case, number: int) -> list[str]:
    """So many more drafts like this one; their keys."""
    with transaction.atomic():
        fields = {"applicant_id", "organisation_id", "language", "answers"}
        same = {name: getattr(case, name) for name in fields}
        cases = Case.objects.bulk_create(Case(key=draft_key(), **same) for _ in range(number))
        edition = case.matters.get().edition_id
        CaseMatter.objects.bulk_create(CaseMatter(case=one, edition_id=edition) for one in cases)
        papers = list(case.materials.filter(is_current=True).values_list("requirement_id", "evidence_id"))
        CaseMaterial.objects.bulk_create(
            CaseMaterial(case=one, requirement_id=requirement, evidence_id=evidence)
            for one in cases
            for requirement, evidence in papers
        )
        for one in cases:
            record(verb="case_start", by=None, stream=one.stream, person_id=one.applicant_id)
    return [one.key for one in cases]


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    cast = Cast()
    assert cast.organisation("COM")
    evidence_types_load()
    catalogue_load()
    keys = copied(World(cast).draft(cast.amira), int(sys.argv[1]))
    session = sign_in_as(cast.amira).cookies["session"].value
    print(json.dumps({"session": session, "user": cast.amira.pk, "keys": keys}))
