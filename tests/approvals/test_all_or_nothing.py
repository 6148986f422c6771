"""F2: whichever statement of an act fails, nothing of the act is there; and the act done again goes through."""

from contextlib import contextmanager
from itertools import count

import pytest
from django.db import DatabaseError, connection, transaction

from approvals.actions import decisions, drafts, window
from approvals.models import Case
from tests.approvals.states import print_of_rows


class Unplugged(DatabaseError):
    """The statement did not reach the database."""


class Plug:
    """Counts statements, and pulls itself out before the one of this number."""

    def __init__(self, number=0):
        self.number, self.statements = number, []

    def __call__(self, execute, sql, params, many, context):
        self.statements.append(sql)
        if len(self.statements) == self.number:
            raise Unplugged(sql)
        return execute(sql, params, many, context)


def submit(world):
    case = world.draft(world.cast.amira)
    return lambda: drafts.case_submit(by=world.cast.amira, key=case.key)


def accept(world):
    case = world.checked(world.cast.amira)
    return lambda: window.case_accept(by=world.cast.chen, reference=case.reference)


def grant(world):
    task, reason = world.task(world.accepted(world.cast.amira)), world.reason("granted")
    return lambda: decisions.task_grant(by=world.cast.lin, task_id=task.pk, reason=reason)


ACTS = {"case_submit": submit, "case_accept": accept, "task_grant": grant}


def torn(act, before):
    """The statements whose failure left something behind; the last try goes through, and is taken back."""
    left = []
    for number in count(1):
        plug = Plug(number)
        with transaction.atomic():
            with connection.execute_wrapper(plug):
                try:
                    act()
                except Unplugged as error:
                    statement = str(error)
                else:
                    transaction.set_rollback(True)
                    break
            connection.needs_rollback = False  # what is left is looked at before the test takes it back
            if print_of_rows() != before:
                left.append(statement)
            transaction.set_rollback(True)
    assert number > 10, "hardly any statement was tried"
    return left


@pytest.mark.parametrize("verb", ACTS)
def test_a_failure_at_any_statement_leaves_everything_as_it_was(verb, world):
    act = ACTS[verb](world)
    before = print_of_rows()
    assert torn(act, before) == []
    act()
    assert print_of_rows() != before
    assert Case.objects.exclude(state="draft").exists()


@contextmanager
def statement_by_statement(queryset, **lookup):
    """What `locked` would be if each statement stood for itself."""
    yield queryset.filter(**lookup).first()


@pytest.mark.parametrize("verb", ACTS)
def test_control_without_the_transaction_an_act_is_torn(verb, world, monkeypatch):
    act = ACTS[verb](world)
    for room in (decisions, drafts, window):
        monkeypatch.setattr(room, "locked", statement_by_statement)
    assert torn(act, print_of_rows())
