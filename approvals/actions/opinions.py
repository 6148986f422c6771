"""Opinions (意见) departments ask of one another while they work: asked together, answered, taken back, reminded of."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from approvals.actions.decisions import task_cases, task_held
from approvals.actions.window import lease_take
from approvals.models import Case, Opinion, Task
from approvals.queries.desks import desk_tasks
from approvals.queries.opinions import opinion_cases, opinions_asked, opinions_sought, opinions_to_remind
from approvals.rules.opinions import due_problem, reminder_is_due
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import Role, departments, staff_of
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale, locked, moment, require
from yiwu_portal.notifications.service import notify
from yiwu_portal.workdays import service as workdays

REMINDED_AHEAD = timedelta(days=15)  # more than any row of days nobody works


def opinion_ask(
    *, by: User, task_id: int, organisation_ids: Iterable[int], question: str, is_confidential: bool, due_on: date
) -> list[Opinion]:
    """Ask several departments at once, all or none; the clock goes on. The same question twice is once."""
    today = workdays.today()
    if problem := due_problem(due_on, today=today, is_working=workdays.is_working(due_on)):
        raise Refused(problem)
    with locked(task_cases(tasks=desk_tasks(by), task_id=task_id)) as case:
        task = task_held(tasks=desk_tasks(by), task_id=task_id, by=by, permission="approvals.opinion_ask")
        if task.state not in (Task.State.OPEN, Task.State.SUSPENDED):
            raise Stale(_("This task is not open (any more). Nobody was asked."))
        lease_take(row=task, by=by)  # never saved: it only asks whether a colleague holds the task
        asked = _departments(task, organisation_ids)
        if not asked or not question.strip():
            raise Refused(_("Choose at least one department and write the question. Nobody was asked."))
        waiting = {row.organisation_id: row for row in task.opinions.filter(revoked_at=None, answered_at=None)}
        terms = {"question": question.strip(), "is_confidential": is_confidential, "due_on": due_on}
        for organisation in asked:
            there = waiting.get(organisation.pk)
            if there and any(getattr(there, name) != value for name, value in terms.items()):
                raise Refused(
                    _("%(department)s has a question of yours already. Take it back first; nobody was asked.")
                    % {"department": organisation.name}
                )
        return [waiting.get(one.pk) or _ask(case, task, one, by, terms) for one in asked]


def _departments(task: Task, organisation_ids: Iterable[int]) -> list[Any]:
    """The departments named; never the one that asks."""
    wanted = set(organisation_ids)
    found = list(departments().filter(pk__in=wanted).exclude(pk=task.organisation_id).order_by("pk"))
    if {one.pk for one in found} != wanted:
        raise Refused(_("Choose other departments of the list. Nobody was asked."))
    return found


def _ask(case: Case, task: Task, organisation: Any, by: User, terms: dict[str, Any]) -> Opinion:
    opinion = Opinion.objects.create(task=task, organisation=organisation, asked_by=by, asked_at=moment(), **terms)
    _note("opinion_ask", case, opinion, by)
    _tell_department("opinion_asked", opinion)
    return opinion


def opinion_answer(*, by: User, opinion_id: int, answer: str) -> Opinion:
    """Answer for the department that was asked; the same answer twice is once."""
    answer = answer.strip()
    with locked(opinion_cases(opinions_asked(by), opinion_id)) as case:
        opinion = _held(opinions_asked(by), opinion_id, by=by, permission="approvals.opinion_answer")
        if opinion.answered_by_id == by.pk and opinion.answer == answer:
            return opinion
        if opinion.revoked_at is not None:
            raise Stale(_("The question was taken back meanwhile. Your answer was not sent; what you wrote is below."))
        if opinion.answered_at is not None:
            raise Stale(_("Somebody of your department has answered already. What you wrote is below."))
        if opinion.task.state not in Task.AT_WORK:
            raise Stale(_("The other department has finished meanwhile. What you wrote is below."))
        if not answer:
            raise Refused(_("Write the answer first. Nothing was changed."))
        opinion.answer, opinion.answered_by, opinion.answered_at = answer, by, moment()
        opinion.save(update_fields=["answer", "answered_by", "answered_at"])
        _note("opinion_answer", case, opinion, by)
        _tell("opinion_answered", opinion, opinion.asked_by, f"/desk/{opinion.task_id}/")
    return opinion


def opinion_revoke(*, by: User, opinion_id: int) -> Opinion:
    """Take a question back before it is answered; a second time changes nothing."""
    with locked(opinion_cases(opinions_sought(by), opinion_id)) as case:
        opinion = _held(opinions_sought(by), opinion_id, by=by, permission="approvals.opinion_revoke")
        if opinion.revoked_at is not None:
            return opinion
        if opinion.answered_at is not None:
            raise Stale(_("It has been answered already, so it stays. Nothing was changed."))
        opinion.revoked_at = moment()
        opinion.save(update_fields=["revoked_at"])
        _note("opinion_revoke", case, opinion, by)
        _tell_department("opinion_revoked", opinion)
    return opinion


def opinions_remind() -> int:
    """Remind of what is due on the next working day, each once; returns how many. For the clockwork; repeatable."""
    today, calendar = workdays.today(), workdays.calendar_now()
    if not calendar.is_working(today):
        return 0
    with transaction.atomic():
        rows = opinions_to_remind(today + REMINDED_AHEAD).select_for_update(skip_locked=True, of=("self",))
        due = [
            row
            for row in rows
            if reminder_is_due(
                asked_on=timezone.localdate(row.asked_at),
                today=today,
                days_left=workdays.working_days_between(today, row.due_on, calendar=calendar),
            )
        ]
        for opinion in due:
            opinion.reminded_at = moment()
            opinion.save(update_fields=["reminded_at"])
            _tell_department("opinion_due", opinion)
    return len(due)


def _held(opinions: Any, opinion_id: int, *, by: User, permission: str) -> Opinion:
    """The opinion itself, locked after its case; raises `NotYours`."""
    opinion: Opinion | None = opinions.select_for_update(of=("self",)).filter(pk=opinion_id).first()
    if opinion is None:
        raise NotYours(_("This page does not exist, or is not yours to see."))
    require(by, permission, opinion)
    return opinion


def _tell_department(kind: str, opinion: Opinion) -> None:
    for user in staff_of(opinion.organisation_id, Role.OFFICER):
        _tell(kind, opinion, user, f"/desk/opinions/{opinion.pk}/")


def _tell(kind: str, opinion: Opinion, user: Any, path: str) -> None:
    """Least sight: the reference and the matter, no word of the applicant."""
    with translation.override(user.language):
        context = {
            "reference": opinion.task.case_matter.case.reference,
            "matter": opinion.task.case_matter.edition.name,
            "asking": opinion.task.organisation.name,
            "asked": opinion.organisation.name,
            "due": workdays.date_words(opinion.due_on, year=True),
        }
    notify(kind=f"approvals.{kind}", user=user, key=f"opinion:{opinion.pk}:{kind}", context=context, path=path)


def _note(verb: str, case: Case, opinion: Opinion, by: User) -> None:
    data = {"organisation": opinion.organisation_id, "task": opinion.task_id}
    record(verb=verb, by=by, stream=case.stream, subject=opinion, person_id=case.applicant_id, data=data)
