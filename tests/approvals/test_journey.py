"""The whole way of a case, by its verbs, with the neighbours in the room."""

import pytest

from approvals.models import Case, CaseMatter, Task
from approvals.queries.timeline import case_letters
from yiwu_portal.history.service import stream_entries


def test_a_case_goes_from_draft_to_decision_and_history_names_everyone(world, cast):
    case = world.granted(cast.amira)
    assert case.state == Case.State.CLOSED
    assert case.matters.get().state == CaseMatter.State.GRANTED
    assert case.matters.get().tasks.get().state == Task.State.DECIDED
    verbs = [(entry.verb, entry.by_id) for entry in stream_entries(case.stream)]
    assert verbs[0] == ("case_start", cast.amira.pk)
    assert ("case_submit", cast.amira.pk) in verbs
    assert ("case_accept", cast.chen.pk) in verbs
    assert ("task_grant", cast.lin.pk) in verbs
    assert verbs[-1] == ("case_close", cast.lin.pk)
    assert {letter.kind for letter in case_letters(case)} == {"receipt", "acceptance", "decision"}


@pytest.mark.parametrize("code", ["COM-04", "PSE-05"])
def test_a_deficient_case_is_corrected_once_and_then_accepted(world, cast, code):
    case = world.corrected(cast.amira, code)
    assert case.state == Case.State.SUBMITTED
    world.check(case)
    from approvals.actions import window

    case = window.case_accept(by=cast.chen, reference=case.reference)
    assert case.state == Case.State.ACCEPTED
    assert case.matters.get().promised_due_on
