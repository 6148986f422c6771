"""What happened to a case, in words; and its public clock."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from approvals.models import Case, CaseMatter, Letter
from yiwu_portal.history.service import stream_entries
from yiwu_portal.workdays import service as workdays


@dataclass(frozen=True)
class Clock:
    """The one public clock of a case: what is due, by when, how computed, how much of it is used."""

    label: str
    due_on: date | None
    statutory_on: date | None
    used: int
    total: int
    statutory_total: int | None
    is_provisional: bool
    explanation: list[str]
    is_over: bool
    is_late: bool
    no_statutory_limit: bool

    @property
    def left(self) -> int:
        """Working days left; negative when late."""
        return self.total - self.used


def case_clock(case: Case) -> Clock | None:
    """The clock that runs now: the window's before acceptance, the departments' after it; None without one."""
    today = workdays.today()
    if case.state == Case.State.SUBMITTED and case.acceptance_computation and case.submitted_at:
        computation = workdays.Computation.from_dict(case.acceptance_computation)
        return _clock(
            _("Answer about acceptance"), computation, None, timezone.localdate(case.submitted_at), today, over=False
        )
    matters = [matter for matter in case.matters.all() if matter.promised_computation]
    if not matters or case.accepted_at is None:
        return None
    longest = max(matters, key=lambda matter: matter.promised_due_on or date.min)
    over = case.state == Case.State.CLOSED
    end = timezone.localdate(case.closed_at) if over and case.closed_at else today
    return _clock(
        _("Decision"),
        workdays.Computation.from_dict(longest.promised_computation or {}),
        longest,
        timezone.localdate(case.accepted_at),
        end,
        over=over,
    )


def _clock(label: str, computation: Any, matter: CaseMatter | None, start: date, end: date, *, over: bool) -> Clock:
    statutory = None
    if matter is not None and matter.statutory_computation:
        statutory = workdays.Computation.from_dict(matter.statutory_computation)
    calendar = workdays.calendar_now()
    used = workdays.working_days_between(start, end, calendar=calendar)
    return Clock(
        label=label,
        due_on=computation.end,
        statutory_on=statutory.end if statutory else None,
        used=used,
        total=workdays.working_days_between(start, computation.end or end, calendar=calendar),
        statutory_total=workdays.working_days_between(start, statutory.end or end, calendar=calendar)
        if statutory
        else None,
        is_provisional=computation.is_provisional,
        explanation=workdays.explain(computation, get_language() or "en"),
        is_over=over,
        is_late=computation.end is not None and end > computation.end,
        no_statutory_limit=matter is not None and statutory is None,
    )


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    title: str
    at: datetime
    who: str
    what: str = ""  # the matter, in a bundle


def case_timeline(case: Case) -> list[Event]:
    """The history of the case in the reader's language, newest last; inner acts of the desks are left out."""
    titles, matters = _titles(), _matters_named(case)
    if case.bundle_id or sum(map(_tasks_number, case.matters.all())) <= 1:  # the decision says it all
        for verb in ("task_grant", "task_refuse", "case_close"):
            del titles[verb]
    return [
        Event(titles[entry.verb], entry.at, *_who(case, entry, matters))
        for entry in stream_entries(case.stream)
        if entry.verb in titles
    ]


def _matters_named(case: Case) -> dict[str, CaseMatter]:
    """The matters of a bundle by the name history knows them by; of a single one nobody needs to be told which."""
    if not case.bundle_id:
        return {}
    matters = {f"approvals.casematter:{matter.pk}": matter for matter in case.matters.all()}
    prefetch_related_objects(list(matters.values()), "edition__matter__organisation")
    return matters


def _tasks_number(matter: CaseMatter) -> int:
    known: list[int] | None = getattr(matter, "task_ids", None)  # a desk reads no more of them
    return len(matter.tasks.all() if known is None else known)


def case_letters(case: Case) -> list[Letter]:
    """Every document issued about the case, the newest first."""
    return list(Letter.objects.filter(case=case).select_related("document"))


def _who(case: Case, entry: Any, matters: dict[str, CaseMatter]) -> tuple[str, str]:
    """Who did it, as the applicant knows them; and which matter of a bundle it was done to."""
    matter = matters.get(entry.subject)
    if matter is not None:
        return str(matter.edition.matter.organisation), matter.edition.name
    return (_("you") if entry.by_id == case.submitted_by_id else str(case.organisation)), ""


def _titles() -> dict[str, str]:
    return {
        "case_start": _("Draft begun"),
        "case_submit": _("Handed in"),
        "case_request_correction": _("Correction requested, everything at once"),
        "case_correct": _("Corrected and handed in again"),
        "case_accept": _("Accepted"),
        "case_refuse_acceptance": _("Not accepted"),
        "task_grant": _("A department agreed"),
        "task_refuse": _("A department refused"),
        "matter_run": _("Departments began"),
        "matter_stop": _("Stopped without a decision"),
        "matter_grant": _("Granted"),
        "matter_refuse": _("Refused"),
        "decision_correct": _("Document corrected"),
        "case_close": _("Everything decided"),
        "case_withdraw": _("Withdrawn"),
        "result_hand_over": _("Collected at the counter"),
    }
