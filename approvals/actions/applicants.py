"""What an applicant does after submission: correct once, or withdraw."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions.drafts import Incomplete, material_put
from approvals.actions.routing import matter_stop, matters_held
from approvals.actions.telling import tell
from approvals.models import Case, CaseMaterial, MaterialRequirement
from approvals.queries.cases import cases_of, materials_current
from approvals.rules.routing import ACCEPTANCE_WORKING_DAYS
from yiwu_portal.accounts.models import User
from yiwu_portal.api.service import event_tell
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import Stale, locked, moment, move, require
from yiwu_portal.workdays import service as workdays


def material_replace(
    *,
    by: User,
    reference: str,
    requirement: MaterialRequirement,
    upload: Any = None,
    evidence: Any = None,
    expires_on: date | None = None,
) -> CaseMaterial:
    """Give the paper a correction asks for; the deficient one stays in the file."""
    with locked(cases_of(by).select_related("applicant"), reference=reference) as case:
        require(by, "approvals.case_correct", case)
        if case.state != Case.State.CORRECTING:
            raise Stale(_("This case does not wait for a correction (any more)."))
        _in_time_require(case)
        if not case.correction.items.filter(requirement=requirement).exists():
            raise Stale(_("This paper was not asked for."))
        return material_put(
            by=by, case=case, requirement=requirement, upload=upload, evidence=evidence, expires_on=expires_on
        )


def correction_missing(*, case: Case) -> list[MaterialRequirement]:
    """What the correction asked for and is not there yet."""
    given = {
        material.requirement_id
        for material in materials_current().filter(case=case)
        if material.added_at > case.correction.requested_at
    }
    return [
        item.requirement
        for item in case.correction.items.select_related("requirement")
        if item.requirement_id not in given
    ]


def case_correct(*, by: User, reference: str) -> Case:
    """Hand the corrected case in again: the window's five days begin anew. Twice is once; raises `Incomplete`."""
    with locked(cases_of(by).select_related("applicant"), reference=reference) as case:
        require(by, "approvals.case_correct", case)
        if case.state == Case.State.SUBMITTED and hasattr(case, "correction") and case.correction.answered_at:
            return case
        if case.state == Case.State.CORRECTING:
            _in_time_require(case)
            missing = correction_missing(case=case)
            if missing:
                raise Incomplete(
                    _("Some papers are still missing. What you added is kept."), [str(item.pk) for item in missing]
                )
        now = moment()
        computation = workdays.due(
            timezone.localdate(now), workdays.Limit(ACCEPTANCE_WORKING_DAYS, workdays.Unit.WORKING_DAY)
        )
        case.acceptance_due_on, case.acceptance_computation = computation.end, computation.as_dict()
        case.claimed_by = case.claimed_until = None
        move(case, "correct")
        case.correction.answered_at = now
        case.correction.save(update_fields=["answered_at"])
        tell(case=case, kind="case_corrected", key="corrected")
        record(verb="case_correct", by=by, stream=case.stream, person_id=case.applicant_id)
    return case


def case_withdraw(*, by: User, reference: str) -> Case:
    """Take an undecided application back; it cannot be undone. Twice is once."""
    with locked(cases_of(by).select_related("applicant"), reference=reference) as case:
        require(by, "approvals.case_withdraw", case)
        if case.state == Case.State.WITHDRAWN:
            return case
        case.closed_at, case.claimed_by, case.claimed_until = moment(), None, None
        move(case, "withdraw")
        case_stop(case=case)
        tell(case=case, kind="case_withdrawn", key="withdrawn")
        said = {"reference": case.reference}
        event_tell(kind="case_withdrawn", organisation_id=case.organisation_id, key=f"case:{case.pk}", data=said)
        record(verb="case_withdraw", by=by, stream=case.stream, person_id=case.applicant_id)
    return case


def case_stop(*, case: Case) -> None:
    """Stop every undecided matter of a case that ends without a decision on them, and their tasks."""
    for matter in matters_held(case=case).values():
        if matter.state in (matter.State.WAITING, matter.State.RUNNING):
            matter_stop(matter=matter)


def _in_time_require(case: Case) -> None:
    """Until the last second of the day that was told; one second later the application has lapsed, job or not."""
    if case.correction.due_on < timezone.localdate(moment()):
        raise Stale(
            _(
                "The day for your correction, %(day)s, is over, so the application counts as withdrawn. Your papers "
                "are kept in your library, and you may apply again at any time."
            )
            % {"day": workdays.date_words(case.correction.due_on, year=True)}
        )
