"""Reading people's files; every query knows who asks, or is told whose file the asker already holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yiwu_portal.history.service import looks_at
from yiwu_portal.lifecycle.service import NotYours
from yiwu_portal.people.models import Evidence, EvidenceType, Mandate, Person, TravelDocument
from yiwu_portal.people.rules import Standing, blind_index, number_normal, paper_standing

M = TypeVar("M", bound=Model)


def person_of(user: Any) -> Person | None:
    """The human being behind a signed-in user, or None before she told us anything."""
    return Person.objects.filter(user_id=user.pk).first() if user.is_authenticated else None


def persons_actable(user: Any) -> "QuerySet[Person]":
    """The persons this user acts for today: herself, and those whose live mandate she holds."""
    if not user.is_authenticated:
        return Person.objects.none()
    clients = Mandate.objects.live(timezone.localdate()).filter(agent__user_id=user.pk, person__isnull=False)
    return Person.objects.filter(Q(user_id=user.pk) | Q(pk__in=clients.values("person_id")))


def person_actable(user: Any, person_id: int) -> Person:
    """One person this user acts for today; raises `NotYours`."""
    return _found(persons_actable(user).filter(pk=person_id).first())


def travel_document_current(person: Person) -> TravelDocument | None:
    """The passport the person goes under now."""
    return person.travel_documents.filter(is_current=True).first()


def travel_documents_of(person: Person) -> "QuerySet[TravelDocument]":
    """All passports of a life, the current one first, then newest first."""
    return person.travel_documents.order_by("-is_current", "-recorded_at", "-pk")


def persons_by_document(number: str) -> list[int]:
    """Ids of the persons who hold or ever held a document of this number, those who hold it now first (R121)."""
    if not number_normal(number):
        return []
    found = TravelDocument.objects.filter(number_index=blind_index(number, key=settings.BLIND_INDEX_KEY))
    return list(dict.fromkeys(found.order_by("-is_current", "person_id").values_list("person_id", flat=True)))


def evidence_types() -> "QuerySet[EvidenceType]":
    """Every kind of paper the library knows."""
    return EvidenceType.objects.all()


def evidence_of(person: Person, *, type_code: str | None = None, usable_on: date | None = None) -> "QuerySet[Evidence]":
    """The papers in a person's library, newest first, each with `good_until`; `usable_on`: only those good that day."""
    papers = Evidence.objects.usable(usable_on) if usable_on else Evidence.objects.kept()
    papers = papers.filter(person_id=person.pk).select_related("type", "upload", "document", "travel_document")
    return papers.filter(type__code=type_code) if type_code else papers


@dataclass(frozen=True)
class Paper:
    """A paper of the library as its list shows it."""

    evidence: Evidence
    good_until: date | None
    standing: Standing


def evidence_shelves(person: Person) -> list[tuple[EvidenceType, list[Paper]]]:
    """The library by kind of paper, in the order of the names in the reader's language; one query."""
    today = timezone.localdate()
    shelves: dict[EvidenceType, list[Paper]] = {}
    for row in evidence_of(person):
        good_until: date | None = row.good_until  # type: ignore[attr-defined]
        is_old = row.travel_document is not None and not row.travel_document.is_current
        standing = paper_standing(good_until=good_until, today=today, is_of_old_passport=is_old)
        shelves.setdefault(row.type, []).append(Paper(row, good_until, standing))
    return sorted(shelves.items(), key=lambda shelf: shelf[0].name)


def person_looks(person: Person) -> "QuerySet[Any]":
    """Who opened this person's file, newest first."""
    return looks_at(person.pk)


def evidence_get(person: Person, pk: int) -> Evidence:
    """One paper of this person's library; raises `NotYours`."""
    return _found(evidence_of(person).filter(pk=pk).first())


def evidence_actable(user: Any, pk: int) -> Evidence:
    """One paper of anybody this user acts for today; raises `NotYours`."""
    papers = Evidence.objects.kept().filter(person__in=persons_actable(user), pk=pk)
    return _found(papers.select_related("type", "upload", "document", "person", "travel_document").first())


def mandate_active(agent: Person, person: Person, on: date | None = None) -> bool:
    """Whether the agent may act for the person on a day (today unless told)."""
    live = Mandate.objects.live(on or timezone.localdate())
    return live.filter(agent_id=agent.pk, person_id=person.pk).exists()


