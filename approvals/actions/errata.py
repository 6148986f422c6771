"""After a decision: the correction of a clerical error in its document (更正). The decision itself stays as it is."""

from django.utils.translation import gettext as _

from approvals.actions.telling import decision_issue, tell
from approvals.models import CaseMatter, Decision
from approvals.queries.decisions import decision_cases, desk_decisions
from yiwu_portal.accounts.models import User
from yiwu_portal.documents.service import document_supersede
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import NotYours, Refused, locked, require
from yiwu_portal.people import service as people


def decision_correct(*, by: User, decision_id: int, note: str) -> Decision:
    """Issue the document anew, saying what is corrected; the old one is superseded and the applicant is told.

    The same correction twice is once. The old paper, if it was handed out, is exchanged at the counter.
    """
    note = note.strip()
    if not note:
        raise Refused(_("Say what is corrected. Nothing was changed."))
    with locked(decision_cases(by, decision_id)) as case:
        rows = desk_decisions(by).select_for_update(of=("self",))
        decision = rows.filter(pk=decision_id).first()
        if decision is None:
            raise NotYours(_("This page does not exist, or is not yours to see."))
        require(by, "approvals.decision_correct", decision)
        if decision.correction == note:
            return decision
        old = decision.document
        decision.correction = note
        decision.document = decision_issue(case=case, decision=decision, by=by, corrects=old.number)
        decision.collected_at = decision.handed_over_by = None
        decision.save(update_fields=["correction", "document", "collected_at", "handed_over_by"])
        document_supersede(by=by, old=old, new=decision.document, reason=_("A clerical error was corrected."))
        _evidence_renew(decision)
        number = decision.document.number
        tell(case=case, kind="decision_corrected", key=f"document:{number}", matter=decision.case_matter)
        record(
            verb="decision_correct",
            by=by,
            stream=case.stream,
            subject=decision,
            person_id=case.applicant_id,
            data={"document": number, "corrects": old.number},
        )
    return decision


def _evidence_renew(decision: Decision) -> None:
    """The corrected document lies in her library too, where the matter's result is evidence for others."""
    matter = decision.case_matter
    code = matter.edition.gives.get("evidence_type")
    if code and matter.state == CaseMatter.State.GRANTED:
        people.evidence_issued(person=matter.case.owner, type_code=code, document=decision.document)
