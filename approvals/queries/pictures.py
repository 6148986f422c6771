"""Who has decided, who is working, who waits for whom: the one picture of a case (R41-R43)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.models import Case, CaseMatter, Task
from approvals.queries.bundles import case_parts, places_of
from approvals.rules.routing import in_order
from yiwu_portal.workdays import service as workdays

TONES = {"granted": "jade", "refused": "seal", "running": "harbour", "waiting": "plain", "stopped": "plain"}


@dataclass(frozen=True)
class Row:
    """One matter of the picture."""

    matter: CaseMatter
    departments: Sequence[str]
    after: Sequence[str]
    tone: str
    due_on: date | None
    left: int | None  # working days to the promised end, negative when late

    @property
    def is_running(self) -> bool:
        """Whether somebody works on it now."""
        return self.matter.state == CaseMatter.State.RUNNING


@dataclass(frozen=True)
class Picture:
    """The matters of a case in the order in which they can be done."""

    rows: Sequence[Row]
    decided: int
    ends_on: date | None
    waiting: str

    @property
    def total(self) -> int:
        """How many matters the case has."""
        return len(self.rows)


def case_picture(case: Case) -> Picture | None:
    """The picture of an accepted case with several matters; None for any other."""
    if case.bundle_id is None or case.accepted_at is None:
        return None
    matters = {matter.pk: matter for matter in case.matters.all()}
    tasks = Prefetch("tasks", Task.objects.select_related("organisation").order_by("step__order", "id"))
    prefetch_related_objects(list(matters.values()), tasks, "edition__matter__organisation")
    places = places_of(case_parts(case))
    calendar, today = workdays.calendar_now(), workdays.today()
    rows = []
    for key in in_order(places):
        matter = matters[key]
        due, is_open = matter.promised_due_on, matter.state in (CaseMatter.State.RUNNING, CaseMatter.State.WAITING)
        rows.append(
            Row(
                matter=matter,
                departments=_departments(matter),
                after=[
                    matters[one].edition.name
                    for one in sorted(places[key].after)
                    if matters[one].state != CaseMatter.State.GRANTED
                ],
                tone=TONES[matter.state],
                due_on=due,
                left=workdays.working_days_between(today, due, calendar=calendar) if due and is_open else None,
            )
        )
    decided = sum(matter.decided_at is not None for matter in matters.values())
    ends = [row.due_on for row in rows if row.left is not None and row.due_on]
    return Picture(rows, decided, max(ends, default=None), waiting_words(rows))


def waiting_words(rows: Sequence[Row]) -> str:
    """For whom the case waits now, and how long at most; empty when nobody works on it."""
    running = [row for row in rows if row.is_running]
    if not running:
        return ""
    if len(running) == 1 and len(running[0].departments) == 1:
        name, left = running[0].departments[0], running[0].left
        if left is None:
            return _("Waiting only for %(department)s") % {"department": name}
        if left < 0:
            return _("Waiting only for %(department)s, which is late") % {"department": name}
        words = ngettext(
            "Waiting only for %(department)s, %(days)d working day left",
            "Waiting only for %(department)s, %(days)d working days left",
            left,
        )
        return words % {"department": name, "days": left}
    names = sorted({name for row in running for name in row.departments})
    words = ngettext("Waiting for %(number)d department", "Waiting for %(number)d departments", len(names))
    return words % {"number": len(names)}


def _departments(matter: CaseMatter) -> list[str]:
    """Who works on it now; before and after that, whose matter it is."""
    working = [task.organisation.name for task in matter.tasks.all() if task.state in Task.AT_WORK]
    return list(dict.fromkeys(working)) or [matter.edition.matter.organisation.name]


def bundle_promise(parts: list[Any]) -> int:
    """The longest path through a bundle's promises, in working days; what is promised in other units counts roughly."""
    ends: dict[int, float] = {}
    by_key = {part.place.key: part for part in parts}
    for key in in_order(places_of(parts)):
        part = by_key[key]
        days = (
            part.edition.promised_amount
            * {"working_day": 1.0, "calendar_day": 5 / 7, "month": 21.0}[part.edition.promised_unit]
        )
        ends[key] = days + max((ends[one] for one in part.place.after), default=0)
    return round(max(ends.values(), default=0))
