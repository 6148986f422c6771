"""What a window clerk does with a case that was handed in."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions.following import gaps_open, papers_require
from approvals.actions.routing import case_route
from approvals.actions.telling import letter_issue, tell
from approvals.models import (
    Case,
    CaseMaterial,
    Correction,
    CorrectionItem,
    Decision,
    MaterialRequirement,
    StandardReason,
)
from approvals.queries.cases import materials_current
from approvals.queries.desks import results_at_window, window_cases
from approvals.rules.routing import CORRECTION_WORKING_DAYS, LEASE
from yiwu_portal.accounts.models import User
from yiwu_portal.api.service import event_tell
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import Refused, Stale, locked, moment, move, require
from yiwu_portal.workdays import service as workdays


class Claimed(Refused):
    """Somebody else is working on it."""


def lease_take(*, row: Any, by: User) -> None:
    """Take or renew the claim on a locked row; raises `Claimed` while another's lease runs."""
    now = moment()
    if row.is_held and row.claimed_by_id != by.pk:
        raise Claimed(
            _("%(name)s is working on this until %(time)s. Nothing was changed.")
            % {"name": row.claimed_by, "time": timezone.localtime(row.claimed_until).strftime("%H:%M")}
        )
    row.claimed_by, row.claimed_until = by, now + LEASE


def reason_require(*, reason: StandardReason, use: str) -> None:
    """Raise `Refused` unless the standard reason is one for this act: its words would say something else."""
    if reason.use != use:
        raise Refused(_("This reason is not one for this decision; nothing was changed."))


def case_claim(*, by: User, reference: str) -> Case:
    """Take a case as one's own for half an hour; every act on it renews the claim."""
    with locked(window_cases(by), reference=reference) as case:
        require(by, "approvals.case_claim", case)
        if case.state != Case.State.SUBMITTED:
            raise Stale(_("This case no longer waits at the window."))
        renewed = case.claimed_by_id == by.pk
        lease_take(row=case, by=by)
        case.save(update_fields=["claimed_by", "claimed_until", "changed_at"])
        if not renewed:
            record(verb="case_claim", by=by, stream=case.stream, person_id=case.applicant_id)
    return case


def case_release(*, by: User, reference: str) -> Case:
    """Give a claim back before it runs out."""
    with locked(window_cases(by), reference=reference) as case:
        require(by, "approvals.case_release", case)
        if case.claimed_by_id == by.pk:
            case.claimed_by = case.claimed_until = None
            case.save(update_fields=["claimed_by", "claimed_until", "changed_at"])
            record(verb="case_release", by=by, stream=case.stream, person_id=case.applicant_id)
    return case


def material_check(
    *, by: User, reference: str, material_id: int, verdict: str, reason: StandardReason | None, note: str = ""
) -> CaseMaterial:
    """Say whether one paper is in order; a deficient one needs a standard reason."""
    with locked(window_cases(by), reference=reference) as case:
        _hold(case, by, "approvals.material_check")
        if case.state != Case.State.SUBMITTED:
            raise Stale(_("This case no longer waits at the window."))
        material = materials_current().filter(case=case, pk=material_id).first()
        if material is None:
            raise Stale(_("This paper has been replaced since you opened the page."))
        if verdict == CaseMaterial.Verdict.DEFICIENT:
            if reason is None:
                raise Refused(_("Choose the reason, so that the applicant reads it in her language."))
            reason_require(reason=reason, use=StandardReason.Use.CORRECTION)
        material.verdict, material.reason, material.note = verdict, reason, note
        material.checked_by = by
        if verdict != CaseMaterial.Verdict.DEFICIENT:
            material.reason, material.note = None, ""
        material.save(update_fields=["verdict", "reason", "note", "checked_by"])
        case.save(update_fields=["claimed_by", "claimed_until", "changed_at"])
        record(
            verb="material_check",
            by=by,
            stream=case.stream,
            subject=material,
            person_id=case.applicant_id,
            data={"verdict": verdict, "reason": reason.code if reason else None},
        )
    return material


def case_accept(*, by: User, reference: str, gaps: Collection[MaterialRequirement] = ()) -> Case:
    """Accept a case (受理): clocks start, first tasks open, the written notice is issued (ALL art. 32).

    `gaps` names the papers that may follow later (容缺受理): all of those that are not there or not in order.
    """
    with locked(window_cases(by).select_related("applicant", "organisation"), reference=reference) as case:
        _hold(case, by, "approvals.case_accept")
        follow = []
        if case.state == Case.State.SUBMITTED:
            _in_time_require(case)
            follow = papers_require(case=case, gaps=gaps)
        case.accepted_at, case.claimed_by, case.claimed_until = moment(), None, None
        move(case, "accept")
        case_route(case=case, by=by)
        opened = gaps_open(case=case, papers=follow)
        letter_issue(case=case, kind="acceptance", by=by)
        tell(case=case, kind="case_accepted", key="accepted")
        data = {"gaps": [[gap.requirement_id, gap.due_on.isoformat()] for gap in opened]} if opened else {}
        said = {"reference": case.reference}
        event_tell(kind="case_accepted", organisation_id=case.organisation_id, key=f"case:{case.pk}", data=said)
        record(verb="case_accept", by=by, stream=case.stream, person_id=case.applicant_id, data=data)
    return case


