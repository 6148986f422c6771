"""The invented town: loaded once into an empty database, with cases in every state and no empty screen."""

from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.utils import timezone

from approvals.actions.applicants import correction_missing
from approvals.models import Case, CaseMatter, Decision, Task
from approvals.queries.mine import business
from tests.people import sign_in_as
from yiwu_portal.accounts.models import User
from yiwu_portal.history.service import history_verify
from yiwu_portal.lifecycle.service import moment, told_at
from yiwu_portal.programmes.service import Counted
from yiwu_portal.workdays import service as workdays

# states no verb leads to yet are not told either
UNREACHABLE = {Case.State.LAPSED, Task.State.SUSPENDED, Task.State.PROPOSED, Task.State.WAITING}


@pytest.fixture
def town(db, settings, tmp_path):
    """The town as the command loads it; a folder of its own for files and seals."""
    settings.DEMO = True
    settings.CHECKPOINT_DIR = tmp_path / "seals"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }
    call_command("demo_load")


def user(slug):
    return User.objects.get(email=f"{slug}@yiwu.example")


def test_the_town_has_every_state_and_leaves_no_screen_empty(town, subtests):
    with subtests.test("every state a verb leads to is there"):
        for noun in (Case, CaseMatter, Task):
            reachable = set(noun.State) - UNREACHABLE
            assert reachable - {CaseMatter.State.WAITING} <= set(noun.objects.values_list("state", flat=True))
    with subtests.test("cases are late, due, claimed, collected and not"):
        today = workdays.today()
        assert Case.objects.filter(state="submitted", acceptance_due_on__lt=today).exists()
        assert (
            not workdays.is_working(today) or Case.objects.filter(state="submitted", acceptance_due_on=today).exists()
        )
        assert Case.objects.filter(claimed_until__gt=timezone.now()).exists()
        assert Task.objects.filter(state="open", due_on__lt=today).exists()
        assert Decision.objects.filter(collected_at=None).exists()
        assert Decision.objects.exclude(collected_at=None).exists()
    with subtests.test("what a correction asked for is still missing"):
        for case in Case.objects.filter(state="correcting"):
            assert correction_missing(case=case)
    with subtests.test("everybody is marked as invented"):
        assert not Case.objects.filter(is_demo=False).exists()
        assert not User.objects.filter(is_demo=False, is_system=False).exists()
        assert len(set(Case.objects.exclude(applicant=None).values_list("applicant__nationality", flat=True))) >= 20
    with subtests.test("nothing happens before what comes before it"):
        for case in Case.objects.exclude(accepted_at=None):
            assert case.submitted_at <= case.accepted_at <= (case.closed_at or timezone.now())
    with subtests.test("the history is whole"):
        assert [line for line in history_verify() if not isinstance(line, Counted) and "seal" not in line] == []
    with subtests.test("no desk is empty"):
        for slug, pages in {
            "chen": ["window/", "window/results/"],
            "wei": ["window/"],
            "lin": ["desk/"],
            "gao": ["desk/"],
            "amira": ["applications/"],
        }.items():
            client = sign_in_as(user(slug))
            for page in pages:
                answer = client.get(f"/en/{page}")
                rows = next(answer.context[name] for name in ("cases", "results", "tasks") if name in answer.context)
                assert answer.status_code == 200
                assert len(rows), f"{slug} sees nothing at {page}"
            assert business(user(slug))
    with subtests.test("Amira can begin anew"):
        assert not Case.objects.filter(
            applicant__user=user("amira"), state="draft", matters__edition__matter__code="COM-04"
        ).exists()
    with subtests.test("a second load changes nothing"):
        before = Case.objects.count(), User.objects.count()
        call_command("demo_load", force=True)
        assert (Case.objects.count(), User.objects.count()) == before


def test_nothing_is_told_of_the_future():
    with pytest.raises(ValueError, match="future"), told_at(timezone.now() + timezone.timedelta(seconds=5)):
        pass


def test_a_told_moment_ends_with_its_block():
    yesterday = timezone.now() - timezone.timedelta(days=1)
    with told_at(yesterday):
        assert moment() == yesterday
    assert moment() > yesterday


def test_only_invented_work_is_told_of_another_day():
    root = Path(project.BASE_DIR)
    rooms = ("yiwu_portal", "approvals", "mediation", "merchant_cards", "community", "international_family")
    users = {
        path.relative_to(root).as_posix()
        for room in rooms
        for path in (root / room).rglob("*.py")
        if "told_at" in path.read_text(encoding="utf-8")
    }
    assert all("/demo/" in path or path == "yiwu_portal/lifecycle/service.py" for path in users), users
