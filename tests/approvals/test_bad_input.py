"""Wrong types in every form, fields that are none of the form's, papers and matters of other people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from approvals.actions import drafts, window
from approvals.models import Case, CaseMatter, MaterialRequirement, Task
from approvals.queries.cases import edition_in_force, requirements_asked
from tests.approvals.states import print_of_rows
from tests.approvals.world import ANSWERS, COM, PSE, World, photo_bytes, upload_of
from yiwu_portal.lifecycle.service import NotYours, Refused

LONG = "9" * 5000
JUNK = ("", "x", "-1", "0", "1e9", LONG, "\x00", "\u202e%s{{7*7}}<script>", "2026-02-31", "[]", "🀄" * 40)


@dataclass
class Filled:
    """A form: who posts it, where, and what a right one holds."""

    who: Any
    url: str
    data: dict[str, Any]


def forms(world: World) -> dict[str, Callable[[], Filled]]:
    """Every form of the programme, each on a case that waits for it."""
    return applicants_forms(world) | staff_forms(world)


def applicants_forms(world: World) -> dict[str, Callable[[], Filled]]:
    cast = world.cast

    def draft(papers: bool = True) -> Case:
        return world.draft(cast.amira, PSE, papers=papers)

    def answering() -> Filled:
        case = draft()
        step = case.matters.get().edition.form["steps"][0]
        data = {field["key"]: ANSWERS[PSE].get(field["key"], "") for field in step["fields"]}
        return Filled(cast.amira, reverse("case_answer", args=[case.key, step["key"]]), data)

    def attaching() -> Filled:
        case = draft(papers=False)
        paper = SimpleUploadedFile("paper.jpg", photo_bytes(), "image/jpeg")
        url = reverse("material_attach", args=[case.key, requirements_asked(case)[0].pk])
        return Filled(cast.amira, url, {"file": paper, "expires_on": "2031-01-01"})

    def correcting() -> Filled:
        case = world.correcting(cast.amira)
        world.replaced(case, cast.amira)
        return Filled(cast.amira, reverse("case_correct", args=[case.reference]), {})

    def withdrawing() -> Filled:
        case = world.submitted(cast.amira)
        return Filled(cast.amira, reverse("case_withdraw", args=[case.reference]), {"sure": "on"})

    return {
        "case_answer": answering,
        "material_attach": attaching,
        "case_submit": lambda: Filled(cast.amira, reverse("case_submit", args=[draft().key]), {}),
        "case_correct": correcting,
        "case_withdraw": withdrawing,
    }


def staff_forms(world: World) -> dict[str, Callable[[], Filled]]:
    cast = world.cast

    def at_window(name: str, data: Callable[[Case], dict[str, Any]], reach: Any = world.checked) -> Filled:
        case = reach(cast.amira)
        return Filled(cast.chen, reverse(name, args=[case.reference]), data(case))

    def checking(case: Case) -> dict[str, Any]:
        paper = case.materials.filter(is_current=True).first()
        return {"material": paper.pk, "verdict": "deficient", "reason": world.reason("correction").pk, "note": "?"}

    def asking(case: Case) -> dict[str, Any]:
        paper = case.materials.filter(is_current=True).first()
        window.material_check(
            by=cast.chen,
            reference=case.reference,
            material_id=paper.pk,
            verdict="deficient",
            reason=world.reason("correction"),
        )
        return {"note": "and so on"}

    def at_desk(name: str, use: str) -> Filled:
        task = world.task(world.accepted(cast.amira))
        return Filled(cast.lin, reverse(name, args=[task.pk]), {"reason": world.reason(use).pk, "note": "so be it"})

    return {
        "case_claim": lambda: at_window("case_claim", lambda case: {}, world.submitted),
        "material_check": lambda: at_window("material_check", checking),
        "case_accept": lambda: at_window("case_accept", lambda case: {}),
        "case_request_correction": lambda: at_window("case_request_correction", asking),
        "case_refuse_acceptance": lambda: at_window(
            "case_refuse_acceptance", lambda case: {"reason": world.reason("not_accepted").pk, "note": "no"}
        ),
        "task_claim": lambda: at_desk("task_claim", "granted"),
        "task_grant": lambda: at_desk("task_grant", "granted"),
        "task_refuse": lambda: at_desk("task_refuse", "refused"),
    }


ALL = [
    *("case_answer", "material_attach", "case_submit", "case_correct", "case_withdraw", "case_claim", "material_check"),
    *("case_accept", "case_request_correction", "case_refuse_acceptance", "task_claim", "task_grant", "task_refuse"),
]
WITH_FIELDS = [name for name in ALL if not name.endswith(("submit", "correct", "claim", "accept"))]
# fields whose every text is a right one: a note is the clerk's own words
FREE = {"note"}


def test_no_form_is_left_out(world):
    assert list(forms(world)) == ALL


@pytest.mark.parametrize("name", WITH_FIELDS)
def test_a_wrong_type_is_told_and_changes_nothing(name, world, sign_in):
    form = forms(world)[name]()
    client, before = sign_in(form.who), print_of_rows()
    for field in set(form.data) - FREE:
        for junk in JUNK:
            with transaction.atomic():
                response = client.post(form.url, form.data | {field: junk, "file": ""})
                assert response.status_code in (200, 302, 404, 422), f"{field}={junk!r}: {response.status_code}"
                if response.status_code in (404, 422):
                    assert print_of_rows() == before, f"{field}={junk!r} was told to be wrong, and changed something"
                transaction.set_rollback(True)
    for field in form.data:
        with transaction.atomic():
            response = client.post(form.url, form.data | {field: ["a", "b"], "file": ""})
            assert response.status_code in (200, 302, 422)
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("material_check", "material"),
        ("task_grant", "reason"),
        ("case_refuse_acceptance", "reason"),
        ("task_refuse", "reason"),
    ],
)
def test_a_reason_or_paper_that_is_none_is_refused(name, field, world, sign_in):
    form = forms(world)[name]()
    client, before = sign_in(form.who), print_of_rows()
    for junk in JUNK:
        response = client.post(form.url, form.data | {field: junk})
        assert print_of_rows() == before, f"{field}={junk!r}"
        assert response.status_code in (302, 422)


def test_a_field_too_long_or_with_a_null_in_it_is_told(world, sign_in):
    form = forms(world)["task_grant"]()
    client, before = sign_in(form.who), print_of_rows()
    for note in (LONG, "nul\x00l"):
        assert client.post(form.url, form.data | {"note": note}).status_code == 422
    assert print_of_rows() == before


@pytest.mark.parametrize("words", ["%00", "%F0%9F%80%84", "x" * 3000, "'%20OR%20'1'='1", "..%2f..%2f", "-1"])
def test_a_wrong_word_in_an_address_is_a_page_not_found(words, world, cast, sign_in):
    chen, lin, amira = sign_in(cast.chen), sign_in(cast.lin), sign_in(cast.amira)
    for client, path in (
        (chen, f"/en/window/{words}/"),
        (amira, f"/en/applications/{words}/"),
        (amira, f"/en/drafts/{words}/"),
        (amira, f"/en/status/{words}/"),
        (lin, f"/en/desk/{words}/"),
        (lin, "/en/desk/99999999999999999999999999/"),
        (amira, "/en/notices/99999999999999999999999999/"),
        (amira, f"/en/services/{words}/"),
    ):
        assert client.get(path).status_code in ((400, 404) if words == "%00" else (404,)), path
    for client, path in (
        (chen, f"/en/window/?q={words}&view={words}&page={words}"),
        (lin, f"/en/desk/?view={words}&page={words}"),
    ):
        assert client.get(path).status_code == (400 if words == "%00" and "q=" in path else 200), path


EXTRA = {
    "state": "closed",
    "applicant": "1",
    "applicant_id": "1",
    "reference": "YW-2026-000001-A",
    "claimed_by": "1",
    "claimed_until": "2030-01-01",
    "decided_by": "1",
    "decided_at": "2020-01-01",
    "submitted_by": "1",
    "organisation": "1",
    "language": "fr",
    "is_demo": "1",
    "case": "1",
    "outcome": "granted",
}
COLUMNS = {
    Case: ("state", "applicant_id", "claimed_by_id", "submitted_by_id", "organisation_id", "language", "is_demo"),
    CaseMatter: ("state", "edition_id", "case_id"),
    Task: ("state", "organisation_id", "claimed_by_id", "decided_by_id"),
}


def columns() -> list[Any]:
    rows = [list(model.objects.order_by("pk").values_list(*names)) for model, names in COLUMNS.items()]
    return [*rows, sorted(case.reference is not None for case in Case.objects.all())]


@pytest.mark.parametrize("name", ALL)
def test_fields_that_are_none_of_the_forms_change_nothing(name, world, sign_in):
    """S4: the same form with and without them leaves the same rows."""
    form = forms(world)[name]()
    client, left = sign_in(form.who), []
    before = columns()
    for extra in ({}, EXTRA):
        with transaction.atomic():
            if "file" in form.data:
                form.data["file"].seek(0)
            response = client.post(form.url, form.data | extra)
            assert response.status_code == 302
            left.append(columns())
            assert not Case.objects.filter(reference=EXTRA["reference"]).exists()
            transaction.set_rollback(True)
    assert left[0] == left[1]
    assert left[0] != before or name in ("case_answer", "material_attach", "material_check")


def test_a_paper_of_somebody_elses_library_is_not_hers_to_give(world, cast):
    world.person(cast.boris, number="B00000001")
    his = drafts.case_start(user=cast.boris, keys=[], edition=edition_in_force(COM), language="ru")
    requirement = requirements_asked(his)[0]
    given = {"by": cast.boris, "keys": [], "key": his.key, "requirement": requirement}
    paper = drafts.material_attach(**given, upload=upload_of(cast.boris)).evidence
    case = world.draft(cast.amira, papers=False)
    before = print_of_rows()
    with pytest.raises(NotYours):
        drafts.material_attach(by=cast.amira, keys=[], key=case.key, requirement=requirement, evidence=paper)
    assert print_of_rows() == before


def test_a_paper_the_matter_does_not_ask_for_is_refused(world, cast):
    case = world.draft(cast.amira, papers=False)
    foreign = MaterialRequirement.objects.filter(edition__matter__code=PSE).first()
    before = print_of_rows()
    with pytest.raises(Refused):
        drafts.material_attach(by=cast.amira, keys=[], key=case.key, requirement=foreign, upload=upload_of(cast.amira))
    assert print_of_rows() == before


def test_a_reason_for_something_else_is_no_reason(world, cast):
    case = world.checked(cast.amira)
    paper, wrong = case.materials.filter(is_current=True).first(), world.reason("granted")
    about = {"by": cast.chen, "reference": case.reference}
    before = print_of_rows()
    with pytest.raises(Refused):
        window.case_refuse_acceptance(**about, reason=wrong)
    with pytest.raises(Refused):
        window.material_check(**about, material_id=paper.pk, verdict="deficient", reason=wrong)
    with pytest.raises(Refused):
        window.case_request_correction(**about, missing={paper.requirement: wrong})
    assert print_of_rows() == before
