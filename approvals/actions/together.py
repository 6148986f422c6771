"""Several tasks of one matter granted in one act: all of them or none (R50)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.actions.decisions import task_grant
from approvals.models import Case, StandardReason, Task
from approvals.queries.desks import desk_tasks
from approvals.rules.together import TOGETHER_MOST
from yiwu_portal.accounts.models import User
from yiwu_portal.lifecycle.service import NotYours, Refused


def tasks_grant_together(*, by: User, task_ids: Iterable[int], reason: StandardReason, note: str = "") -> list[Task]:
    """Grant every one of the tasks with one reason, in one transaction; when one can't be granted none is.

    Raises `Refused` naming the reference that stands in the way and why, `NotYours` when one is not the asker's.
    """
    wanted = set(task_ids)
    if not 0 < len(wanted) <= TOGETHER_MOST:
        raise Refused(
            _("Tick at least one task, and at most %(number)d. Nothing was changed.") % {"number": TOGETHER_MOST}
        )
    with transaction.atomic():
        cases = desk_tasks(by).filter(pk__in=wanted).values("case_matter__case_id")
        # in order of their ids, so that two such acts never wait for each other in a ring
        list(Case.objects.select_for_update().filter(pk__in=cases).order_by("pk").values_list("pk"))
        rows = desk_tasks(by).select_related("case_matter__case", "case_matter__edition").filter(pk__in=wanted)
        tasks = list(rows.order_by("case_matter__case_id", "pk"))
        if len(tasks) != len(wanted):
            raise NotYours(_("This page does not exist, or is not yours to see."))
        if len({task.case_matter.edition.matter_id for task in tasks}) > 1:
            raise Refused(_("Tick tasks of one matter only: one reason is given for all. Nothing was changed."))
        return [_grant(by, task, reason, note) for task in tasks]


def _grant(by: User, task: Task, reason: StandardReason, note: str) -> Task:
    try:
        return task_grant(by=by, task_id=task.pk, reason=reason, note=note)
    except NotYours:
        raise
    except Refused as refusal:
        raise Refused(
            _("%(reference)s cannot be granted, so none was. %(why)s")
            % {"reference": task.case_matter.case.reference, "why": refusal}
        ) from refusal
