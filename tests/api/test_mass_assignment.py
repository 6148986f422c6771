"""S4: whatever else a body carries changes nothing, for every field of every row behind every write."""

import pytest

from approvals.models import Case, CaseMatter, Decision, Proposal, Task
from tests.api.conftest import caller_of, system_of
from tests.approvals.world import ANSWERS, COM


def everything(world):
    """Each write with a body of its own that would be taken."""
    amira, com = caller_of(world.cast.amira), system_of("COM")
    case, correcting = world.submitted(world.cast.amira), world.correcting(world.cast.amira)
    task = world.task(world.accepted(world.cast.amira))
    draft = world.draft(world.cast.amira)  # the last: a draft begun again is the same draft
    granted, refused = ({"reason": world.reason(use).code} for use in ("granted", "refused"))
    return [
        (amira, "drafts/start/", {"service": COM}),
        (amira, f"drafts/{draft.key}/answer/", {"answers": ANSWERS[COM]}),
        (amira, f"drafts/{draft.key}/submit/", {}),
        (amira, f"drafts/{draft.key}/discard/", {}),
        (amira, f"cases/{case.reference}/withdraw/", {}),
        (amira, f"cases/{correcting.reference}/correct/", {}),
        *((com, f"tasks/{task.pk}/{verb}/", {}) for verb in ("claim", "release")),
        (com, f"tasks/{task.pk}/grant/", granted),
        (com, f"tasks/{task.pk}/refuse/", refused),
        (com, f"tasks/{task.pk}/propose/", {**granted, "outcome": "granted"}),
    ]


def rows():
    return {
        model: list(model.objects.order_by("pk").values()) for model in (Case, CaseMatter, Task, Decision, Proposal)
    }


@pytest.mark.django_db
def test_no_field_of_any_row_is_set_by_the_way(world):
    writes, before = everything(world), rows()
    fields = {f.attname for model in before for f in model._meta.concrete_fields} | {"owner", "paid", "fee_fen"}
    tried = 0
    for caller, path, body in writes:
        for name in sorted(fields - set(body) - {"results", "note", "outcome"}):
            answer = caller.client.post(
                f"/api/v1/{path}",
                {**body, name: "granted"},
                content_type="application/json",
                headers=caller.headers({"Idempotency-Key": f"{path}{name}"}),
            )
            assert answer.status_code in (400, 429), (path, name, answer.content)
            tried += answer.status_code == 400
            if answer.status_code == 429:
                from yiwu_portal.accounts.models import Hit

                Hit.objects.all().delete()
    assert tried > 300
    assert rows() == before


@pytest.mark.django_db
def test_control_the_same_bodies_without_the_field_do_act(world):
    before = rows()
    assert all(caller.post(path, body).status_code in (200, 201, 404, 409) for caller, path, body in everything(world))
    assert rows() != before
