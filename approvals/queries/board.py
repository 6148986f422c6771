"""The board of the centre's manager: where work lies, how late it is, who holds it. No word of any applicant."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from approvals.models import Card, Case, Opinion, Task
from approvals.permissions import is_manager
from approvals.queries.cases import matters_listed
from approvals.queries.columns import list_columns
from approvals.queries.opinions import WAITING
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import Role, appointments_today, organisations
from yiwu_portal.workdays import service as workdays

FIGURES = ("open", "late", "today", "soon", "suspended", "proposed", "held")


@dataclass
class Line:
    """One department: its open tasks at the desk and its cases at the windows, counted."""

    organisation: Any
    desk: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIGURES, 0))
    window: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIGURES, 0))
    cards: dict[str, int] = field(default_factory=lambda: {"yellow": 0, "red": 0})
    opinions: int = 0
    officers: int = 0
    clerks: int = 0

    @property
    def is_unserved(self) -> bool:
        """Work lies at its desk and no officer serves there today."""
        return not self.officers and bool(self.desk["open"] or self.opinions)

    @property
    def is_empty(self) -> bool:
        """Nothing to be seen of it."""
        return not (self.desk["open"] or self.window["open"] or self.opinions or any(self.cards.values()))


def board_tasks(user: User) -> "QuerySet[Task]":
    """Every task of the centre, for its manager; nothing for anyone else."""
    return Task.objects.all() if is_manager(user) else Task.objects.none()


def board_cases(user: User) -> "QuerySet[Case]":
    """Every case that was handed in, for the manager; nothing for anyone else."""
    cases = Case.objects.exclude(state=Case.State.DRAFT)
    return cases if is_manager(user) else cases.none()


def serving_today() -> list[Any]:
    """Who serves at the desks and windows today, by name, each appointment with its user and window; one statement."""
    return list(appointments_today(Role.OFFICER, Role.CLERK).order_by("user__name", "pk"))


def board_lines(user: User, serving: list[Any]) -> list[Line]:
    """A line for each department that has work or cards of this month; six statements, however much work there is."""
    lines = {organisation.pk: Line(organisation) for organisation in organisations()}
    today = workdays.today()
    soon = _next_working_day(today)
    for row in _counted(board_tasks(user).filter(state__in=Task.AT_WORK), _task_views(today, soon)):
        lines[row.pop("organisation_id")].desk |= row
    for row in _counted(board_cases(user).filter(state=Case.State.SUBMITTED), _case_views(today, soon)):
        lines[row.pop("organisation_id")].window |= row
    for key, number in _by_organisation(Opinion.objects.filter(WAITING)):
        lines[key].opinions = number
    for (key, level), number in _cards(today).items():
        lines[key].cards[level] = number
    for appointment in serving:
        line = lines[appointment.organisation_id]
        line.officers += appointment.role == Role.OFFICER
        line.clerks += appointment.role == Role.CLERK
    return [line for line in lines.values() if not line.is_empty]


def board_windows(user: User, serving: list[Any]) -> list[dict[str, Any]]:
    """The windows at which somebody serves today: who, and how many cases she holds; one statement."""
    held = dict(
        board_cases(user)
        .filter(_held(), state=Case.State.SUBMITTED)
        .order_by()
        .values_list("claimed_by_id")
        .annotate(number=Count("pk"))
    )
    rows: dict[int, dict[str, Any]] = {}
    for appointment in serving:
        if window := appointment.window:
            row = rows.setdefault(window.number, {"window": window, "clerks": []})
            row["clerks"].append({"user": appointment.user, "held": held.get(appointment.user_id, 0)})
    return [rows[number] for number in sorted(rows)]


def board_tasks_listed(user: User, *, view: str = "open", organisation: str = "") -> "QuerySet[Task]":
    """Tasks at work as the board lists them: reference, matter, holder, due; the earliest due first."""
    today = workdays.today()
    rows = board_tasks(user).filter(_task_views(today, _next_working_day(today)).get(view, Q()), state__in=Task.AT_WORK)
    if organisation:
        rows = rows.filter(organisation__code=organisation)
    return _tasks_shown(rows).order_by("due_on", "id")


def board_cases_listed(user: User, *, view: str = "open", organisation: str = "") -> "QuerySet[Case]":
    """Cases that wait at the windows as the board lists them: reference, holder, due; the earliest due first."""
    today = workdays.today()
    rows = board_cases(user).filter(
        _case_views(today, _next_working_day(today)).get(view, Q()), state=Case.State.SUBMITTED
    )
    if organisation:
        rows = rows.filter(organisation__code=organisation)
    return _cases_shown(rows).order_by("acceptance_due_on", "id")


def board_task(user: User, pk: int) -> Task | None:
    """One task as the board shows it."""
    return _tasks_shown(board_tasks(user)).filter(pk=pk).first()


def board_case(user: User, reference: str) -> Case | None:
    """One case as the board shows it."""
    return _cases_shown(board_cases(user)).filter(reference=reference).first()


def _tasks_shown(rows: "QuerySet[Task]") -> "QuerySet[Task]":
    parts = ("case_matter__case", "case_matter__edition", "organisation", "claimed_by", "step")
    return rows.select_related(*parts).defer(*list_columns("case_matter__edition__"), "case_matter__case__answers")


def _cases_shown(rows: "QuerySet[Case]") -> "QuerySet[Case]":
    return (
        rows.select_related("organisation", "claimed_by", "bundle")
        .prefetch_related(Prefetch("matters", matters_listed()))
        .defer("answers")
    )


def officers_for(task: Task) -> "QuerySet[Any]":
    """The officers who may be handed a task: those of its department who serve today."""
    return _users(appointments_today(Role.OFFICER).filter(organisation_id=task.organisation_id))


def clerks_for(case: Case) -> "QuerySet[Any]":
    """The clerks who may be handed a case: of its department's windows, and of the comprehensive ones (综合窗口)."""
    served = Q(window__is_comprehensive=True)
    if case.bundle_id is None:
        served |= Q(organisation_id=case.organisation_id)
    return _users(appointments_today(Role.CLERK).filter(served))


