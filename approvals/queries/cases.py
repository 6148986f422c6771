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
from approvals.queries.catalogue import editions_current
from approvals.queries.columns import guide_columns, list_columns
from approvals.rules.answers import material_is_asked
from approvals.rules.links import link_read
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


def draft_by_link(token: str) -> Case | None:
    """The case to which a link that we signed leads, whatever became of it; None for any other link."""
    key = link_read(token)
    return Case.objects.filter(key=key).first() if key else None


def cases_of(user: User) -> "QuerySet[Case]":
    """Everything handed in for the people this user may act for."""
    return Case.objects.filter(applicant_id__in=persons_actable(user)).exclude(state=Case.State.DRAFT)


def cases_listed(cases: "QuerySet[Case]") -> "QuerySet[Case]":
    """With what a list shows, in two more statements whatever the number of rows."""
    return cases.select_related("organisation", "applicant").prefetch_related(Prefetch("matters", matters_listed()))


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
    matters = matters_shown().select_related("edition__matter", *decided).prefetch_related(Prefetch("tasks", tasks))
    return (
        cases.filter(**lookup)
        .select_related("organisation", "applicant", "submitted_by", "claimed_by", "travel_document", "correction")
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
        .select_related("requirement__evidence_type", "evidence__upload", "reason")
        .order_by("requirement__order", "id")
    )


def editions_of(case: Case) -> list[MatterEdition]:
    """The editions the case stands on."""
    return [matter.edition for matter in case.matters.all()]


def requirements_asked(case: Case) -> list[MaterialRequirement]:
    """The materials this applicant is asked for, after her answers."""
    requirements = MaterialRequirement.objects.filter(edition__case_matters__case=case).select_related("evidence_type")
    return [
        requirement
        for requirement in requirements.order_by("order", "id")
        if requirement.source != MaterialRequirement.Source.SHARED and material_is_asked(requirement.when, case.answers)
    ]


def case_by_reference(reference: str) -> Case | None:
    """For anyone who holds the reference: state and dates, nothing personal."""
    return cases_listed(Case.objects.filter(reference=reference)).first()


def material_of(materials: "QuerySet[CaseMaterial]", pk: int) -> CaseMaterial | None:
    """One paper out of those the asker may see."""
    return materials.filter(pk=pk).select_related("evidence__upload").first()


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
    given = {material.requirement_id: material for material in materials_current().filter(case=case)}
    return DraftProgress(requirements_asked(case), given)
