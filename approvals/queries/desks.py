"""Cases at the window and tasks at the departments' desks, by whoever serves there."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname

from approvals.models import (
    Case,
    Decision,
    MaterialRequirement,
    MatterEdition,
    Opinion,
    Proposal,
    RouteStep,
    StandardReason,
    Task,
)
from approvals.queries.bundles import case_parts, given_kinds
from approvals.queries.cases import (
    case_of_matters,
    cases_of_matters,
    materials_current,
    matters_counted,
    matters_listed,
    matters_with_case,
)
from approvals.queries.columns import guide_columns, list_columns, texts
from approvals.rules.answers import material_is_asked
from approvals.rules.bundles import papers_merged
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import Role, organisation_ids, served_organisation_ids, serves_comprehensive


def window_cases(user: User) -> "QuerySet[Case]":
    """Every case handed in at the windows this clerk serves."""
    cases = Case.objects.filter(organisation_id__in=served_organisation_ids(user)).exclude(state=Case.State.DRAFT)
    # bundles go to the comprehensive windows (综合窗口)
    return cases if serves_comprehensive(user) else cases.filter(bundle__isnull=True)


def window_inbox(user: User, *, mine: bool = False, q: str = "") -> "QuerySet[Case]":
    """What needs the window's answer now, the oldest due first."""
    cases = window_cases(user).filter(state=Case.State.SUBMITTED)
    if mine:
        cases = cases.filter(claimed_by=user, claimed_until__gt=timezone.now())
    if q:
        cases = window_cases(user).filter(
            Q(reference__iexact=q) | Q(applicant__surname__iexact=q) | Q(applicant__given_names__istartswith=q)
        )
    return (
        cases.select_related("applicant", "bundle", "claimed_by")
        .prefetch_related(Prefetch("matters", matters_listed()))
        .order_by("acceptance_due_on", "id")
    )


def window_next(user: User) -> Case | None:
    """The case that has waited longest and that nobody holds."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=timezone.now()) | Q(claimed_by=user)
    return window_cases(user).filter(free, state=Case.State.SUBMITTED).order_by("acceptance_due_on", "id").first()


def window_counts(user: User, today: date) -> dict[str, int]:
    """What stands above the inbox."""
    open_cases = window_cases(user).filter(state=Case.State.SUBMITTED)
    now = timezone.now()
    return open_cases.aggregate(
        waiting=_count(Q()),
        today=_count(Q(acceptance_due_on__lte=today)),
        mine=_count(Q(claimed_by=user, claimed_until__gt=now)),
    )


def case_at_window(user: User, reference: str) -> Case | None:
    """One case of the windows this clerk serves, with what its page shows; None when it is not there or not hers.

    Each of its matters has `asked`: the papers its edition asks for, as `papers_asked` reads them.
    """
    name = build_localized_fieldname("name", get_language() or settings.LANGUAGE_CODE)
    asked = MaterialRequirement.objects.filter(edition_id=OuterRef("edition_id")).order_by("order", "id")
    columns = JSONObject(
        pk="pk",
        edition="edition_id",
        kind="evidence_type_id",
        code="evidence_type__code",
        necessity="necessity",
        name=name,
        fallback="name_en",
        source="source",
        when="when",
    )
    matters = matters_counted().annotate(asked=ArraySubquery(asked.annotate(row=columns).values("row")))
    return case_of_matters(matters, window_cases(user).filter(reference=reference))


@dataclass(frozen=True)
class Asked:
    """A paper that is asked for, as much of its requirement as a desk shows."""

    pk: int
    name: str
    necessity: str
    evidence_type_id: int


def papers_asked(case: Case) -> list[Asked]:
    """The papers asked of this applicant, one of a kind; the case comes from `case_at_window`."""
    asked = [
        row
        for matter in case.matters.all()
        for row in matter.asked  # type: ignore[attr-defined]
        if row["source"] != MaterialRequirement.Source.SHARED and material_is_asked(row["when"], case.answers)
    ]
    shared = given_kinds(case_parts(case))
    papers = papers_merged(
        asked,
        kind=lambda row: row["kind"],
        necessity=lambda row: row["necessity"],
        given=lambda row: row["code"] in shared[row["edition"]],
    ).papers
    return [Asked(row["pk"], row["name"] or row["fallback"], row["necessity"], row["kind"]) for row in papers]


def earlier_cases(case: Case, *, most: int = 10) -> list[Case]:
    """The newest other cases of the same person, for whoever has the case open; one statement."""
    others = Case.objects.filter(applicant_id=case.applicant_id).exclude(pk=case.pk).exclude(state=Case.State.DRAFT)
    matters = matters_with_case().filter(case_id__in=others.order_by("-id").values("id")[:most])
    return cases_of_matters(matters.order_by("-case_id", "id"))


def results_at_window(user: User) -> "QuerySet[Decision]":
    """Decisions of the cases this clerk's window serves."""
    return Decision.objects.filter(case_matter__case__organisation_id__in=served_organisation_ids(user))


def results_waiting(user: User) -> "QuerySet[Decision]":
    """Decisions whose document waits at the counter."""
    edition = "case_matter__edition__"
    return (
        results_at_window(user)
        .filter(collected_at__isnull=True)
        .select_related("document", "case_matter__case__applicant", "case_matter__edition__matter")
        .defer("document__payload", f"{edition}form", *guide_columns(edition), *texts(edition, "remedies"))
        .order_by("decided_at")
    )


