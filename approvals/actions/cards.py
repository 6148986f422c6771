"""Cards of the e-supervision (红黄牌): raised by the clock, explained by their owners, judged by others."""

from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions.rounds import SECONDS, each_case
from approvals.actions.staff_telling import staff_tell
from approvals.actions.telling import tell
from approvals.models import Card, Case, Task
from approvals.queries.cards import (
    cards_judged,
    cards_owned,
    tasks_carded,
    tasks_running,
    windows_carded,
)
from approvals.rules.cards import CardDays, card_days
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import Role, staff_of
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import NotYours, Refused, Stale, locked, moment, require
from yiwu_portal.workdays import service as workdays

COLOURED = (Card.Level.YELLOW, Card.Level.RED)


def cards_raise(*, seconds: float = SECONDS) -> int:
    """Raise every card that is due today; in how many cases. Twice is once: a card is of one clock, day and level."""
    days = card_days(workdays.calendar_now(), workdays.today())
    at_desks = each_case(cases=tasks_carded(days), act=partial(_raise_at_desks, days), seconds=seconds / 2)
    at_windows = each_case(cases=windows_carded(days), act=partial(_raise_at_window, days), seconds=seconds / 2)
    return at_desks.checked() + at_windows.checked()


def _raise_at_desks(days: CardDays, case: Case) -> bool:
    raised = False
    for task in tasks_running(case):
        started = timezone.localdate(task.opened_at) if task.opened_at else None
        statutory = task.case_matter.statutory_due_on
        if task.due_on and (level := days.level(task.due_on, statutory=statutory, started=started)):
            raised |= card_raise(case=case, task=task, level=level, due_on=task.due_on) is not None
    return raised


def _raise_at_window(days: CardDays, case: Case) -> bool:
    due = case.acceptance_due_on
    level = days.level(due) if due else None
    return bool(due and level and card_raise(case=case, task=None, level=level, due_on=due))


def card_raise(*, case: Case, task: Task | None, level: str, due_on: date) -> Card | None:
    """Raise a card in a case the caller holds locked and tell its owners; None when it was raised before."""
    if Card.objects.filter(case=case, task=task, due_on=due_on, level=level).exists():
        return None
    organisation = task.organisation if task else case.organisation
    card = Card.objects.create(
        case=case,
        task=task,
        organisation=organisation,
        level=level,
        due_on=due_on,
        raised_on=timezone.localdate(moment()),
        raised_at=moment(),
    )
    staff_tell(
        users=staff_of(organisation.pk, Role.OFFICER if task else Role.CLERK),
        kind="card_raised",
        key=f"card:{card.pk}",
        path="/cards/" if level in COLOURED else f"/desk/{task.pk}/" if task else f"/window/{case.reference}/",
        words={
            "reference": lambda: case.reference,
            "level": lambda: str(Card.Level(level).label),
            "due": lambda: workdays.date_words(due_on, year=True),
            "is_notice": lambda: level == Card.Level.NOTICE,
        },
    )
    record(
        verb="card_raise",
        by=None,
        stream=case.stream,
        subject=card,
        person_id=case.applicant_id,
        data={"level": level, "due_on": due_on.isoformat(), "organisation": organisation.pk},
    )
    return card


def card_explain(*, by: User, card_id: int, why: str) -> Card:
    """Answer “why are we late”, once; the applicant is told, and reads it on the page of her application."""
    if not why.strip():
        raise Refused(_("Say why it is late: the applicant reads it. Nothing was changed."))
    with locked(_cases(cards_owned(by).filter(pk=card_id))) as case:
        card = _card(card_id, by, "approvals.card_explain")
        if card.level not in COLOURED:
            raise Stale(_("Nothing is late yet: this is only a reminder. Nothing was changed."))
        if card.why:
            raise Stale(_("This was explained already. Nothing was changed."))
        card.why, card.why_language, card.why_by, card.why_at = why.strip(), by.language, by, moment()
        card.save(update_fields=["why", "why_language", "why_by", "why_at"])
        more = {
            "why": lambda: card.why,
            "who": lambda: card.organisation.name,
            "due": lambda: workdays.date_words(card.due_on, year=True),
        }
        tell(case=case, kind="card_explained", key=f"card:{card.pk}", more=more)
        _note("card_explain", case, card, by)
    return card


def card_appeal(*, by: User, card_id: int, reason: str) -> Card:
    """Appeal against a yellow or red card, once; a supervisor or the manager answers."""
    if not reason.strip():
        raise Refused(_("Say why the card should go. Nothing was changed."))
    with locked(_cases(cards_owned(by).filter(pk=card_id))) as case:
        card = _card(card_id, by, "approvals.card_appeal")
        if card.level not in COLOURED:
            raise Stale(_("Nothing is late yet: this is only a reminder. Nothing was changed."))
        if card.appeal:
            raise Stale(_("Somebody has appealed against this card already. Nothing was changed."))
        card.appeal, card.appeal_reason = Card.Appeal.ASKED, reason.strip()
        card.appeal_by, card.appeal_at = by, moment()
        card.save(update_fields=["appeal", "appeal_reason", "appeal_by", "appeal_at"])
        _note("card_appeal", case, card, by)
    return card


def card_answer(*, by: User, card_id: int, lifted: bool, answer: str) -> Card:
    """Answer an appeal: the card is lifted, or stays; in words either way. Nobody answers her own."""
    if not answer.strip():
        raise Refused(_("Give the reason for your answer. Nothing was changed."))
    with locked(_cases(cards_judged(by).filter(pk=card_id))) as case:
        card = _card(card_id, by, "approvals.card_answer")
        if card.appeal != Card.Appeal.ASKED:
            raise Stale(_("No appeal waits for an answer here (any more). Nothing was changed."))
        if card.appeal_by_id == by.pk:
            raise Refused(_("You appealed yourself; somebody else has to answer. Nothing was changed."))
        card.appeal, card.answer = Card.Appeal.LIFTED if lifted else Card.Appeal.UPHELD, answer.strip()
        card.answered_by, card.answered_at = by, moment()
        card.save(update_fields=["appeal", "answer", "answered_by", "answered_at"])
        staff_tell(
            users=[card.appeal_by] if card.appeal_by else [],
            kind="card_answered",
            key=f"card:{card.pk}",
            path="/cards/",
            words={
                "reference": lambda: case.reference,
                "is_lifted": lambda: lifted,
                "answer": lambda: card.answer,
            },
        )
        _note("card_answer", case, card, by, lifted=lifted)
    return card


def _cases(cards: "QuerySet[Card]") -> "QuerySet[Case]":
    rows = Case.objects.select_related("applicant", "organisation", "submitted_by")
    return rows.filter(pk__in=cards.values("case_id"))


def _card(card_id: int, by: User, permission: str) -> Card:
    rows = Card.objects.select_for_update(of=("self",)).select_related("case", "organisation", "appeal_by")
    card = rows.filter(pk=card_id).first()
    if card is None:
        raise NotYours(_("This page does not exist, or is not yours to see."))
    require(by, permission, card)
    return card


def _note(verb: str, case: Case, card: Card, by: User, **data: Any) -> None:
    data |= {"level": card.level}
    record(verb=verb, by=by, stream=case.stream, subject=card, person_id=case.applicant_id, data=data)
