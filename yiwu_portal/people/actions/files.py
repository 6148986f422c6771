"""The verbs on people's files. Each holds the person's row, checks the right, changes, and records codes only."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

from yiwu_portal.facts.service import PassportReplaced, publish
from yiwu_portal.history.service import look_record, record, record_many
from yiwu_portal.lifecycle.service import NotYours, Refused, locked
from yiwu_portal.people.models import Enterprise, Evidence, EvidenceType, Person, TravelDocument
from yiwu_portal.people.permissions import require
from yiwu_portal.people.queries import evidence_of, travel_document_current
from yiwu_portal.people.rules import Mrz, blind_index, credit_code_read, names_agree, number_normal

DETAILS = ("surname", "given_names", "native_name", "birth_on", "sex", "nationality", "phone", "address")
EVIDENCE_TYPES = Path(__file__).parent.parent / "data" / "evidence_types.yaml"


@contextmanager
def person_held(*, by: Any, person: Person, permission: str) -> Iterator[Person]:
    """Hold the person's row, and with it her history stream; raises `NotYours` when `by` lacks the right."""
    with locked(Person.objects.all(), pk=person.pk) as held:
        require(by, permission, held)
        yield held


def person_ensure(*, user: Any) -> Person:
    """The person behind a user, made empty on first need."""
    with transaction.atomic():
        person, is_new = Person.objects.get_or_create(user=user, defaults={"is_demo": user.is_demo})
        if is_new:
            _note("person_ensure", by=user, person=person)
    return person


def person_update(*, by: Any, person: Person, **fields: Any) -> Person:
    """Set details (`DETAILS`) of a person; history names the fields that changed, never their values."""
    if unknown := set(fields) - set(DETAILS):
        raise TypeError(f"no such details: {', '.join(sorted(unknown))}")
    with person_held(by=by, person=person, permission="people.person_update") as held:
        changed = sorted(name for name, value in fields.items() if getattr(held, name) != value)
        if changed:
            for name in changed:
                setattr(held, name, fields[name])
            held.save(update_fields=changed)
            _note("person_update", by=by, person=held, fields=changed)
    return held


def travel_document_add(
    *, by: Any, person: Person, number: str, issuing_country: str, expires_on: date, mrz: Mrz | None = None
) -> TravelDocument:
    """Go on under this passport: the one before is kept as an old one, and programmes hear of it (R121).

    The number in use given again corrects its country and date; an older number given again becomes current.
    `mrz` fills details still empty. Raises `Refused` for an expired passport, or one of somebody born on another day.
    """
    number = number_normal(number)
    if not number:
        raise Refused(_("The document number is missing. Nothing was changed."))
    if expires_on < timezone.localdate():
        raise Refused(_("This passport has expired. Nothing was changed; add the one you travel with now."))
    with person_held(by=by, person=person, permission="people.travel_document_add") as held:
        data = _compared(held, mrz) if mrz else {}
        index = blind_index(number, key=settings.BLIND_INDEX_KEY)
        before = travel_document_current(held)
        values = {"issuing_country": issuing_country, "expires_on": expires_on}
        if before and before.number_index == index and not _differing(before, values):
            return before
        is_replacing = before is not None and before.number_index != index
        if is_replacing:
            held.travel_documents.filter(is_current=True).update(is_current=False)
        document, _is_new = TravelDocument.objects.update_or_create(
            person=held,
            number_index=index,
            defaults={**values, "is_current": True},
            create_defaults={**values, "number": number, "number_index": index, "person": held},
        )
        if mrz:
            _filled(by, held, mrz)
        replaced = {"replaced": before.pk} if before and is_replacing else {}
        _note("travel_document_add", by=by, person=held, document=document.pk, **replaced, **data)
        if is_replacing:
            publish(PassportReplaced(person_id=held.pk))
    return document


def evidence_add(*, by: Any, person: Person, type_code: str, upload: Any, expires_on: date | None = None) -> Evidence:
    """Put a paper into a person's library; the same file under the same type twice is once (R46).

    Raises `Refused` for a paper already expired, an unknown type, or a file somebody else sent.
    """
    if upload.by_id != by.pk:
        raise Refused(_("This file was sent by somebody else. Send it yourself, then add it."))
    if expires_on and expires_on < timezone.localdate():
        raise Refused(_("This paper has already expired. Nothing was added; send one that is still good."))
    paper_type = EvidenceType.objects.filter(code=type_code).first()
    if paper_type is None:
        raise Refused(_("The library knows no such kind of paper. Choose one from the list."))
    with person_held(by=by, person=person, permission="people.evidence_add") as held:
        for paper in evidence_of(held, type_code=type_code):
            if paper.upload_id == upload.pk or (upload.sha256 and paper.sha256 == upload.sha256):
                return paper
        document = travel_document_current(held) if paper_type.is_of_travel_document else None
        paper = Evidence.objects.create(
            person=held, type=paper_type, upload=upload, expires_on=expires_on, travel_document=document
        )
        _note("evidence_add", by=by, person=held, evidence=paper.pk, type=type_code)
    return paper


