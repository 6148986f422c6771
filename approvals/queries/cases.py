"""Cases as their applicant sees them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

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
from approvals.queries.columns import guide_columns, texts
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
    return cases.select_related("organisation", "applicant", "bundle").prefetch_related(
        Prefetch("matters", matters_listed())
    )


def matters_listed() -> "QuerySet[CaseMatter]":
    """The matters of cases, with what a list shows of them: name and code."""
    rows = CaseMatter.objects.select_related("edition__matter")
    return rows.only("case", "state", "edition__matter__code", *texts("edition__", "name")).order_by("id")


def matters_with_case() -> "QuerySet[CaseMatter]":
    """The same with their cases, for `cases_of_matters`."""
    rows = CaseMatter.objects.select_related("edition__matter", "case")
    listed = ("state", "edition__matter__code", *texts("edition__", "name"))
    return rows.only("case__reference", "case__state", "case__bundle", *listed).order_by("id")


def matters_shown() -> "QuerySet[CaseMatter]":
    """The matters of a case, with what a case's own pages show of them: the form too, but not the guide."""
    rows = CaseMatter.objects.select_related("edition__matter").defer(*guide_columns("edition__"))
    return rows.order_by("id")


def matters_counted() -> "QuerySet[CaseMatter]":
    """The same for a desk, which shows how many tasks there are and not which."""
    tasks = Task.objects.filter(case_matter=OuterRef("pk"))
    return matters_shown().annotate(task_ids=ArraySubquery(tasks.values("pk")))


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
        .prefetch_related(Prefetch("matters", matters), *_papers())
        .first()
    )


def case_of_matters(matters: "QuerySet[CaseMatter]", cases: "QuerySet[Case]") -> Case | None:
    """The one case, with its papers: case and matters come in one statement (every case has a matter).

    For few joins only: beyond eight the planner takes longer than a second statement would. `=` and not `IN`, or it
    would come to a semi-join last, after joining all there is.
    """
    of_case = ("organisation", "applicant", "claimed_by", "travel_document", "correction")
    matters = matters.filter(case_id=cases.order_by().values("pk")[:1])
    found = cases_of_matters(matters.select_related("edition__matter", *(f"case__{name}" for name in of_case)))
    prefetch_related_objects(found, *_papers())
    return found[0] if found else None


def _papers() -> tuple[Any, ...]:
    items = CorrectionItem.objects.select_related("requirement", "reason")
    return Prefetch("materials", materials_current()), Prefetch("correction__items", items)


def cases_of_matters(matters: "QuerySet[CaseMatter]") -> list[Case]:
    """The cases of matters that were read with them, in their order, each knowing its matters."""
    cases: dict[int, tuple[Case, list[CaseMatter]]] = {}
    for matter in matters:
        case, rows = cases.setdefault(matter.case_id, (matter.case, []))
        matter.case = case
        rows.append(matter)
    for case, rows in cases.values():
        known: Any = case.matters.all()
        known._result_cache, known._prefetch_done = rows, True  # what a prefetch leaves behind
        case._prefetched_objects_cache = {"matters": known}  # type: ignore[attr-defined]
    return [case for case, _rows in cases.values()]


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


def requirements_wanting(case: Case) -> list[MaterialRequirement]:
    """The materials asked for of which nothing was given."""
    given = {material.requirement.evidence_type_id for material in case.materials.all()}
    return [requirement for requirement in requirements_asked(case) if requirement.evidence_type_id not in given]


def case_by_reference(reference: str) -> Case | None:
    """For anyone who holds the reference: state and dates, nothing personal."""
    tasks = Task.objects.select_related("organisation").order_by("step__order", "id")
    rows = matters_shown().select_related("edition__matter__organisation").prefetch_related(Prefetch("tasks", tasks))
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


def papers_missing(case: Case) -> list[int]:
    """The requirements of a draft that are needed and without a paper: `DraftProgress.missing`, ids alone."""
    if case.bundle_id:
        return [requirement.pk for requirement in draft_progress(case).missing]
    editions = [matter.edition_id for matter in case.matters.all()]
    with connection.cursor() as cursor:  # every submission asks this; a fifth of the same through the ORM
        cursor.execute(
            'SELECT r.id, r."when" FROM approvals_materialrequirement r'
            " WHERE r.edition_id = ANY(%s) AND r.source <> %s AND r.necessity <> %s AND NOT EXISTS ("
            "  SELECT FROM approvals_casematerial m"
            "  WHERE m.case_id = %s AND m.requirement_id = r.id AND m.is_current"
            ' ) ORDER BY r."order", r.id',
            [editions, MaterialRequirement.Source.SHARED.value, MaterialRequirement.Necessity.LATER.value, case.pk],
        )
        needed = cursor.fetchall()
    return [pk for pk, when in needed if material_is_asked(when and json.loads(when), case.answers)]


def matters_handed_in() -> "QuerySet[CaseMatter]":
    """The matters of a draft with what handing it in needs: form, names, code."""
    rows = CaseMatter.objects.select_related("edition__matter")
    needed = ("case", "item", "edition__form", "edition__gives", "edition__matter__code", *texts("edition__", "name"))
    return rows.only(*needed).order_by("id")
