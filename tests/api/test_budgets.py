"""What the API costs in SQL statements, whatever the number of rows (DESIGN §9)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Caller, caller_of, system_of
from tests.approvals.test_budgets import crowd, plain

READ, LIST = 8, 12


def cost(caller, path):
    assert caller.get(path).status_code == 200
    with CaptureQueriesContext(connection) as caught:
        assert caller.get(path).status_code == 200
    return plain(caught)


def test_a_case_is_read_in_eight_statements(world, sign_in):
    reader, browser = caller_of(world.cast.amira), Caller(client=sign_in(world.cast.amira))
    cases = {"submitted": world.submitted(world.cast.amira), "granted": world.granted(world.cast.amira)}
    cases["correcting"] = world.correcting(world.cast.amira)
    for name, case in cases.items():
        for who, caller in (("token", reader), ("session", browser)):
            statements = cost(caller, f"cases/{case.reference}/")
            print(f"a case {name} by {who}: {len(statements)} statements")
            assert len(statements) <= READ + (who == "session" and name == "correcting"), "\n".join(statements)


@pytest.mark.parametrize("path", ["cases/", "tasks/", "services/", "bundles/"])
def test_a_list_costs_the_same_for_few_rows_and_for_many(world, path):
    world.accepted(world.cast.amira)
    caller = system_of("COM") if path == "tasks/" else caller_of(world.cast.amira)
    few = cost(caller, path)
    crowd(120, 5)
    many = cost(caller, path)
    print(f"{path}: {len(many)} statements")
    assert len(few) == len(many) <= LIST
