"""The database refuses every move of a state that no transition declares, whoever asks it; the lists cannot differ."""

import re

import pytest
from django.db import Error, InternalError, connection, models, transaction
from django_fsm import FSMField, can_proceed
from django_fsm import transition as declared

from approvals.models import Case, CaseMatter, MatterEdition, Task
from tests.approvals.states import SITUATIONS
from yiwu_portal.lifecycle.service import moves_of

NOUNS = [Case, CaseMatter, Task, MatterEdition]
TRIGGERS = {
    Case: "case_state_moves",
    CaseMatter: "case_matter_state_moves",
    Task: "task_state_moves",
    MatterEdition: "edition_state_moves",
}


def tried(noun):
    """Every (from, to) the state machine itself lets happen: each verb tried from each state."""
    verbs = [name for name in dir(noun) if hasattr(getattr(noun, name, None), "_django_fsm")]
    moves = set()
    for state in noun.State:
        for verb in verbs:
            row = noun(state=state.value)
            if can_proceed(getattr(row, verb)):
                getattr(row, verb)()
                moves.add((state.value, str(row.state)))
    return {move for move in moves if move[0] != move[1]}


def installed(noun):
    """Every (from, to) the trigger in the database lets happen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(tgfoid) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
            [noun._meta.db_table, f"pgtrigger_{TRIGGERS[noun]}_%"],
        )
        (body,) = cursor.fetchone()
    pairs = re.search(r"ANY\('\{(.*?)\}'", body).group(1).split(",")
    return {tuple(pair.split(":")) for pair in pairs}


@pytest.mark.django_db
@pytest.mark.parametrize("noun", NOUNS)
def test_the_triggers_list_is_the_state_machines_own(noun):
    assert installed(noun) == tried(noun) == set(moves_of(noun)) - {(state, state) for state in noun.State}


def answer(noun, pk, state):
    """What the database says to the bare statement: `moved`, `refused` by the trigger, or by another rule."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {noun._meta.db_table} SET state = %s WHERE id = %s", [state, pk])
            transaction.set_rollback(True)
    except InternalError as error:
        return "refused" if "Invalid transition" in str(error) else str(error)
    except Error:
        return "passed the trigger"
    return "moved"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_bare_sql_moves_nothing_where_no_transition_leads(situation, world, cast):
    case = SITUATIONS[situation](world, cast.amira)
    rows = [case, *case.matters.all(), *Task.objects.filter(case_matter__case=case)]
    wrong = []
    for row in rows:
        noun, now = type(row), type(row).objects.values_list("state", flat=True).get(pk=row.pk)
        for state in noun.State:
            is_declared = state == now or (now, state.value) in moves_of(noun)
            if (answer(noun, row.pk, state.value) != "refused") != is_declared:
                wrong.append((noun.__name__, now, state.value))
    assert not wrong


def test_without_its_trigger_the_database_would_let_a_decision_be_undone(world, cast):
    case = world.granted(cast.amira)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE approvals_case DISABLE TRIGGER USER")
    assert answer(Case, case.pk, "accepted") == "moved"


class Lamp(models.Model):
    """A noun of this test alone: from anywhere, from anywhere else, and a step that falls back."""

    state = FSMField(choices=[("off", "off"), ("on", "on"), ("broken", "broken")], default="off")

    class Meta:
        app_label = "lifecycle"
        managed = False

    @declared(field=state, source="off", target="on", on_error="broken")
    def light(self): ...

    @declared(field=state, source="+", target="broken")
    def drop(self): ...

    @declared(field=state, source="*", target=None)
    def look(self): ...


def test_stars_and_falls_are_written_out():
    assert moves_of(Lamp) == [("off", "on"), ("off", "broken"), ("on", "broken")]
