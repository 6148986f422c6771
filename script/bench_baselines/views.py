"""What somebody would write by hand: the same rows and cells as the portal's pages, in one plain template each."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from approvals.queries.cases import case_whole, cases_of
from approvals.queries.desks import task_materials, task_whole, window_counts, window_inbox
from approvals.queries.timeline import case_clock, case_letters, case_timeline
from approvals.views.drafts import answers_shown
from yiwu_portal.people.service import person_look
from yiwu_portal.workdays import service as workdays


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing at all, through every middleware."""
    return HttpResponse("")


def inbox(request: HttpRequest) -> HttpResponse:
    """The fifty cases that are due first."""
    cases = window_inbox(request.user)
    context = {
        "cases": cases[:50],
        "total": cases.count(),
        "counts": window_counts(request.user, workdays.today()),
        "today": workdays.today(),
    }
    return render(request, "bench/inbox.html", context)


def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case of the applicant."""
    found = case_whole(cases_of(request.user), reference=reference)
    if found is None:
        raise Http404
    context = {
        "case": found,
        "clock": case_clock(found),
        "timeline": case_timeline(found),
        "letters": case_letters(found),
        "answers": answers_shown(found),
    }
    return render(request, "bench/case.html", context)


def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task of the officer; that she looked is recorded here as there."""
    found = task_whole(request.user, pk)
    if found is None:
        raise Http404
    whole = found.case_matter.case
    person_look(by=request.user, person_id=whole.applicant_id, task="task_review")
    context = {
        "task": found,
        "case": whole,
        "materials": list(task_materials(found)),
        "clock": case_clock(whole),
        "timeline": case_timeline(whole),
        "answers": answers_shown(whole),
    }
    return render(request, "bench/task.html", context)