def desk_tasks(user: User) -> "QuerySet[Task]":
    """Every task of the departments in which this officer serves."""
    return Task.objects.filter(organisation_id__in=organisation_ids(user, Role.OFFICER))


def head_tasks(user: User) -> "QuerySet[Task]":
    """Every task of the departments this user heads."""
    return Task.objects.filter(organisation_id__in=organisation_ids(user, Role.HEAD))


def seen_tasks(user: User) -> "QuerySet[Task]":
    """Every task of the departments this user serves or heads: what her desk shows."""
    return Task.objects.filter(organisation_id__in=desk_ids(user))


def desk_ids(user: User) -> set[int]:
    """The departments this user serves as an officer, or heads."""
    return organisation_ids(user, Role.OFFICER) | organisation_ids(user, Role.HEAD)


def desk_inbox(user: User, *, view: str = "all", matter: str = "", q: str = "") -> "QuerySet[Task]":
    """What the desk works on, the earliest due first; a search by reference or name finds what is done as well."""
    tasks = seen_tasks(user)
    if q:
        case = "case_matter__case__"
        names = Q(**{f"{case}applicant__surname__iexact": q}) | Q(**{f"{case}applicant__given_names__istartswith": q})
        tasks = tasks.filter(names | Q(**{f"{case}reference__iexact": q}))
    else:
        tasks = tasks.filter(_views(user, timezone.localdate()).get(view, Q()), state__in=Task.AT_WORK)
    if matter:
        tasks = tasks.filter(case_matter__edition__matter__code=matter)
    return (
        tasks.select_related("case_matter__case__applicant", "case_matter__edition__matter", "step", "claimed_by")
        .defer(*list_columns("case_matter__edition__"))
        .order_by("due_on", "id")
    )


def desk_counts(user: User, today: date) -> dict[str, int]:
    """What stands above the work list: how many each view shows, how many are due today, how many wait to be signed."""
    views = {name: _count(condition) for name, condition in _views(user, today).items()}
    heads = organisation_ids(user, Role.HEAD)
    return (
        seen_tasks(user)
        .filter(state__in=Task.AT_WORK)
        .aggregate(
            waiting=_count(Q()),
            today=_count(Q(due_on=today) & _running()),
            to_sign=_count(Q(state=Task.State.PROPOSED, organisation_id__in=heads)),
            **views,
        )
    )


def _views(user: User, today: date) -> dict[str, Q]:
    """The views of the work list by their name in the address."""
    return {
        "mine": Q(claimed_by=user, claimed_until__gt=timezone.now()),
        "proposed": Q(state=Task.State.PROPOSED),
        "suspended": Q(state=Task.State.SUSPENDED),
        "late": Q(due_on__lt=today) & _running(),
    }


def _running() -> Q:
    """Tasks whose clock runs: one that is suspended is never late."""
    return Q(state__in=(Task.State.OPEN, Task.State.PROPOSED))


def desk_matters(user: User) -> list[tuple[str, str]]:
    """The matters (code, name) the desk works on now, for the filter."""
    editions = (
        MatterEdition.objects.filter(
            pk__in=seen_tasks(user).filter(state__in=Task.AT_WORK).values("case_matter__edition_id")
        )
        .select_related("matter")
        .defer(*list_columns(""))
        .order_by("matter__code", "number")
    )
    return list({edition.matter.code: (edition.matter.code, edition.name) for edition in editions}.values())


def task_proposals(task: Task) -> list[Proposal]:
    """What was proposed on a task, the newest first; nothing is asked where one signature is enough."""
    if task.step.signatures == 1 and task.state != Task.State.PROPOSED:
        return []
    return list(task.proposals.select_related("by", "answered_by", "reason"))


def task_whole(user: User, pk: int) -> Task | None:
    """One task with the materials its step needs, and no others (least sight)."""
    return (
        seen_tasks(user)
        .select_related(
            "case_matter__case__applicant",
            "case_matter__case__organisation",
            "case_matter__case__bundle",
            "case_matter__case__travel_document",
            "case_matter__extension",
            "case_matter__edition__matter",
            "step",
            "claimed_by",
            "organisation",
        )
        .defer(*list_columns("case_matter__edition__"))
        .prefetch_related(Prefetch("case_matter__case__matters", matters_counted()))
        .annotate(has_opinions=Exists(Opinion.objects.filter(task__case_matter__case=OuterRef("case_matter__case"))))
        .filter(pk=pk)
        .first()
    )


def task_materials(task: Task) -> Any:
    """The papers of the kinds the step names; of the matter's, where it names none (least sight).

    By kind, not by requirement: in a bundle one paper answers the requirements of several matters.
    """
    rows: Any = RouteStep.materials.through  # the plug-in does not know the table between
    named = rows.objects.filter(routestep_id=task.step_id)
    kinds = MaterialRequirement.objects.filter(
        Q(pk__in=named.values("materialrequirement_id")) | (~Exists(named) & Q(edition_id=task.case_matter.edition_id))
    )
    return materials_current().filter(
        requirement__evidence_type_id__in=kinds.values("evidence_type_id"), case_id=task.case_matter.case_id
    )


def reasons_for(use: str) -> "QuerySet[StandardReason]":
    """The standard reasons a clerk or officer may choose from."""
    return StandardReason.objects.filter(use=use, is_active=True)


def _count(condition: Q) -> Any:
    return Count("pk", filter=condition) if condition else Count("pk")
