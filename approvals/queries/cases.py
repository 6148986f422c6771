"""Cases as their applicant sees them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from approvals.models import (
    Case,
    CaseMaterial,
    CaseMatter,
    CorrectionItem,
    MaterialRequirement,
    MatterEdition,
    Task,
)
from approvals.queries.bundles import case_parts, papers_of
from approvals.queries.catalogue import editions_current
from approvals.queries.columns import guide_columns, list_columns
from yiwu_portal.accounts.models import User
from yiwu_portal.people.service import persons_actable


def edition_in_force(code: str) -> MatterEdition | None:
    """The edition a new draft stands on; public."""
    return editions_current().filter(matter__code=code.upper()).prefetch_related("materials").first()


def drafts_of(user: Any, keys: Iterable[str]) -> "QuerySet[Case]":
    """Drafts of the signed-in person, and those begun in this browser before anyone signed in."""
    mine = Q(applicant__isnull=True, key__in=list(keys))
    if user.is_authenticated:
        mine |= Q(applicant_id__in=persons_actable(user))
    return Case.objects.filter(mine, state=Case.State.DRAFT)


def cases_of(user: User) -> "QuerySet[Case]":
    """Everything handed in for the people this user may act for."""
    return Case.objects.filter(applicant_id__in=persons_actable(user)).exclude(state=Case.State.DRAFT)


def cases_listed(cases: "QuerySet[Case]") -> "QuerySet[Case]":
    """With what a list shows, in two more statements whatever the number of rows."""
    return cases.select_related("organisation", "applicant", "bundle").prefetch_related(
        Prefetch("matters", matters_listed())
    )


def matters_listed() -> "QuerySet[CaseMatter]":
    """The matters of cases, with what a list shows of them."""
    rows = CaseMatter.objects.select_related("edition__matter").defer(*list_columns("edition__"))
    return rows.order_by("id")


def matters_shown() -> "QuerySet[CaseMatter]":
    """The matters of a case, with what a case's own pages show of them: the form too, but not the guide."""
    rows = CaseMatter.objects.select_related("edition__matter").defer(*guide_columns("edition__"))
    return rows.order_by("id")


def case_whole(cases: "QuerySet[Case]", **lookup: Any) -> Case | None:
    """One case with all its page shows; None is the answer for not there and not yours alike."""
    tasks = Task.objects.select_related("step", "organisation").order_by("step__order", "id")
    decided = ("decision__document", "decision__reason", "decision__organisation")
    matters = (
        matters_shown()
        .select_related("edition__matter__organisation", *decided)
        .prefetch_related(Prefetch("tasks", tasks))
    )
    return (
        cases.filter(**lookup)
        .select_related(
            "organisation", "applicant", "bundle", "submitted_by", "claimed_by", "travel_document", "correction"
        )
        .prefetch_related(
            Prefetch("matters", matters),
            Prefetch("materials", materials_current()),
            Prefetch("correction__items", CorrectionItem.objects.select_related("requirement", "reason")),
        )
        .first()
    )


def materials_current() -> "QuerySet[CaseMaterial]":
    """The papers that count now, with what a checklist shows."""
    return (
        CaseMaterial.objects.filter(is_current=True)
        .select_related("requirement__evidence_type", "evidence__upload", "evidence__document", "reason")
        .order_by("requirement__order", "id")
    )


def requirements_asked(case: Case) -> list[MaterialRequirement]:
    """The materials this applicant is asked for after her answers; of a kind that several matters ask for, one."""
    return list(papers_of(case_parts(case), case.answers).papers)


def requirements_absent(case: Case) -> list[MaterialRequirement]:
    """The materials asked for of which nothing was given."""
    given = {material.requirement.evidence_type_id for material in case.materials.all()}
    return [requirement for requirement in requirements_asked(case) if requirement.evidence_type_id not in given]


def case_by_reference(reference: str) -> Case | None:
    """For anyone who holds the reference: state and dates, nothing personal."""
    tasks = Task.objects.select_related("organisation").order_by("step__order", "id")
    rows = matters_listed().select_related("edition__matter__organisation").prefetch_related(Prefetch("tasks", tasks))
    cases = Case.objects.filter(reference=reference).select_related("organisation", "bundle")
    return cases.prefetch_related(Prefetch("matters", rows)).first()


def material_of(materials: "QuerySet[CaseMaterial]", pk: int) -> CaseMaterial | None:
    """One paper out of those the asker may see."""
    return materials.filter(pk=pk).select_related("evidence__upload", "evidence__document").first()


def materials_of_cases(cases: "QuerySet[Case]") -> "QuerySet[CaseMaterial]":
    """The papers of the cases the asker may see."""
    return CaseMaterial.objects.filter(case__in=cases)


def serial_next() -> int:
    """The next serial of references; gaps are allowed, repetitions are not."""
    return serials_next(1)[0]


def serials_next(number: int) -> list[int]:
    """The next so many serials of references, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('approvals_reference_serial') FROM generate_series(1, %s)", [number])
        return [int(row[0]) for row in cursor.fetchall()]


@dataclass(frozen=True)
class DraftProgress:
    """What a draft still lacks."""

    requirements: Sequence[MaterialRequirement]
    given: dict[int, CaseMaterial]
    saved: int = 0  # papers not asked for because the matters of the bundle share them

    @property
    def missing(self) -> list[MaterialRequirement]:
        """Needed and not given yet; what may follow later (容缺后补) is not missing."""
        return [
            requirement
            for requirement in self.requirements
            if requirement.pk not in self.given and requirement.necessity != MaterialRequirement.Necessity.LATER
        ]


def draft_progress(case: Case) -> DraftProgress:
    """The papers asked for and given."""
    kinds = {material.requirement.evidence_type_id: material for material in materials_current().filter(case=case)}
    asked = papers_of(case_parts(case), case.answers)
    given = {paper.pk: kinds[paper.evidence_type_id] for paper in asked.papers if paper.evidence_type_id in kinds}
    return DraftProgress(asked.papers, given, asked.saved)