def _users(appointments: Any) -> "QuerySet[Any]":
    return User.objects.filter(pk__in=appointments.values("user_id")).order_by("name", "pk")


def _task_views(today: date, soon: date) -> dict[str, Q]:
    running = Q(state__in=(Task.State.OPEN, Task.State.PROPOSED))
    return {
        **_due_views("due_on", today, soon, running),
        "suspended": Q(state=Task.State.SUSPENDED),
        "proposed": Q(state=Task.State.PROPOSED),
    }


def _case_views(today: date, soon: date) -> dict[str, Q]:
    return _due_views("acceptance_due_on", today, soon, Q())


def _due_views(name: str, today: date, soon: date, running: Q) -> dict[str, Q]:
    """Late, due today, due on the next working day; a clock that stands still is none of them."""
    return {
        "late": Q(**{f"{name}__lt": today}) & running,
        "today": Q(**{name: today}) & running,
        "soon": Q(**{f"{name}__gt": today, f"{name}__lte": soon}) & running,
        "held": _held(),
    }


def _held() -> Q:
    return Q(claimed_until__gt=timezone.now())


def _next_working_day(today: date) -> date:
    calendar, day = workdays.calendar_now(), today + timedelta(days=1)
    while not calendar.is_working(day) and (day - today).days < 15:
        day += timedelta(days=1)
    return day


def _counted(rows: "QuerySet[Any]", views: dict[str, Q]) -> list[dict[str, Any]]:
    counts = {name: Count("pk", filter=condition) for name, condition in views.items()}
    return list(rows.order_by().values("organisation_id").annotate(open=Count("pk"), **counts))


def _by_organisation(rows: "QuerySet[Any]") -> Any:
    return rows.order_by().values_list("organisation_id").annotate(number=Count("pk"))


def _cards(today: date) -> dict[tuple[int, str], int]:
    """Yellow and red cards raised this month and not lifted on appeal."""
    rows = (
        Card.objects.filter(raised_on__gte=today.replace(day=1), level__in=(Card.Level.YELLOW, Card.Level.RED))
        .exclude(appeal=Card.Appeal.LIFTED)
        .order_by()
        .values("organisation_id", "level")
        .annotate(number=Count("pk"))
    )
    return {(row["organisation_id"], row["level"]): row["number"] for row in rows}


__all__ = [
    "FIGURES",
    "Line",
    "board_case",
    "board_cases",
    "board_cases_listed",
    "board_lines",
    "board_task",
    "board_tasks",
    "board_tasks_listed",
    "board_windows",
    "clerks_for",
    "officers_for",
    "serving_today",
]
