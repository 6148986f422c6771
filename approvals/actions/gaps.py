"""A paper that was to follow (容缺后补): handed in, checked, or overdue."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions.drafts import material_put
from approvals.actions.telling import tell
from approvals.actions.window import reason_require
from approvals.models import Case, CaseMaterial, Gap, StandardReason
from approvals.queries.cases import cases_of, materials_current
from approvals.queries.desks import window_cases
from yiwu_portal.accounts.models import User
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale, locked, moment, require
from yiwu_portal.workdays import service as workdays


def gap_fill(
    *,
    by: User,
    reference: str,
    gap_id: int,
    upload: Any = None,
    evidence: Any = None,
    expires_on: date | None = None,
) -> Gap:
    """Hand in a paper that was to follow, until the last second of its day; once in order it stays.

    Until the window has checked it, another one may take its place.
    """
    with locked(cases_of(by).select_related("applicant"), reference=reference) as case:
        require(by, "approvals.gap_fill", case)
        gap = _gap(case, gap_id)
        if gap.due_on < timezone.localdate(moment()):
            raise Stale(
                _("The day for this paper, %(day)s, is over. It is not taken any more; nothing was changed.")
                % {"day": workdays.date_words(gap.due_on, year=True)}
            )
        before = gap.filled_at
        material = material_put(
            by=by, case=case, requirement=gap.requirement, upload=upload, evidence=evidence, expires_on=expires_on
        )
        if before is None or material.added_at > before:
            gap.filled_at = moment()
            gap.save(update_fields=["filled_at"])
            record(verb="gap_fill", by=by, stream=case.stream, subject=gap, person_id=case.applicant_id)
    return gap


def gap_check(
    *, by: User, reference: str, gap_id: int, verdict: str, reason: StandardReason | None = None, note: str = ""
) -> Gap:
    """Say whether a paper that followed is in order; a deficient one is asked for again, by the same day."""
    with locked(window_cases(by).select_related("applicant", "organisation"), reference=reference) as case:
        require(by, "approvals.gap_check", case)
        gap = _gap(case, gap_id)
        kind = gap.requirement.evidence_type_id
        material = materials_current().filter(case=case, requirement__evidence_type_id=kind).first()
        if gap.filled_at is None or material is None:
            raise Stale(_("This paper is not there yet. Nothing was changed."))
        if verdict == CaseMaterial.Verdict.OK:
            gap.checked_at = moment()
            material.reason, material.note = None, ""
        elif verdict == CaseMaterial.Verdict.DEFICIENT:
            if reason is None:
                raise Refused(_("Choose the reason, so that the applicant reads it in her language."))
            reason_require(reason=reason, use=StandardReason.Use.CORRECTION)
            gap.filled_at, material.reason, material.note = None, reason, note
        else:
            raise Refused(_("Say whether the paper is in order. Nothing was changed."))
        material.verdict, material.checked_by = verdict, by
        material.save(update_fields=["verdict", "reason", "note", "checked_by"])
        gap.save(update_fields=["filled_at", "checked_at"])
        _tell(case, gap, material)
        record(
            verb="gap_check",
            by=by,
            stream=case.stream,
            subject=gap,
            person_id=case.applicant_id,
            data={"verdict": verdict, "reason": reason.code if reason else None},
        )
    return gap


def _gap(case: Case, gap_id: int) -> Gap:
    """An open gap of an accepted case, locked; raises `NotYours` or `Stale`."""
    rows = Gap.objects.select_for_update(of=("self",)).select_related("requirement__evidence_type")
    gap = rows.filter(case=case, pk=gap_id).first()
    if gap is None:
        raise NotYours(_("This page does not exist, or is not yours to see."))
    if case.state != Case.State.ACCEPTED or gap.checked_at is not None:
        raise Stale(_("This paper is not waited for (any more). Nothing was changed."))
    return gap


def _tell(case: Case, gap: Gap, material: CaseMaterial) -> None:
    kind = "gap_accepted" if gap.checked_at else "gap_deficient"
    tell(
        case=case,
        kind=kind,
        key=f"gap:{gap.pk}:{material.pk}:{kind}",
        reason=material.reason,
        more={
            "paper": lambda: gap.requirement.name,
            "note": lambda: material.note,
            "due": lambda: workdays.date_words(gap.due_on, year=True),
        },
    )