def evidence_issued(*, person: Person, type_code: str, document: Any) -> Evidence:
    """Put a document the portal issued into the person's library, so that no matter asks for it again; twice is once.

    In the caller's transaction; the document is hers, so nobody's right is asked. Raises `Refused` for an unknown type.
    """
    paper_type = EvidenceType.objects.filter(code=type_code).first()
    if paper_type is None:
        raise Refused(_("The library knows no such kind of paper. Choose one from the list."))
    paper, is_new = Evidence.objects.get_or_create(person=person, type=paper_type, document=document, removed_at=None)
    if is_new:
        _note("evidence_issued", by=None, person=person, evidence=paper.pk, type=type_code)
    return paper


def evidence_remove(*, by: Any, evidence: Evidence) -> Evidence:
    """Take a paper out of the library; applications that used it keep it. Twice is once."""
    with person_held(by=by, person=evidence.person, permission="people.evidence_remove") as held:
        paper = Evidence.objects.select_for_update().get(pk=evidence.pk)
        if paper.removed_at is None:
            paper.removed_at = timezone.now()
            paper.save(update_fields=["removed_at"])
            _note("evidence_remove", by=by, person=held, evidence=paper.pk)
    return paper


def enterprise_ensure(*, by: Any, credit_code: str, name: str) -> Enterprise:
    """The enterprise of this credit code, recorded on first need; raises `CreditCodeProblem` for a wrong code.

    Recording one gives nobody a right over it: that takes a mandate.
    """
    code = credit_code_read(credit_code)
    with transaction.atomic():
        enterprise, is_new = Enterprise.objects.get_or_create(credit_code=code, defaults={"name": name.strip()})
        if is_new:
            record(verb="enterprise_ensure", by=by, stream=f"enterprise:{enterprise.pk}", subject=enterprise)
    return enterprise


def person_look(*, by: Any, task: str, person: Person | None = None, person_id: int = 0) -> Person:
    """Open a person's file for a named task of one's office; she sees that it was looked at, by whom and for what (P1).

    Whoever holds the person's row gives it, anybody else her number. Raises `NotYours` for a user without an
    appointment today, and for a person who is not there.
    """
    require(by, "people.person_look")
    person = person or Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotYours(_("This page does not exist, or is not yours to see."))
    look_record(by=by, person_id=person.pk, task=task, subject=person)
    return person


def client_look(*, by: Any, person: Person, subject: Any) -> None:
    """Record that an agent opened a paper of the person she acts for; one's own papers are nobody's news."""
    require(by, "people.person_read", person)
    if person.user_id != by.pk:
        look_record(by=by, person_id=person.pk, task="mandate", subject=subject)


def person_export_record(*, by: Any, person: Person) -> None:
    """Record that a person took a copy of her data."""
    with person_held(by=by, person=person, permission="people.person_export") as held:
        _note("person_export", by=by, person=held)


def _note(verb: str, *, by: Any, person: Person, **data: Any) -> None:
    record(verb=verb, by=by, stream=f"person:{person.pk}", subject=person, person_id=person.pk, data=data)


