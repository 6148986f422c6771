"""When the calendar changes: open cases are counted anew, and the applicant is told which day moved which date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.actions.clocks import dates_recount
from approvals.actions.rounds import SECONDS, Round, each_case
from approvals.actions.routing import matters_held
from approvals.actions.telling import tell
from approvals.models import Case, CaseMatter, Gap, Recount, Task
from approvals.queries.clocks import cases_counted
from approvals.rules.clocks import again, moved_by
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import moment
from yiwu_portal.workdays import service as workdays

SECOND_AFTER = timedelta(minutes=15)  # longer than any transaction that still knew the old calendar
Stored = dict[str, Any] | None


@dataclass(frozen=True)
class Moved:
    """A date of a case before and after; `what` names it in history, `about` in the words of the notice."""

    what: str
    about: str
    before: workdays.Computation
    after: workdays.Computation


def clocks_recompute(*, seconds: float = SECONDS) -> int:
    """Count every open case anew after the calendar changed; how many cases had a date moved.

    Without a change it asks two rows. Interrupted, it goes on where it was; a newer calendar begins a new count.
    """
    version = workdays.calendar_version()
    count, _is_new = Recount.objects.get_or_create(version=version)
    if count.second_done_at or (count.first_done_at and moment() < count.first_done_at + SECOND_AFTER):
        return 0
    act = partial(_recompute, version)
    result = each_case(cases=cases_counted(), act=act, after=count.last_case, seconds=seconds)
    _keep(count, result)
    return result.checked()


def _keep(count: Recount, result: Round) -> None:
    """Where the next tick goes on; a round at its end that failed with somebody begins again."""
    if not result.is_over:
        Recount.objects.filter(pk=count.pk, last_case__lt=result.last).update(last_case=result.last)
        return
    done = "second_done_at" if count.first_done_at else "first_done_at"
    marks = {} if result.failed else {done: moment()}
    Recount.objects.filter(pk=count.pk).update(last_case=0, **marks)


def _recompute(version: int, case: Case) -> bool:
    counted = {
        Case.State.SUBMITTED: _acceptance,
        Case.State.CORRECTING: _correction,
        Case.State.ACCEPTED: _accepted,
    }
    moved = counted[Case.State(case.state)](case)
    if not moved:
        return False
    told = "-".join(f"{one.after.end:%m%d}" for one in moved if one.after.end)[:60]
    tell(
        case=case,
        kind="case_recomputed",
        key=f"recompute:{version}:{told}",
        more={"lines": lambda: [_words(one) for one in moved]},
    )
    record(
        verb="case_recompute",
        by=None,
        stream=case.stream,
        person_id=case.applicant_id,
        data={
            "calendar": version,
            "moved": [
                {
                    "what": one.what,
                    "before": str(one.before.end),
                    "after": str(one.after.end),
                    "days": [[step.day.isoformat(), str(step.kind)] for step in moved_by(one.before, one.after)],
                }
                for one in moved
            ],
        },
    )
    return True


def _acceptance(case: Case) -> list[Moved]:
    return _field(case, "acceptance_due_on", "acceptance_computation", "acceptance")


def _correction(case: Case) -> list[Moved]:
    return _field(case.correction, "due_on", "due_computation", "correction", only_later=True)


def _accepted(case: Case) -> list[Moved]:
    matters = matters_held(case=case)
    before = {
        (matter.pk, name): getattr(matter, f"{name}_computation")
        for matter in matters.values()
        for name in ("promised", "statutory")
    }
    tasks = Task.objects.filter(case_matter__in=matters, state__in=Task.AT_WORK)
    dates_recount(
        case=case,
        matters=matters,
        tasks=tasks.select_related("step").select_for_update(of=("self",)).order_by("id"),
    )
    moved = []
    for (key, name), stored in before.items():
        matter = matters[key]
        if matter.state in (CaseMatter.State.WAITING, CaseMatter.State.RUNNING):
            moved += _moved(name, matter, stored, getattr(matter, f"{name}_computation"))
    for gap in (
        Gap.objects.select_for_update(of=("self",)).filter(case=case, checked_at=None).select_related("requirement")
    ):
        moved += _field(gap, "due_on", "due_computation", "gap", only_later=True)
    return moved


def _field(row: models.Model, day: str, computation: str, what: str, *, only_later: bool = False) -> list[Moved]:
    """Count one stored date anew; a day given to the applicant herself never comes nearer (`only_later`)."""
    stored = getattr(row, computation)
    if not stored:
        return []
    before = workdays.Computation.from_dict(stored)
    after = again(workdays.calendar_now(), before)
    if after.as_dict() == stored or (only_later and _is_nearer(before.end, after.end)):
        return []
    setattr(row, day, after.end)
    setattr(row, computation, after.as_dict())
    row.save(update_fields=[day, computation])
    return _moved(what, row, stored, after.as_dict())


def _is_nearer(before: date | None, after: date | None) -> bool:
    return before is not None and after is not None and after < before


def _moved(what: str, row: models.Model, stored: Stored, counted: Stored) -> list[Moved]:
    if not stored or not counted or stored["end"] == counted["end"]:
        return []
    before, after = (workdays.Computation.from_dict(one) for one in (stored, counted))
    return [Moved(f"{what}:{row.pk}", what, before, after)]


def _words(moved: Moved) -> str:
    """One date that moved and the days that moved it, in the language in force."""
    names: Mapping[str, str] = {
        "acceptance": _("Answer about acceptance"),
        "correction": _("Your correction"),
        "gap": _("The paper that may follow"),
        "promised": _("Decision promised"),
        "statutory": _("Decision due by law"),
    }
    comma = pgettext("between the items of a list", ", ")
    reasons = comma.join(_day_words(step) for step in moved_by(moved.before, moved.after))
    values = {
        "what": names[moved.about],
        "before": workdays.date_words(moved.before.end) if moved.before.end else "",
        "after": workdays.date_words(moved.after.end, year=True) if moved.after.end else "",
        "reasons": reasons,
    }
    if not reasons:
        return _("%(what)s: %(before)s → %(after)s") % values
    return _("%(reasons)s; %(what)s: %(before)s → %(after)s") % values


def _day_words(step: workdays.Step) -> str:
    values = {"day": workdays.date_words(step.day, year=True), "holiday": workdays.holiday_name(step.name)}
    kinds = workdays.DayKind
    if step.kind is kinds.HOLIDAY:
        return _("%(day)s became a holiday (%(holiday)s)") % values
    if step.kind is kinds.MAKE_UP:
        return _("%(day)s became a working day, to make up for %(holiday)s") % values
    if step.kind is kinds.WEEKEND:
        return _("%(day)s is no longer a make-up working day") % values
    return _("%(day)s is worked after all") % values
