"""Mandates (委托授权): who may act for whom, given by the one, laid down or revoked by either."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from yiwu_portal.accounts.service import user_by_verified_email
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import Refused, locked
from yiwu_portal.notifications.service import notify
from yiwu_portal.people.actions.files import person_ensure
from yiwu_portal.people.models import Enterprise, Evidence, Mandate, Person
from yiwu_portal.people.permissions import require
from yiwu_portal.workdays.service import date_words


def mandate_give_to_address(*, by: Any, email: str, starts_on: date, ends_on: date) -> Mandate:
    """As `mandate_give`: she lets whoever signs in with this proven address act for her.

    Raises `Refused` when nobody does who may act: unknown, unproven and locked out are one answer.
    """
    user = user_by_verified_email(email)
    if user is None or not user.is_active or user.is_system:
        raise Refused(_("Nobody signs in here with this address. Check it, or ask the person to sign up first."))
    agent, person = person_ensure(user=user), person_ensure(user=by)
    return mandate_give(by=by, agent=agent, person=person, starts_on=starts_on, ends_on=ends_on)


def mandate_give(
    *,
    by: Any,
    agent: Person,
    starts_on: date,
    ends_on: date,
    person: Person | None = None,
    enterprise: Enterprise | None = None,
    evidence: Evidence | None = None,
) -> Mandate:
    """Let the agent act (委托授权) for exactly one person or enterprise, from the first to the last day.

    Raises `NotYours` unless the person gives it herself, or `by` speaks for the enterprise or is a window clerk.
    """
    if (person is None) == (enterprise is None):
        raise TypeError("a mandate is for exactly one person or enterprise")
    if ends_on < starts_on:
        raise Refused(_("The last day lies before the first. Nothing was recorded."))
    if person and person.pk == agent.pk:
        raise Refused(_("Nobody needs a mandate to act for herself or himself."))
    values = {"agent": agent, "starts_on": starts_on, "ends_on": ends_on, "evidence": evidence}
    with _mandate_side(person, enterprise) as (side, permission, stream):
        require(by, permission, side)
        if evidence and evidence.person_id not in {agent.pk, person.pk if person else None}:
            raise Refused(_("This power of attorney belongs to somebody else's papers."))
        mandate, is_new = Mandate.objects.get_or_create(
            person=person, enterprise=enterprise, revoked_at=None, defaults={}, **values
        )
        if is_new:
            data = {"mandate": mandate.pk, "agent": agent.pk}
            owner = person.pk if person else None
            record(verb="mandate_give", by=by, stream=stream, subject=mandate, person_id=owner, data=data)
            _tell("mandate_given", mandate, agent)
    return mandate


def mandate_revoke(*, by: Any, mandate: Mandate) -> Mandate:
    """End a mandate at once, by either side. Twice is once."""
    with _mandate_side(mandate.person, mandate.enterprise) as (_side, _permission, stream):
        row = Mandate.objects.select_for_update().get(pk=mandate.pk)
        require(by, "people.mandate_revoke", row)
        if row.revoked_at is None:
            row.revoked_at = timezone.now()
            row.save(update_fields=["revoked_at"])
            record(
                verb="mandate_revoke",
                by=by,
                stream=stream,
                subject=row,
                person_id=row.person_id,
                data={"mandate": row.pk, "agent": row.agent_id},
            )
            _tell("mandate_ended", row, row.person if by.pk == row.agent.user_id else row.agent)
    return row


@contextmanager
def _mandate_side(person: Person | None, enterprise: Enterprise | None) -> Iterator[tuple[Any, str, str]]:
    """Hold the row the mandate is of: the row, the right needed to give one, and its history stream."""
    if person is not None:
        with locked(Person.objects.all(), pk=person.pk) as held:
            yield held, "people.mandate_give", f"person:{held.pk}"
    elif enterprise is not None:
        with locked(Enterprise.objects.all(), pk=enterprise.pk) as held_enterprise:
            yield held_enterprise, "people.enterprise_mandate_give", f"enterprise:{held_enterprise.pk}"


def _tell(kind: str, mandate: Mandate, person: Person | None) -> None:
    """Tell the other side in its own language; a person without an account hears nothing."""
    user = person.user if person else None
    if user is None or mandate.person is None:
        return
    with translation.override(user.language):
        notify(
            kind=f"people.{kind}",
            user=user,
            key=f"mandate:{mandate.pk}:{kind}",
            context={
                "giver": str(mandate.person.user or mandate.person),
                "agent": str(mandate.agent.user or mandate.agent),
                "starts": date_words(mandate.starts_on, year=True),
                "ends": date_words(mandate.ends_on, year=True),
            },
            path="/me/mandates/",
        )
