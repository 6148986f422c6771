"""What somebody would write by hand for one page each: its own query, its own template, the same rows and cells.

Nothing of the portal's queries is called, so that a slow one cannot make its own baseline slow. What is computed and
not read (the clock's working days, the words of the answers) is the portal's own arithmetic on both sides.
"""

from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from approvals.models import Case, CaseMaterial, CaseMatter, Letter, Task
from approvals.queries.timeline import Event, case_clock
from approvals.views.drafts import answers_shown
from yiwu_portal.centre.models import Appointment
from yiwu_portal.history.models import Entry
from yiwu_portal.people.service import person_look

NAMES = ("edition__name_en", "edition__name_zh_hans")


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing at all, through every middleware."""
    return HttpResponse("")


def inbox(request: HttpRequest) -> HttpResponse:
    """The fifty cases that are due first."""
    today, now = timezone.localdate(), timezone.now()
    waiting = Case.objects.filter(organisation_id__in=_served(request.user, "clerk"), state=Case.State.SUBMITTED)
    matters = CaseMatter.objects.select_related("edition").only("case_id", *NAMES)
    rows = waiting.select_related("applicant", "claimed_by").prefetch_related(Prefetch("matters", matters))
    context = {
        "cases": rows.order_by("acceptance_due_on", "id")[:50],
        "total": waiting.count(),
        "counts": waiting.aggregate(
            waiting=Count("pk"),
            today=Count("pk", filter=Q(acceptance_due_on__lte=today)),
            mine=Count("pk", filter=Q(claimed_by=request.user.pk, claimed_until__gt=now)),
        ),
        "today": today,
    }
    return render(request, "bench/inbox.html", context)


def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case of the applicant."""
    found = (
        Case.objects.filter(applicant__user=request.user.pk, reference=reference)
        .select_related("organisation", "applicant")
        .prefetch_related(Prefetch("matters", _matters()), Prefetch("materials", _materials()))
        .first()
    )
    if found is None:
        raise Http404
    context = {
        "case": found,
        "clock": case_clock(found),
        "timeline": _timeline(found),
        "letters": Letter.objects.filter(case=found).select_related("document").defer("document__payload"),
        "answers": answers_shown(found),
    }
    return render(request, "bench/case.html", context)


def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task of the officer; that she looked is recorded here as there."""
    found = (
        Task.objects.filter(pk=pk, organisation_id__in=_served(request.user, "officer"))
        .select_related("step", "organisation", "claimed_by", "case_matter")
        .first()
    )
    if found is None:
        raise Http404
    whole = (
        Case.objects.filter(pk=found.case_matter.case_id)
        .select_related("organisation", "applicant", "travel_document")
        .prefetch_related(Prefetch("matters", _matters()))
        .get()
    )
    found.case_matter = next(matter for matter in whole.matters.all() if matter.pk == found.case_matter_id)
    person_look(by=request.user, person=whole.applicant, task="task_review")
    context = {
        "task": found,
        "case": whole,
        "materials": _materials().filter(case=whole),
        "clock": case_clock(whole),
        "timeline": _timeline(whole),
        "answers": answers_shown(whole),
    }
    return render(request, "bench/task.html", context)


def _served(user: Any, role: str) -> Any:
    today = timezone.localdate()
    rows = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), user=user.pk, role=role)
    return rows.filter(starts_on__lte=today).values("organisation_id")


def _matters() -> Any:
    rows = CaseMatter.objects.select_related("edition", "decision__document", "decision__reason")
    dates = ("promised_due_on", "promised_computation", "statutory_due_on", "statutory_computation")
    rows = rows.only(
        *("case", "state", "edition__form", "edition__result_name_en", *dates, *NAMES),
        *("decision__collected_at", "decision__document__code", "decision__reason__text_en"),
    )
    tasks = Task.objects.select_related("step", "organisation")
    return rows.prefetch_related(Prefetch("tasks", tasks))


def _materials() -> Any:
    rows = CaseMaterial.objects.filter(is_current=True).select_related("requirement", "evidence__upload")
    columns = ("requirement__name_en", "requirement__name_zh_hans", "evidence__upload__media_type")
    return rows.only("case", "was_reused", *columns).order_by("requirement__order", "id")


def _timeline(found: Case) -> list[Event]:
    rows = Entry.objects.filter(stream=f"case:{found.pk}").order_by("seq").values_list("verb", "at", "by_id")
    return [Event(verb, at, "you" if by == found.submitted_by_id else str(found.organisation)) for verb, at, by in rows]
