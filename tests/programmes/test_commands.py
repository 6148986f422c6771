"""The commands that ask every programme for something."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from yiwu_portal.programmes import registry
from yiwu_portal.programmes.service import Counted, NoticeKind, Programme, notice_kind, notice_kinds, programme_register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """No programme but the tests' own."""
    monkeypatch.setattr(registry, "_programmes", {})


@pytest.fixture(autouse=True)
def checkpoints(settings, tmp_path):
    settings.CHECKPOINT_DIR = tmp_path


def test_an_audit_without_findings_passes_and_counts(capsys):
    programme_register(Programme("one", "One", audit=lambda: iter([Counted("one: 3 cases")])))
    call_command("portal_audit")
    out = capsys.readouterr().out
    assert "one: 3 cases" in out
    assert "notifications: 0 waiting" in out
    assert "history: " in out
    assert "workdays: 9 years announced" in out
    assert "0 broken promises" in out


def test_a_broken_promise_and_an_audit_that_cannot_be_made_fail_it_and_the_others_still_run(capsys):
    def unable():
        raise RuntimeError("no table")
        yield

    programme_register(Programme("one", "One", audit=lambda: iter(["one: case 5 has no task"])))
    programme_register(Programme("two", "Two", audit=unable))
    programme_register(Programme("three", "Three", audit=lambda: iter([Counted("three: fine")])))
    with pytest.raises(SystemExit) as stop:
        call_command("portal_audit")
    assert stop.value.code == 1
    captured = capsys.readouterr()
    assert "BROKEN one: case 5 has no task" in captured.err
    assert "BROKEN two: the audit itself failed" in captured.err
    assert "three: fine" in captured.out
    assert "2 broken promises" in captured.out


def test_simulation_asks_every_able_programme_and_draws_its_progress(capsys):
    made = []

    def simulate(*, cases, progress):
        made.append(cases)
        progress(cases // 2)
        progress(cases)

    programme_register(Programme("one", "One", simulate=simulate))
    programme_register(Programme("two", "Two"))
    call_command("portal_simulate", cases=10)
    captured = capsys.readouterr()
    assert made == [10]
    assert "10/10" in captured.err
    assert "one: 10 cases" in captured.out
    with pytest.raises(CommandError):
        call_command("portal_simulate", cases=0)
    with pytest.raises(CommandError):
        call_command("portal_simulate", cases=5, only="two")


def test_the_demonstration_is_loaded_once_into_an_empty_database_whole_or_not_at_all(settings, capsys, monkeypatch):
    monkeypatch.setattr(registry, "_shared_demos", {})
    loaded = []

    def load():
        loaded.append(1)
        get_user_model().objects.create_user(f"amira{len(loaded)}@example.org")

    def fail():
        load()
        raise RuntimeError("half")

    settings.DEMO = True
    programme_register(Programme("one", "One", demo_load=fail))
    with pytest.raises(RuntimeError):
        call_command("demo_load")
    assert not get_user_model().objects.exists()
    registry._programmes.clear()
    programme_register(Programme("one", "One", demo_load=load))
    call_command("demo_load")
    call_command("demo_load")
    assert len(loaded) == 2
    assert "nothing was loaded" in capsys.readouterr().out
    call_command("demo_load", force=True)
    assert len(loaded) == 3
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command("demo_load", force=True)


def test_kinds_of_notices_are_found_by_programme_and_name():
    programme_register(Programme("one", "One", notices=(NoticeKind("done", "Done"),)))
    assert notice_kind("one.done")[0] == "one"
    assert "one.done" in notice_kinds()
    with pytest.raises(registry.Unknown):
        notice_kind("one.other")
    with pytest.raises(ValueError, match="twice"):
        programme_register(Programme("one", "One"))