@dataclass(frozen=True)
class MandateShown:
    """A mandate as the list of one side shows it: `standing` is live, later, over or ended."""

    mandate: Mandate
    is_given: bool
    standing: str


def mandates_shown(person: Person) -> list[MandateShown]:
    """The mandates a person gave or holds, those that can still act first."""
    today, order = timezone.localdate(), ("live", "later", "over", "ended")
    rows = [
        MandateShown(row, row.person_id == person.pk, _standing(row, today))
        for row in mandates_of(person).select_related("agent__user", "person__user", "enterprise")
    ]
    return sorted(rows, key=lambda row: order.index(row.standing))


def _standing(mandate: Mandate, today: date) -> str:
    if mandate.revoked_at is not None:
        return "ended"
    if mandate.ends_on < today:
        return "over"
    return "later" if mandate.starts_on > today else "live"


def mandate_of(user: Any, pk: int) -> Mandate:
    """One mandate the user gave or holds herself; raises `NotYours`."""
    rows = Mandate.objects.filter(Q(person__user_id=user.pk) | Q(agent__user_id=user.pk), pk=pk)
    return _found(rows.select_related("agent__user", "person__user", "enterprise").first())


def mandates_of(person: Person) -> "QuerySet[Mandate]":
    """The mandates a person gave or holds, newest first."""
    rows = Mandate.objects.filter(Q(person_id=person.pk) | Q(agent_id=person.pk))
    return rows.select_related("agent", "person", "enterprise").order_by("-starts_on", "-pk")


def person_export(person: Person) -> dict[str, Any]:
    """Everything this room keeps of a person, in plain values, numbers in full: for herself alone (PIPL art. 45)."""
    return {
        "person": _row(person, leave={"user"}),
        "account": {"email": person.user.email, "language": person.user.language} if person.user else None,
        "travel_documents": [_row(row, leave={"person", "number_index"}) for row in travel_documents_of(person)],
        "evidence": [
            {
                **_row(row, leave={"person", "type", "upload", "document", "travel_document"}),
                "type": row.type.code,
                "file": {"name": row.name, "sha256": row.sha256} | ({"bytes": row.upload.size} if row.upload else {}),
            }
            for row in Evidence.objects.filter(person_id=person.pk).select_related("type", "upload", "document")
        ],
        "mandates": [_mandate_row(row, person) for row in mandates_of(person)],
        "looks": [
            {"at": entry.at.isoformat(), "by": str(entry.by or ""), "task": entry.data.get("task", "")}
            for entry in looks_at(person.pk)
        ],
    }


def _mandate_row(mandate: Mandate, person: Person) -> dict[str, Any]:
    # an agent's export names no client: that is the client's data
    is_giver = mandate.person_id == person.pk
    return {
        **_row(mandate, leave={"person", "agent", "enterprise", "evidence"}),
        "side": "given" if is_giver else "held",
        "agent": str(mandate.agent) if is_giver else None,
        "enterprise": mandate.enterprise.credit_code if mandate.enterprise else None,
    }


def _row(row: Any, *, leave: set[str]) -> dict[str, Any]:
    """Every column of a row but those named, so that a column added later is exported too."""
    fields = [field for field in row._meta.concrete_fields if field.name not in leave]
    return {field.name: _plain(field.value_from_object(row)) for field in fields}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _found(row: M | None) -> M:
    if row is None:
        raise NotYours(_("This page does not exist, or is not yours to see."))
    return row


NEEDED = ("surname", "birth_on", "nationality", "phone", "address")


def person_gaps(person: Person, *, document: TravelDocument | None = None) -> list[str]:
    """What an application still needs to know of her, in words: details not given, no passport, or one that expired.

    `document` is the passport she goes under now, from whoever holds it already.
    """
    gaps = [str(person._meta.get_field(name).verbose_name) for name in NEEDED if not getattr(person, name)]  # type: ignore[union-attr]
    document = document or travel_document_current(person)
    if document is None:
        gaps.append(_("your passport"))
    elif document.expires_on < timezone.localdate():
        gaps.append(_("a passport that has not expired"))
    return gaps
