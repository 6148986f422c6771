"""Granting several ticked tasks at once: first what would become of each, then all of them or none."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from approvals.actions import together as actions
from approvals.forms.desks import TasksGrantTogetherForm
from approvals.queries.together import together_rows
from approvals.rules.together import TOGETHER_MOST
from approvals.views.guards import officer_required
from yiwu_portal.accounts.service import SignedIn
from yiwu_portal.lifecycle.service import NotYours, Refused
from yiwu_portal.web.service import go, page


@officer_required
@require_http_methods(["GET", "POST"])
def tasks_grant_together(request: SignedIn) -> HttpResponse:
    """The preview, and the act."""
    ticked = request.POST.getlist("task") if request.method == "POST" else request.GET.getlist("task")
    ids = [int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 16][: TOGETHER_MOST + 1]
    form = TasksGrantTogetherForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _granted(request, form, ids):
        return go(request, "desk_list")
    rows = together_rows(request.user, ids)
    able = [row.task for row in rows if not row.problem]
    if not rows and not form.is_bound:
        messages.info(request, _("Tick the tasks first, then grant them together."))
        return go(request, "desk_list")
    context = {"form": form, "rows": rows, "able": able, "most": TOGETHER_MOST}
    return page(request, "approvals/tasks_grant_together.html", context, status=422 if form.is_bound else 200)


def _granted(request: SignedIn, form: TasksGrantTogetherForm, ids: list[int]) -> bool:
    try:
        done = actions.tasks_grant_together(by=request.user, task_ids=ids, **form.cleaned_data)
    except NotYours:
        raise  # not hers is not there
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    words = ngettext("%(number)d task was granted.", "%(number)d tasks were granted.", len(done))
    messages.success(request, words % {"number": len(done)})
    return True
