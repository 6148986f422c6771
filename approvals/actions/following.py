"""Papers that may follow acceptance (容缺后补): which may be left open, and until when."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.models import Case, CaseMaterial, Gap, MaterialRequirement
from approvals.queries.cases import materials_current, requirements_asked
from approvals.queries.desks import Asked
from approvals.rules.clocks import gap_due
from yiwu_portal.lifecycle.service import Refused
from yiwu_portal.workdays import service as workdays

P = TypeVar("P", MaterialRequirement, Asked)


def papers_require(*, case: Case, gaps: Collection[MaterialRequirement]) -> list[MaterialRequirement]:
    """Every paper of a case is in order but those that may follow and are named; raises `Refused` otherwise."""
    given = {material.requirement.evidence_type_id: material for material in materials_current().filter(case=case)}
    may_follow = papers_to_follow(requirements=requirements_asked(case), given=given.values())
    kinds = {paper.evidence_type_id for paper in may_follow}
    unready = [m for m in given.values() if m.verdict != CaseMaterial.Verdict.OK]
    if [m for m in unready if m.requirement.evidence_type_id not in kinds]:
        raise Refused(_("Mark every paper as in order before you accept; nothing was changed."))
    open_ones, named = {paper.pk for paper in may_follow}, {paper.pk for paper in gaps}
    if named - open_ones:
        raise Refused(_("Only papers that may follow later and are not there can be left open. Nothing was changed."))
    if open_ones - named:
        raise Refused(
            _("Still missing: %(papers)s. Accept with these papers to follow, or ask for them. Nothing was changed.")
            % {"papers": "; ".join(paper.name for paper in may_follow if paper.pk not in named)}
        )
    return may_follow


def papers_to_follow(*, requirements: Iterable[P], given: Iterable[CaseMaterial]) -> list[P]:
    """The papers that may follow later and are not there, or not in order."""
    there = {m.requirement.evidence_type_id for m in given if m.verdict != CaseMaterial.Verdict.DEFICIENT}
    later = MaterialRequirement.Necessity.LATER
    return [paper for paper in requirements if paper.necessity == later and paper.evidence_type_id not in there]


def gaps_open(*, case: Case, papers: Iterable[MaterialRequirement]) -> list[Gap]:
    """Leave these papers of a case just accepted open, each until its day; the matters have their dates already.

    Raises `Refused` when a promise is too short to let anything follow.
    """
    papers = list(papers)
    if not papers or case.accepted_at is None:
        return []
    start, calendar = timezone.localdate(case.accepted_at), workdays.calendar_now()
    ends = _ends(case, papers)
    gaps = []
    for paper in papers:
        due = gap_due(calendar, start, ends[paper.pk])
        if due is None or due.end is None:
            raise Refused(
                _("“%(paper)s” cannot follow: the promise is too short, less than three working days. Nothing changed.")
                % {"paper": paper.name}
            )
        gaps.append(Gap(case=case, requirement=paper, due_on=due.end, due_computation=due.as_dict()))
    return Gap.objects.bulk_create(gaps)


def _ends(case: Case, papers: list[MaterialRequirement]) -> dict[int, date]:
    """For each paper the first promised end of the matters that ask for its kind."""
    matters = {matter.edition_id: matter for matter in case.matters.all()}
    asked = MaterialRequirement.objects.filter(
        edition_id__in=matters, evidence_type_id__in=[paper.evidence_type_id for paper in papers]
    ).values_list("evidence_type_id", "edition_id")
    found: dict[int, list[date]] = {}
    for kind, edition in asked:
        if end := matters[edition].promised_due_on:
            found.setdefault(kind, []).append(end)
    return {paper.pk: min(found[paper.evidence_type_id]) for paper in papers}
