"""What happens when nobody answers: the window (deemed acceptance), or the applicant (lapse)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from approvals.actions.applicants import case_stop, correction_missing
from approvals.actions.cards import card_raise
from approvals.actions.clock_letters import lapse_issue
from approvals.actions.rounds import SECONDS, each_case
from approvals.actions.routing import case_route
from approvals.actions.telling import letter_issue, tell
from approvals.models import Card, Case, CaseMatter, MaterialRequirement
from approvals.queries.clocks import cases_unanswered, cases_uncorrected, cases_with_overdue_gap, gaps_overdue
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import moment, move


def cases_deem(*, seconds: float = SECONDS) -> int:
    """Accept what the window left unanswered for five working days, as the law does (ALL art. 32(4)); how many."""
    return each_case(cases=cases_unanswered(timezone.localdate()), act=_deem_accepted, seconds=seconds).checked()


def corrections_lapse(*, seconds: float = SECONDS) -> int:
    """Let every case lapse whose correction did not come by the end of its day; how many."""
    return each_case(cases=cases_uncorrected(timezone.localdate()), act=_lapse_correction, seconds=seconds).checked()


def gaps_lapse(*, seconds: float = SECONDS) -> int:
    """Revoke the acceptance of every case to which a paper did not follow by the end of its day; how many."""
    return each_case(cases=cases_with_overdue_gap(timezone.localdate()), act=_lapse_gap, seconds=seconds).checked()


def _deem_accepted(case: Case) -> bool:
    """Accepted from the day of receipt: the clocks of the departments began then; the window gets a yellow card."""
    received, due = _received_at(case), case.acceptance_due_on
    case.accepted_at, case.is_deemed = received, True
    case.claimed_by = case.claimed_until = None
    move(case, "accept")
    case_route(case=case, by=None, start=timezone.localdate(received))
    for matter in case.matters.all():
        if matter.state == CaseMatter.State.RUNNING:
            matter.started_at = received
            matter.save(update_fields=["started_at"])
    letter_issue(case=case, kind="acceptance", by=None)
    tell(case=case, kind="case_accepted", key="accepted")
    if due is not None:
        card_raise(case=case, task=None, level=Card.Level.YELLOW, due_on=due)
    record(
        verb="case_deem_accepted",
        by=None,
        stream=case.stream,
        person_id=case.applicant_id,
        data={"received_on": timezone.localdate(received).isoformat(), "due_on": str(due)},
    )
    return True


def _received_at(case: Case) -> datetime:
    """When it was handed in for the last time: a correction began the five days anew."""
    correction = getattr(case, "correction", None)
    received = (correction.answered_at if correction else None) or case.submitted_at
    return received or moment()  # the database holds that a case handed in has its moment


def _lapse_correction(case: Case) -> bool:
    return _lapse(case, "correction", correction_missing(case=case))


def _lapse_gap(case: Case) -> bool:
    overdue = gaps_overdue(timezone.localdate()).filter(case=case).select_related("requirement")
    papers = [gap.requirement for gap in overdue]
    return bool(papers) and _lapse(case, "gap", papers)


def _lapse(case: Case, why: str, papers: Sequence[MaterialRequirement]) -> bool:
    """The application ends without a decision on what is still open (视为撤回 or 撤销受理), in writing."""
    case.closed_at, case.claimed_by, case.claimed_until = moment(), None, None
    move(case, "lapse")
    case_stop(case=case)
    lapse_issue(case=case, why=why, papers=papers)
    tell(
        case=case,
        kind="case_lapsed",
        key="lapsed",
        more={"papers": lambda: [paper.name for paper in papers], "is_gap": lambda: why == "gap"},
    )
    record(
        verb="case_lapse",
        by=None,
        stream=case.stream,
        person_id=case.applicant_id,
        data={"why": why, "papers": [paper.pk for paper in papers]},
    )
    return True
