"""What matters share: a question asked once for all, a paper's type, and what the result of one gives the next."""

import json

import pytest
import yaml

from approvals.actions.catalogue import CATALOGUE, catalogue_load
from approvals.models import LegalBasis, MatterEdition, RouteStep, StandardReason
from approvals.rules.questions import fields_of
from tests.approvals.test_catalogue_load import CODES, refused, spoil

pytestmark = pytest.mark.django_db
COMPANY = ["MSA-01", "MSA-12", "COM-01", "COM-03", "CUS-01", "FEX-01", "TAX-01"]
# reference list of the matters: type, statutory and promised working days, visits
FACTS = {
    "MSA-01": ("01", 3, 2, 1),
    "MSA-12": ("20", None, 0, 0),
    "COM-01": ("10", None, 0, 0),
    "COM-03": ("10", None, 1, 0),
    "CUS-01": ("10", None, 1, 0),
    "FEX-01": ("10", 20, 2, 0),
    "TAX-01": ("07", None, 1, 1),
    "PSE-15": ("20", 0, 0, 0),
}


def edition(code):
    return MatterEdition.objects.get(matter__code=code, state="published")


def questions(code):
    return {asked["key"]: asked for asked in fields_of(edition(code).form)}


def papers(code):
    return set(edition(code).materials.values_list("evidence_type__code", flat=True))


def test_types_limits_and_visits_are_those_of_the_list(catalogue):
    found = {
        code: (one.type, one.statutory_amount, one.promised_amount, one.visits)
        for code in FACTS
        for one in [edition(code)]
    }
    assert found == FACTS
    assert {one.matter.organisation.code for one in MatterEdition.objects.all()} == {
        code.split("-")[0] for code in CODES
    }
    assert set(MatterEdition.objects.values_list("matter__is_reconstruction", flat=True)) == {True}


def test_the_same_question_is_the_same_in_every_matter_that_asks_it(catalogue):
    known = {}
    for code in CODES:
        for key, asked in questions(code).items():
            assert known.setdefault(key, asked) == asked
    shared = [key for key in known if sum(key in questions(code) for code in COMPANY) > 1]
    assert {"company_name_zh", "credit_code", "legal_representative_name", "contact_person_phone"} <= set(shared)
    assert all("company_name_zh" in questions(code) for code in COMPANY)


def test_a_question_asked_in_two_ways_is_refused(ground, folder):
    line = spoil(folder, "TAX-01.yaml", "Name of the legal representative", "Who is the boss?")
    problems = refused(folder)
    assert {problem.file for problem in problems} == {"matters/TAX-01.yaml"}
    assert "'legal_representative_name' is asked otherwise in" in problems[0].message
    assert 0 < line - problems[0].line < 10


def test_a_step_with_two_titles_is_refused(ground, folder):
    spoil(folder, "TAX-01.yaml", 'en: "The company"\n', 'en: "The firm"\n')
    assert "another title or introduction" in refused(folder)[0].message


def test_a_licence_gives_itself_and_its_code_to_those_who_need_them(catalogue):
    assert edition("MSA-01").gives == {
        "evidence_type": "business-licence",
        "answers": {"credit_code": "credit_code"},
    }
    for code in ("COM-01", "COM-03", "CUS-01", "FEX-01", "TAX-01"):
        assert "business-licence" in papers(code)
        assert questions(code)["credit_code"]["type"] == "credit_code"
        assert edition(code).gives == {}
    assert "credit_code" not in questions("MSA-01")


def test_a_reserved_name_and_a_registered_address_are_papers_of_other_matters(catalogue):
    assert edition("MSA-12").gives == {"evidence_type": "name-reservation", "answers": {}}
    assert "name-reservation" in papers("MSA-01")
    assert edition("PSE-15").gives == {"evidence_type": "accommodation-registration", "answers": {}}
    assert "accommodation-registration" in papers("PSE-05")


BAD_GIVES = {
    "unknown paper": ("evidence_type: business-licence", "evidence_type: painting", "unknown evidence type"),
    "a paper it asks for": ("evidence_type: business-licence", "evidence_type: investor-identity", "itself asks for"),
    "a question it asks": ("{credit_code: credit_code}", "{company_email: credit_code}", "itself asks"),
    "an unknown value": ("{credit_code: credit_code}", "{credit_code: moon}", "is not one of"),
    "nothing": (
        "    evidence_type: business-licence\n    answers: {credit_code: credit_code}\n",
        "    {}\n",
        "",
    ),
}


@pytest.mark.parametrize("case", BAD_GIVES)
def test_what_a_result_cannot_give_is_refused(ground, folder, case):
    old, new, message = BAD_GIVES[case]
    spoil(folder, "MSA-01.yaml", old, new)
    problems = [problem for problem in refused(folder) if problem.field.startswith("result.gives")]
    assert problems
    assert message in problems[0].message


def test_a_review_comes_before_the_decision_on_a_name(catalogue):
    compare, reserve = RouteStep.objects.filter(edition__matter__code="MSA-12").order_by("order")
    assert (compare.kind, reserve.kind) == ("review", "decision")
    assert list(reserve.depends_on.all()) == [compare]


def test_every_law_is_marked_read_or_not_and_nothing_is_claimed_of_what_was_not(catalogue):
    assert set(LegalBasis.objects.values_list("edition__matter__code", flat=True)) == set(CODES)
    directory = LegalBasis.objects.get(edition__matter__code="FEX-01", order=1)
    assert "not read" in directory.gist_en


def test_reasons_name_the_right_authority_and_fit_the_new_matters(catalogue):
    codes = set(StandardReason.objects.values_list("code", flat=True))
    assert {"not-accepted-other-place", "refused-name-taken", "granted-licence-issued"} <= codes


def test_the_bundles_name_matters_that_exist_in_an_order_that_ends():
    for path in (CATALOGUE / "bundles").glob("*.yaml"):
        data = yaml.safe_load(path.read_text("utf-8"))
        assert data["code"] == path.stem
        seen: list[str] = []
        for item in data["items"]:
            assert item["matter"] in CODES
            assert set(item["after"]) <= set(seen)
            assert item["on_refusal"] in {"stop_all", "stop_after", "go_on"}
            seen.append(item["matter"])


def test_loading_again_publishes_no_second_edition_of_a_matter_that_gives(catalogue):
    assert catalogue_load().published == []
    schema = json.loads((CATALOGUE / "schema" / "matter.json").read_text("utf-8"))
    assert schema["properties"]["result"]["properties"]["gives"]["additionalProperties"] is False