def case_request_correction(
    *, by: User, reference: str, missing: Mapping[MaterialRequirement, StandardReason], note: str = ""
) -> Case:
    """Tell everything that is missing or deficient, once, in writing (一次性告知, ALL art. 32(4)).

    `missing` names papers that were never given; papers marked deficient on the checklist are added by themselves.
    """
    with locked(window_cases(by).select_related("applicant", "organisation"), reference=reference) as case:
        _hold(case, by, "approvals.case_request_correction")
        _in_time_require(case)
        if Correction.objects.filter(case=case).exists():
            raise Refused(_("Everything had to be told at once, and this case was already corrected once."))
        deficient = {
            material.requirement: (material.reason, material.note)
            for material in materials_current().filter(case=case, verdict=CaseMaterial.Verdict.DEFICIENT)
            if material.reason is not None  # the database holds that it never is
        }
        for reason in missing.values():
            reason_require(reason=reason, use=StandardReason.Use.CORRECTION)
        asked = {requirement: (reason, "") for requirement, reason in missing.items()} | deficient
        if not asked:
            raise Refused(_("Mark what is deficient first; nothing was changed."))
        now = moment()
        due = workdays.due(timezone.localdate(now), workdays.Limit(CORRECTION_WORKING_DAYS, workdays.Unit.WORKING_DAY))
        move(case, "request_correction")
        correction = Correction.objects.create(
            case=case,
            requested_by=by,
            requested_at=now,
            due_on=due.end or timezone.localdate(now),
            due_computation=due.as_dict(),
            note=note,
            note_language=by.language if note else "",
        )
        CorrectionItem.objects.bulk_create(
            CorrectionItem(correction=correction, requirement=requirement, reason=reason, note=words)
            for requirement, (reason, words) in asked.items()
        )
        letter_issue(case=case, kind="correction", by=by)
        tell(case=case, kind="case_correction_requested", key="correction")
        record(
            verb="case_request_correction",
            by=by,
            stream=case.stream,
            person_id=case.applicant_id,
            data={"items": [[requirement.pk, reason.code] for requirement, (reason, _words) in asked.items()]},
        )
    return case


def case_refuse_acceptance(*, by: User, reference: str, reason: StandardReason, note: str = "") -> Case:
    """Do not accept a case (不予受理): written, with the reason and the remedies (ALL art. 32)."""
    with locked(window_cases(by).select_related("applicant", "organisation"), reference=reference) as case:
        _hold(case, by, "approvals.case_refuse_acceptance")
        _in_time_require(case)
        reason_require(reason=reason, use=StandardReason.Use.NOT_ACCEPTED)
        case.closed_at, case.claimed_by, case.claimed_until = moment(), None, None
        move(case, "refuse_acceptance")
        for matter in case.matters.select_for_update().order_by("id"):
            move(matter, "stop")
        letter_issue(case=case, kind="not_accepted", by=by, reason=reason, note=note)
        tell(case=case, kind="case_not_accepted", key="not_accepted", reason=reason)
        record(
            verb="case_refuse_acceptance",
            by=by,
            stream=case.stream,
            person_id=case.applicant_id,
            data={"reason": reason.code},
        )
    return case


def result_hand_over(*, by: User, decision_id: int) -> Decision:
    """Hand the result over at the counter (窗口领取); a second hand-over changes nothing."""
    waiting = results_at_window(by).filter(pk=decision_id).values("case_matter__case_id")
    with locked(window_cases(by), pk__in=waiting) as case:
        require(by, "approvals.result_hand_over", case)
        decision = Decision.objects.select_for_update().get(pk=decision_id)
        if decision.collected_at is None:
            decision.collected_at, decision.handed_over_by = moment(), by
            decision.save(update_fields=["collected_at", "handed_over_by"])
            record(verb="result_hand_over", by=by, stream=case.stream, subject=decision, person_id=case.applicant_id)
    return decision


def _hold(case: Case, by: User, permission: str) -> None:
    """The right to act, and the claim: renewed by the act, refused while another's runs."""
    require(by, permission, case)
    lease_take(row=case, by=by)


def _in_time_require(case: Case) -> None:
    """Within the five days: afterwards the law has accepted it already, even before the job has written that down."""
    due = case.acceptance_due_on
    if case.state == Case.State.SUBMITTED and due is not None and due < timezone.localdate(moment()):
        raise Stale(
            _(
                "The window's five days are over: by law this application counts as accepted from the day it was "
                "received. That is written down within minutes, without you. Nothing was changed."
            )
        )
