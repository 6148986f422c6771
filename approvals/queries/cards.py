"""Cards: which are due, who sees them, and what the applicant is told of them."""

from datetime import datetime, time
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from approvals.models import Card, Case, Task
from approvals.queries.columns import list_columns
from approvals.rules.cards import NOTICE, RED, YELLOW, CardDays
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import Role, has_role, organisation_ids, served_organisation_ids, serves_comprehensive

RUNNING = (Task.State.OPEN, Task.State.PROPOSED)  # a clock that stands still gets no card


def tasks_carded(days: CardDays) -> "QuerySet[Case]":
    """Cases with a running task that is due a card it does not have."""
    midnight = timezone.make_aware(datetime.combine(days.today, time()))
    statute = Q(case_matter__statutory_due_on__lt=days.today)
    began = Q(due_on__lt=days.today) | Q(due_on__lte=days.notice_until, opened_at__lt=midnight)
    tasks = Task.objects.filter(statute | began, state__in=RUNNING).annotate(
        level=_level(statute | Q(due_on__lte=days.red_until), Q(due_on__lt=days.today))
    )
    there = Card.objects.filter(task_id=OuterRef("pk"), due_on=OuterRef("due_on"), level=OuterRef("level"))
    missing = tasks.filter(~Exists(there))
    return Case.objects.filter(pk__in=missing.values("case_matter__case_id"))


def windows_carded(days: CardDays) -> "QuerySet[Case]":
    """Cases at the window that are due a card they do not have."""
    cases = Case.objects.filter(state=Case.State.SUBMITTED, acceptance_due_on__lte=days.notice_until).annotate(
        level=_level(Q(acceptance_due_on__lte=days.red_until), Q(acceptance_due_on__lt=days.today))
    )
    there = Card.objects.filter(
        case_id=OuterRef("pk"), task=None, due_on=OuterRef("acceptance_due_on"), level=OuterRef("level")
    )
    return cases.filter(~Exists(there))


def _level(red: Q, yellow: Q) -> Any:
    return models.Case(
        When(red, then=Value(RED)),
        When(yellow, then=Value(YELLOW)),
        default=Value(NOTICE),
        output_field=models.CharField(),
    )


def tasks_running(case: Case) -> "QuerySet[Task]":
    """The tasks of a case whose clocks run, with what a card asks of them."""
    rows = Task.objects.filter(case_matter__case=case, state__in=RUNNING, due_on__isnull=False)
    return rows.select_related("case_matter", "organisation").order_by("id")


def cards_owned(user: User) -> "QuerySet[Card]":
    """The cards of the clocks this user works on: her departments', and her window's."""
    departments = organisation_ids(user, Role.OFFICER) | organisation_ids(user, Role.HEAD)
    window = Q(task__isnull=True, case__organisation_id__in=served_organisation_ids(user))
    if not serves_comprehensive(user):
        window &= Q(case__bundle__isnull=True)
    return Card.objects.filter(Q(task__isnull=False, organisation_id__in=departments) | window)


def cards_judged(user: User) -> "QuerySet[Card]":
    """All cards, for a supervisor or the manager of the centre; none for anybody else."""
    return Card.objects.all() if has_role(user, Role.SUPERVISOR, Role.MANAGER) else Card.objects.none()


def cards_seen(user: User) -> "QuerySet[Card]":
    """What a user's list of cards holds."""
    return cards_judged(user) if has_role(user, Role.SUPERVISOR, Role.MANAGER) else cards_owned(user)


def cards_listed(user: User, *, level: str = "", appeal: str = "", organisation: str = "") -> "QuerySet[Card]":
    """The list of cards, the newest first; an unknown filter is none."""
    cards = cards_seen(user)
    if level in Card.Level.values:
        cards = cards.filter(level=level)
    if appeal in Card.Appeal.values and appeal:
        cards = cards.filter(appeal=appeal)
    if organisation:
        cards = cards.filter(organisation__code=organisation[:3])
    return _whole(cards)


def card_seen(user: User, pk: int) -> Card | None:
    """One card of the user's list."""
    return _whole(cards_seen(user)).filter(pk=pk).first()


def cards_of(case: Case) -> list[Card]:
    """The cards of a case about which its applicant was told why it is late."""
    return list(Card.objects.filter(case=case).exclude(why="").select_related("organisation").order_by("why_at"))


def _whole(cards: "QuerySet[Card]") -> "QuerySet[Card]":
    edition = "task__case_matter__edition"
    return (
        cards.select_related("case", "organisation", f"{edition}__matter", "task__step", "why_by", "appeal_by")
        .defer(*list_columns(f"{edition}__"))
        .order_by("-raised_at", "-id")
    )
