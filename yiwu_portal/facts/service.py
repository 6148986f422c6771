"""How programmes hear of one another: a dataclass published inside the transaction, received in the same one."""

from dataclasses import dataclass

from django.db import transaction

from yiwu_portal.programmes.service import fact_receivers


@dataclass(frozen=True)
class Fact:
    """Something that happened, said in plain values: ids and codes, never a programme's model."""


@dataclass(frozen=True)
class CaseClosed(Fact):
    """An application came to its end (办结)."""

    reference: str
    person_id: int
    outcome: str


@dataclass(frozen=True)
class PassportReplaced(Fact):
    """A person goes on under a new travel document (R121)."""

    person_id: int


def publish(fact: Fact) -> None:
    """Tell every receiver, now; raises `TransactionManagementError` outside a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a fact is published inside the transaction it belongs to")
    for receive in fact_receivers(type(fact)):
        receive(fact)