def demo_persons_make(*, rows: Sequence[Mapping[str, Any]], papers: Mapping[str, Any], at: datetime) -> list[Person]:
    """Invented persons in bulk, each with a passport and the same papers, recorded as of `at`.

    A row holds the details of a person, her `user`, and of her passport `number` and `expires_on`; `papers` are
    uploads by evidence type. Each person returned carries `.passport` and `.papers`, evidence ids by type.
    """
    types = {row.code: row for row in EvidenceType.objects.filter(code__in=papers)}
    with transaction.atomic():
        persons = Person.objects.bulk_create(
            Person(user=row["user"], is_demo=True, **{name: row[name] for name in DETAILS}) for row in rows
        )
        numbers = [number_normal(row["number"]) for row in rows]
        documents = TravelDocument.objects.bulk_create(
            TravelDocument(
                person=person,
                number=number,
                number_index=blind_index(number, key=settings.BLIND_INDEX_KEY),
                issuing_country=person.nationality,
                expires_on=row["expires_on"],
            )
            for person, number, row in zip(persons, numbers, rows, strict=True)
        )
        evidence = Evidence.objects.bulk_create(
            Evidence(
                person=person,
                type=types[code],
                upload=upload,
                travel_document=document if types[code].is_of_travel_document else None,
            )
            for person, document in zip(persons, documents, strict=True)
            for code, upload in papers.items()
        )
        for person, document in zip(persons, documents, strict=True):
            person.passport, person.papers = document, {}  # type: ignore[attr-defined]
        by_pk = {person.pk: person for person in persons}
        for paper in evidence:
            by_pk[paper.person_id].papers[paper.type.code] = paper.pk  # type: ignore[attr-defined]
        acts = [("person_update", {"fields": sorted(DETAILS)}), ("travel_document_add", {})]
        record_many(
            acts=(
                {
                    "verb": verb,
                    "by": person.user,
                    "stream": f"person:{person.pk}",
                    "subject": person,
                    "person_id": person.pk,
                    "data": {**data, "document": person.passport.pk} if verb == "travel_document_add" else data,  # type: ignore[attr-defined]
                    "at": at,
                }
                for person in persons
                for verb, data in acts
            )
        )
    return persons


def _differing(row: Any, values: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _compared(person: Person, mrz: Mrz) -> dict[str, Any]:
    """What the passport says against what we know: another birthday refuses, another name is noted as a code."""
    if person.birth_on and mrz.birth_on and person.birth_on != mrz.birth_on:
        raise Refused(
            _(
                "This passport gives another date of birth than your details. Nothing was changed. "
                "If your details are wrong, correct them first; if the passport is wrong, come to a window."
            )
        )
    known, said = f"{person.surname} {person.given_names}", f"{mrz.surname} {mrz.given_names}"
    return {"name": "differs"} if person.surname and not names_agree(known, said) else {}


def _filled(by: Any, person: Person, mrz: Mrz) -> None:
    said = {
        "surname": mrz.surname,
        "given_names": mrz.given_names,
        "birth_on": mrz.birth_on,
        "sex": mrz.sex,
        "nationality": mrz.nationality_country,
    }
    fields = {name: value for name, value in said.items() if value and not getattr(person, name)}
    if fields:
        person_update(by=by, person=person, **fields)


class EvidenceTypesProblem(ValueError):
    """The file of evidence types is wrong; `str()` names the type and the field. Nothing was loaded."""


def evidence_types_load(*, path: Path = EVIDENCE_TYPES) -> dict[str, int]:
    """Load the kinds of paper from YAML, all or nothing, and count what was created, changed, left alone.

    A type no longer in the file stays: papers refer to it. Raises `EvidenceTypesProblem`.
    """
    rows = _evidence_type_rows(path)
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    with transaction.atomic():
        for code, values in rows.items():
            paper_type = EvidenceType.objects.select_for_update().filter(code=code).first()
            if paper_type is None:
                EvidenceType.objects.create(code=code, **values)
                counts["created"] += 1
            elif _differing(paper_type, values):
                for name, value in values.items():
                    setattr(paper_type, name, value)
                paper_type.save()
                counts["changed"] += 1
            else:
                counts["unchanged"] += 1
    return counts


def _evidence_type_rows(path: Path) -> dict[str, dict[str, Any]]:
    """The file as column values by code."""
    from jsonschema import Draft202012Validator  # takes a second to load, and only a load of data needs it

    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise EvidenceTypesProblem(f"{path.name}: {error}") from error
    languages = [code for code, _name in settings.LANGUAGES]
    texts = {"type": "object", "required": languages, "additionalProperties": {"type": "string", "minLength": 1}}
    row = {
        "type": "object",
        "required": ["name", "hint"],
        "additionalProperties": False,
        "properties": {
            "name": texts,
            "hint": texts,
            "validity_days": {"type": "integer", "minimum": 1},
            "is_of_travel_document": {"type": "boolean"},
        },
    }
    schema = {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^[a-z][a-z-]{2,39}$"}}
    for flaw in Draft202012Validator({**schema, "additionalProperties": row}).iter_errors(rows):
        place = " → ".join(str(part) for part in flaw.absolute_path)
        raise EvidenceTypesProblem(f"{path.name}: {place}: {flaw.message}")
    return {
        code: {
            "validity_days": given.get("validity_days"),
            "is_of_travel_document": given.get("is_of_travel_document", False),
            **{
                build_localized_fieldname(field, lang): given[field][lang]
                for field in ("name", "hint")
                for lang in languages
            },
        }
        for code, given in rows.items()
    }
