"""What would become of each of several ticked tasks, before anything is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.models import Case, CaseMatter, Gap, Task
from approvals.queries.columns import list_columns
from approvals.queries.desks import desk_tasks
from yiwu_portal.accounts.models import User
from yiwu_portal.people.service import persons_actable


@dataclass(frozen=True)
class Row:
    """A ticked task, and what stands in the way of granting it with the others; empty when nothing does."""

    task: Task
    problem: str


def together_rows(user: User, task_ids: Iterable[int]) -> list[Row]:
    """The ticked tasks of the asker's departments in order of their clocks; three statements, however many."""
    tasks = list(
        desk_tasks(user)
        .filter(pk__in=list(task_ids))
        .select_related("case_matter__case", "case_matter__edition__matter", "step", "claimed_by")
        .defer(*list_columns("case_matter__edition__"))
        .order_by("due_on", "id")
    )
    gaps = set(Gap.objects.filter(case__in=_case_ids(tasks), checked_at=None).values_list("case_id", flat=True))
    own = set(persons_actable(user).values_list("pk", flat=True))
    return [Row(task, _problem(user, task, tasks[0], gaps, own)) for task in tasks]


def _case_ids(tasks: list[Task]) -> set[int]:
    return {task.case_matter.case_id for task in tasks}


def _problem(user: User, task: Task, first: Task, gaps: set[int], own: set[Any]) -> str:
    matter = task.case_matter
    problems = {
        _("It is not open (any more)."): task.state != Task.State.OPEN
        or matter.state != CaseMatter.State.RUNNING
        or matter.case.state != Case.State.ACCEPTED,
        _("It is another matter; one reason is given for all."): matter.edition.matter_id
        != first.case_matter.edition.matter_id,
        _("%(name)s is working on it.") % {"name": task.claimed_by}: task.is_held and task.claimed_by_id != user.pk,
        _("It needs two signatures: propose it on its own page."): task.step.signatures > 1,
        _("Its result carries a number of its own: grant it on its own page."): bool(
            matter.edition.gives.get("answers")
        ),
        _("A paper that was to follow is not there yet."): matter.case_id in gaps,
        _("It is your own application."): matter.case.applicant_id in own,
    }
    return next((words for words, stands in problems.items() if stands), "")
