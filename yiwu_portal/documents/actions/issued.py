"""Issuing documents: the row in the caller's transaction, the PDF after the commit; revoking and replacing them."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.utils import timezone, translation

from yiwu_portal.documents import printing, queries, rules
from yiwu_portal.documents.models import IssuedDocument, random_name
from yiwu_portal.history.service import record, record_many
from yiwu_portal.lifecycle.service import locked, moment, move
from yiwu_portal.programmes.service import task_send_after_commit

CODE_TRIES = 5  # two codes being the same has a chance of one in 10^13 for each document


def document_issue(
    *,
    kind: str,
    template: str,
    organisation: models.Model,
    person: models.Model | None,
    language: str,
    payload: dict[str, Any],
    by: models.Model | None,
    prefix: str,
) -> IssuedDocument:
    """Write down a document of an organisation, inside the caller's transaction; its PDF follows the commit.

    `payload` is what the template prints (see `templates/documents/pdf/letter.html`). The organisation's names are
    taken as they are today. Raises `TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a document is issued in the transaction of its decision")
    now = moment()
    document = _with_new_code(
        number=_number(prefix, timezone.localtime(now).year),
        kind=kind,
        template=template,
        organisation=organisation,
        person=person,
        language=language,
        payload={**payload, "organisation": _names(organisation, language)},
        issued_at=now,
        issued_by=by,
    )
    record(
        verb="document_issue",
        by=by,
        stream=f"document:{document.pk}",
        subject=document,
        person_id=person.pk if person else None,
        data={"number": document.number, "kind": kind},
    )
    task_send_after_commit("documents.document_render", document.pk)
    return document


def documents_issue_many(*, rows: Iterable[Mapping[str, Any]]) -> list[IssuedDocument]:
    """Issue many documents in a few statements: the arguments of `document_issue`, and `at`, the moment of each.

    For bulk work (simulation, imports). Their PDFs come last: whatever a person waits for goes before them.
    """
    rows = list(rows)
    names: dict[tuple[Any, str], dict[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('documents_number_seq') FROM generate_series(1, %s)", [len(rows)])
        serials = [serial for (serial,) in cursor.fetchall()]
    made = []
    for row, serial in zip(rows, serials, strict=True):
        organisation, language = row["organisation"], row["language"]
        key = (organisation.pk, language)
        if key not in names:
            names[key] = _names(organisation, language)
        made.append(
            IssuedDocument(
                number=f"{row['prefix']}-{timezone.localtime(row['at']).year}-{serial:06d}",
                code=rules.code_new(),
                payload={**row["payload"], "organisation": names[key]},
                issued_at=row["at"],
                issued_by=row["by"],
                render_attempts=1,  # rows without an attempt are rendered first
                **{name: row[name] for name in ("kind", "template", "organisation", "person", "language")},
            )
        )
    IssuedDocument.objects.bulk_create(made, batch_size=1000)
    record_many(
        acts=(
            {
                "verb": "document_issue",
                "by": row.issued_by,
                "stream": f"document:{row.pk}",
                "subject": row,
                "person_id": row.person_id,
                "data": {"number": row.number, "kind": row.kind},
                "at": row.issued_at,
            }
            for row in made
        )
    )
    return made


def document_render(*, pk: int) -> IssuedDocument | None:
    """Make the PDF of a document that has none; of two made at once one is kept. Raises `PdfUnavailable`."""
    document = queries.document_of(pk)
    if document is None or document.sha256:
        return document
    unrendered = IssuedDocument.objects.filter(pk=pk, sha256="")
    unrendered.update(render_attempts=F("render_attempts") + 1)
    data = printing.document_pdf(document)
    name = random_name()
    path = queries.document_path(name)
    default_storage.save(path, ContentFile(data))
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        won = unrendered.update(storage_name=name, sha256=digest, rendered_at=timezone.now())
    if not won:
        default_storage.delete(path)
    return queries.document_of(pk)


def document_revoke(*, by: models.Model | None, document: IssuedDocument, reason: str) -> IssuedDocument:
    """Say that a document no longer holds; a second time changes nothing. Raises `Stale` when it was replaced."""
    with locked(queries.documents(), pk=document.pk) as row:
        if row.standing == IssuedDocument.Standing.REVOKED:
            return row
        row.standing_reason, row.standing_changed_at = reason[:300], moment()
        move(row, "revoke")
        record(verb="document_revoke", by=by, stream=f"document:{row.pk}", subject=row, person_id=row.person_id)
        return row


def document_supersede(
    *, by: models.Model | None, old: IssuedDocument, new: IssuedDocument, reason: str
) -> IssuedDocument:
    """Put a new document in an old one's place; twice is once. Raises `Stale` when the old was revoked."""
    if old.pk == new.pk:
        raise ValueError("a document can't take its own place")
    with locked(queries.documents(), pk=old.pk) as row:
        if row.standing == IssuedDocument.Standing.SUPERSEDED and row.superseded_by_id == new.pk:
            return row
        row.standing_reason, row.standing_changed_at, row.superseded_by = reason[:300], moment(), new
        move(row, "supersede")
        record(
            verb="document_supersede",
            by=by,
            stream=f"document:{row.pk}",
            subject=row,
            person_id=row.person_id,
            data={"by_number": new.number},
        )
        return row


def _number(prefix: str, year: int) -> str:
    """`<PREFIX>-<year>-<six digits>`; numbers may have gaps, never twins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('documents_number_seq')")
        return f"{prefix}-{year}-{cursor.fetchone()[0]:06d}"


def _with_new_code(**values: Any) -> IssuedDocument:
    for attempt in range(CODE_TRIES):
        try:
            with transaction.atomic():
                return IssuedDocument.objects.create(code=rules.code_new(), **values)
        except IntegrityError:
            if attempt == CODE_TRIES - 1:
                raise
    raise AssertionError("not reached")


def _names(organisation: models.Model, language: str) -> dict[str, str]:
    """An organisation's name in Chinese and in the person's language, where the catalogue has them."""
    names = {}
    for key, code in (("zh", "zh-hans"), ("lang", language)):
        with translation.override(code):
            names[key] = str(organisation.name)  # type: ignore[attr-defined]
    return names
