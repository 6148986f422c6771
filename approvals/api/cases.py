"""My applications for programs: read, correct, withdraw; the same queries and actions as the pages."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.parsers import MultiPartParser

from approvals.actions import applicants as actions
from approvals.api import case_outputs as outputs
from approvals.api.inputs import CaseQuery, MaterialIn
from approvals.api.papers import paper_choice
from approvals.models import Case
from approvals.queries.cases import case_whole, cases_listed, cases_of, material_of, materials_of_cases
from yiwu_portal.api.service import Listing, Nothing, Problem, Read, Write
from yiwu_portal.documents.service import paper_response


class CaseList(Listing):
    """Your cases, the newest first; drafts are a list of their own."""

    verb, tag, scope, item = "case_list", "cases", "cases:read", outputs.CaseOut
    query = CaseQuery

    def rows(self, asked: dict[str, Any], **where: Any) -> Any:
        """Those of the people the caller may act for."""
        cases = cases_of(self.request.user)  # type: ignore[arg-type]
        return cases_listed(cases.filter(state=asked["state"]) if "state" in asked else cases)


class CaseShow(Read):
    """One case: answers, papers, services with their steps and decisions, and the clock."""

    verb, tag, scope, output = "case_show", "cases", "cases:read", outputs.CaseWholeOut

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """The caller's own."""
        return case_of(self.request.user, where["reference"])


class CaseMaterial(Read):
    """The file of a paper you gave."""

    verb, tag, scope = "case_material", "cases", "cases:read"
    media_types = ("application/pdf", "image/jpeg")

    def fetch(self, asked: dict[str, Any], **where: Any) -> HttpResponse | None:
        """Out of the caller's own case."""
        mine = cases_of(self.request.user).filter(reference=where["reference"])  # type: ignore[arg-type]
        paper = material_of(materials_of_cases(mine), where["material"])
        return paper_response(paper.evidence.upload, paper.evidence.document) if paper else None


class CaseWithdraw(Write):
    """Take an undecided application back; it cannot be undone."""

    verb, tag, scope = "case_withdraw", "cases", "cases:write"
    input, output = Nothing, outputs.CaseWholeOut

    def fetch(self, **where: Any) -> Any:
        """The caller's own."""
        return case_of(self.request.user, where["reference"])

    def act(self, subject: Case, given: dict[str, Any]) -> Any:
        """Withdraw."""
        actions.case_withdraw(by=self.request.user, reference=str(subject.reference))  # type: ignore[arg-type]
        return case_of(self.request.user, str(subject.reference))


class MaterialReplace(Write):
    """Give a paper that the correction asks for."""

    verb, tag, scope, status = "material_replace", "cases", "cases:write", 201
    input, output = MaterialIn, outputs.MaterialOut
    parser_classes = (MultiPartParser,)
    prepares = True

    def fetch(self, **where: Any) -> Any:
        """The caller's own."""
        return case_of(self.request.user, where["reference"])

    def prepare(self, subject: Case, given: dict[str, Any]) -> dict[str, Any]:
        """Make the file safe before anything is locked."""
        asked = subject.correction.items.all() if hasattr(subject, "correction") else ()
        wanted = next((item.requirement for item in asked if item.requirement_id == given["requirement"]), None)
        if wanted is None or subject.state != Case.State.CORRECTING:
            raise Problem(409, "not_asked", _("This paper was not asked for."))
        return paper_choice(by=self.request.user, case=subject, requirement=wanted, given=given)

    def act(self, subject: Case, given: dict[str, Any]) -> Any:
        """Replace it."""
        return actions.material_replace(
            by=self.request.user,  # type: ignore[arg-type]
            reference=str(subject.reference),
            **given["chosen"],
        )


class CaseCorrect(Write):
    """Hand the corrected case in again."""

    verb, tag, scope = "case_correct", "cases", "cases:write"
    input, output = Nothing, outputs.CaseWholeOut

    def fetch(self, **where: Any) -> Any:
        """The caller's own."""
        return case_of(self.request.user, where["reference"])

    def act(self, subject: Case, given: dict[str, Any]) -> Any:
        """Correct."""
        actions.case_correct(by=self.request.user, reference=str(subject.reference))  # type: ignore[arg-type]
        return case_of(self.request.user, str(subject.reference))


def case_of(user: Any, reference: str) -> Case | None:
    """The caller's own case, whole; None is the answer for not there and not yours alike."""
    return case_whole(cases_of(user), reference=reference)
