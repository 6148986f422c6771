"""Simulated cases are as consistent as real ones."""

from collections import Counter

import pytest

from approvals.actions.demo import simulate
from approvals.models import Case, CaseMaterial, Decision, Task
from approvals.queries.desks import window_inbox
from approvals.queries.timeline import case_clock, case_letters, case_timeline
from approvals.rules.references import reference_read
from yiwu_portal.accounts.models import User
from yiwu_portal.history.service import history_verify, stream_entries
from yiwu_portal.programmes.service import Counted, programmes


@pytest.fixture
def files(settings, tmp_path):
    settings.CHECKPOINT_DIR = tmp_path / "seals"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }


def test_simulated_cases_hold_every_promise(db, files, subtests):
    seen = []
    simulate(cases=150, progress=seen.append, days_back=30, seed=7)
    assert seen[-1] == Case.objects.count() == 150
    assert not Case.objects.filter(is_demo=False).exists()
    with subtests.test("the history is whole and sealed"):
        assert [line for line in history_verify() if not isinstance(line, Counted)] == []
    with subtests.test("references are real ones"):
        for reference in Case.objects.exclude(reference=None).values_list("reference", flat=True):
            assert reference_read(reference) == reference
    with subtests.test("states agree with one another"):
        for case in Case.objects.prefetch_related("matters__tasks", "matters__decision"):
            matter = case.matters.get()
            tasks = Counter(task.state for task in matter.tasks.all())
            expected = {
                "draft": ("waiting", {}),
                "submitted": ("waiting", {}),
                "correcting": ("waiting", {}),
                "accepted": ("running", {"open": 1}),
                "not_accepted": ("stopped", {}),
                "withdrawn": ("stopped", {}),
            }
            if case.state == "closed":
                assert matter.state == matter.decision.outcome
                assert tasks == {"decided": 1}
                assert case.submitted_at <= case.accepted_at <= case.closed_at
            else:
                assert (matter.state, tasks) == expected[case.state]
            verbs = [entry.verb for entry in stream_entries(case.stream)]
            assert verbs[0] == "case_start"
            assert ("case_submit" in verbs) == (case.state != "draft")
            assert ("case_close" in verbs) == (case.state == "closed")
    with subtests.test("decisions have documents, deficient papers reasons, every letter its words"):
        assert Decision.objects.count() == Case.objects.filter(state="closed").count()
        assert CaseMaterial.objects.filter(verdict="deficient").exists()
        case = Case.objects.filter(state="closed").first()
        assert {letter.kind for letter in case_letters(case)} >= {"receipt", "acceptance", "decision"}
        for letter in case_letters(case):
            assert letter.document.payload["title"]["zh"]
            assert letter.document.payload["signer"]["lang"]
        assert case_clock(case)
        assert len(case_timeline(case)) >= 5
    with subtests.test("the desks see them"):
        assert len(window_inbox(User.objects.get(email="chen@yiwu.example")))
        assert Task.objects.filter(state="open").exists()
    with subtests.test("the same seed tells the same year, with other people"):
        first = Counter(Case.objects.values_list("state", flat=True))
        simulate(cases=150, days_back=30, seed=7)
        assert Counter(Case.objects.values_list("state", flat=True)) == first + first


def test_the_programme_offers_its_simulation_to_the_portal():
    approvals = next(programme for programme in programmes() if programme.slug == "approvals")
    assert approvals.simulate
    assert approvals.demo_load
