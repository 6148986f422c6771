"""How many SQL statements a page and a submission cost: the same for five rows as for fifty.

Counted without the statements of transaction control (BEGIN, SAVEPOINT and their ends).
"""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.actions.demo import simulate
from approvals.models import Case, Matter, MatterEdition, Task
from tests.approvals.world import COM
from yiwu_portal.workdays import service as workdays

PAGE, SUBMISSION = 12, 20


def cost(client, url):
    """The statements of a page that was shown before."""
    assert client.get(url).status_code == 200
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as caught:
        response = client.get(url)
    assert response.status_code == 200
    return plain(caught), response.content.decode()


def plain(caught):
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"] for query in caught.captured_queries if not query["sql"].startswith(control)]


def crowd(cases, seed):
    simulate(cases=cases, progress=lambda done: None, days_back=20, seed=seed)


def copies_of_matter(number):
    """So many more services in the list."""
    first = MatterEdition.objects.get(matter__code=COM, state="published")
    values = {f.attname: getattr(first, f.attname) for f in MatterEdition._meta.concrete_fields if f.name != "id"}
    matters = [Matter(code=f"XXX-{n:02d}", organisation_id=first.matter.organisation_id) for n in range(number)]
    Matter.objects.bulk_create(matters)
    MatterEdition.objects.bulk_create(MatterEdition(**values | {"matter_id": matter.pk}) for matter in matters)


def test_a_list_costs_the_same_for_five_rows_and_for_fifty(world, cast, sign_in, subtests):
    chen, lin, amira = sign_in(cast.chen), sign_in(cast.lin), sign_in(cast.amira)
    for _ in range(3):
        world.submitted(cast.amira)
    pages = {
        "window_list": (chen, reverse("window_list")),
        "result_list": (chen, reverse("result_list")),
        "desk_list": (lin, reverse("desk_list")),
        "case_list": (amira, reverse("case_list")),
        "service_list": (amira, reverse("service_list")),
        "portal_mine": (chen, reverse("portal_mine")),
    }
    crowd(60, 1)
    few = {name: cost(*page) for name, page in pages.items()}
    crowd(340, 2)
    Case.objects.filter(state="closed").update(applicant=world.person(cast.amira))  # she has been busy
    copies_of_matter(50)
    assert Case.objects.filter(state="submitted").count() >= 50
    assert Task.objects.filter(state="open", organisation__code="COM").count() >= 15
    for name, page in pages.items():
        with subtests.test(name):
            many, words = cost(*page)
            print(f"{name}: {len(few[name][0])} statements with few rows, {len(many)} with many")
            assert len(many) == len(few[name][0])
            assert len(many) <= PAGE
            assert len(words) > len(few[name][1]) or name == "portal_mine"


def test_a_case_costs_the_same_with_a_short_and_a_long_past(world, cast, sign_in, subtests):
    chen, lin, amira = sign_in(cast.chen), sign_in(cast.lin), sign_in(cast.amira)
    submitted, accepted = world.checked(cast.amira), world.accepted(cast.amira)
    pages = {
        "case_show": (amira, reverse("case_show", args=[submitted.reference])),
        "case_receipt": (amira, reverse("case_receipt", args=[submitted.reference])),
        "window_case": (chen, reverse("window_case", args=[submitted.reference])),
        "task_show": (lin, reverse("task_show", args=[world.task(accepted).pk])),
    }
    few = {name: cost(*page)[0] for name, page in pages.items()}
    crowd(80, 3)
    Case.objects.filter(state="closed").update(applicant=world.person(cast.amira))  # fifty earlier cases of hers
    for name, page in pages.items():
        with subtests.test(name):
            many = cost(*page)[0]
            print(f"{name}: {len(few[name])} statements alone, {len(many)} among many")
            assert len(many) == len(few[name])
            assert len(many) <= PAGE


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_workers")
def test_a_submission_is_twenty_statements_at_most(world, cast, sign_in):
    client = sign_in(cast.amira)
    case = world.draft(cast.amira)
    workdays.calendar_now()  # kept for the life of a process
    with CaptureQueriesContext(connection) as caught:
        assert client.post(reverse("case_submit", args=[case.key])).status_code == 302
    statements = plain(caught)
    print(f"a submission: {len(statements)} statements")
    assert len(statements) <= SUBMISSION, "\n".join(statements)
