"""Reading uploads and documents. The room that shows one has already asked who may see it."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from yiwu_portal.documents import rules
from yiwu_portal.documents.models import IssuedDocument, Upload
from yiwu_portal.documents.refusals import WARNINGS, NotServed
from yiwu_portal.programmes.service import Counted

if TYPE_CHECKING:
    from yiwu_portal.accounts.models import User

log = logging.getLogger(__name__)
ORPHAN_AGE = timedelta(hours=1)  # far longer than any transaction that could still name a file
ORPHANS_LEFT = timedelta(days=1)
SERVED = (Upload.Scan.CLEAN, Upload.Scan.UNSCANNED)


@dataclass(frozen=True)
class Verification:
    """What the public hears of a code: `standing` is valid, revoked, superseded or unknown.

    `problem` says of an unknown code why it can't be one of ours: letters, length, check; empty when it could be.
    """

    standing: str
    document: IssuedDocument | None = None
    problem: str = ""
    code: str = ""


def document_verify(code: str) -> Verification:
    """How a document stands, by its typed or scanned code; spaces, dashes and small letters don't matter."""
    normal = rules.code_normal(code)
    if problem := rules.code_problem(normal):
        return Verification("unknown", problem=problem, code=normal)
    document = documents().filter(code=normal).first()
    return Verification(document.standing if document else "unknown", document, code=normal)


def documents() -> "QuerySet[IssuedDocument]":
    """All documents with their organisation and holder."""
    return IssuedDocument.objects.select_related("organisation", "person")


def document_of(pk: int) -> IssuedDocument | None:
    """One document by its row."""
    return documents().filter(pk=pk).first()


def documents_to_render(limit: int) -> list[int]:
    """Rows still without PDF, those that failed least first, so that one that can't be made holds up no other."""
    waiting = IssuedDocument.objects.filter(sha256="").order_by("render_attempts", "id")
    return list(waiting.values_list("pk", flat=True)[:limit])


def document_bytes(document: IssuedDocument) -> bytes:
    """The PDF as it was made; raises `NotServed` when it is gone or another."""
    return _stored(document_path(document.storage_name), document.sha256)


def document_path(storage_name: str) -> str:
    """Where a document's PDF lies in the storage."""
    return f"documents/{storage_name[:2]}/{storage_name}"


def upload_path(storage_name: str) -> str:
    """Where an upload lies in the storage."""
    return f"uploads/{storage_name[:2]}/{storage_name}"


def orphans(*, older_than: timedelta = ORPHAN_AGE) -> Iterator[str]:
    """Paths in the storage that no row names, and that are too old for a transaction still to name them.

    Walks folder by folder, asking the database once a folder: the storage may be far away, and large.
    """
    latest = timezone.now() - older_than
    for room, model in (("uploads", Upload), ("documents", IssuedDocument)):
        for folder in _listed(room)[0]:
            names = _listed(f"{room}/{folder}")[1]
            known = set(model._default_manager.filter(storage_name__in=names).values_list("storage_name", flat=True))
            for name in sorted(set(names) - known):
                path = f"{room}/{folder}/{name}"
                if _is_older(path, latest):
                    yield path


def orphans_audit() -> Iterator[str]:
    """How many files the storage holds that nothing leads to; broken only when the sweeper has left them for a day."""
    found = list(orphans())
    yield Counted(f"documents: {len(found)} files in the storage without a row")
    old = sum(1 for _path in orphans(older_than=ORPHANS_LEFT)) if found else 0
    if old:
        yield f"documents: {old} files without a row have lain in the storage for over a day: does the worker run?"


def is_named(path: str) -> bool:
    """Whether some row names this path, asked at this moment."""
    model = Upload if path.startswith("uploads/") else IssuedDocument
    return model._default_manager.filter(storage_name=path.rpartition("/")[2]).exists()


def _listed(path: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(path)
    except FileNotFoundError:  # nothing was ever stored there
        return [], []


def _is_older(path: str, latest: datetime) -> bool:
    try:
        return default_storage.get_modified_time(path) < latest
    except FileNotFoundError:  # another sweeper was quicker
        return False


def upload_received(*, by: "User", received_sha256: str) -> Upload | None:
    """The upload this user already made of the same bytes."""
    return Upload.objects.filter(by=by, received_sha256=received_sha256).first()


def upload_bytes_since(*, by: "User") -> int:
    """Bytes the user sent in the hours of the quota."""
    since = timezone.now() - timedelta(hours=rules.QUOTA_HOURS)
    recent = Upload.objects.filter(by=by, received_at__gte=since)
    return recent.aggregate(total=Sum("received_size"))["total"] or 0


def uploads_to_rescan() -> "QuerySet[Upload]":
    """Files no scanner has judged yet: those that wait, and those taken in while none was configured."""
    return Upload.objects.filter(Q(scan=Upload.Scan.PENDING) | Q(scan=Upload.Scan.UNSCANNED))


def upload_to_rescan(pk: int) -> Upload | None:
    """One of them."""
    return uploads_to_rescan().filter(pk=pk).first()


def uploads_to_rescan_ids(limit: int) -> list[int]:
    """The next to scan, those whose owners wait first; by chance, so that none the scanner chokes on blocks it."""
    return list(uploads_to_rescan().order_by("scan", "?").values_list("pk", flat=True)[:limit])


def upload_bytes(upload: Upload) -> bytes:
    """The stored file; raises `NotServed` unless it was judged, is there, and is the one that was judged."""
    if upload.scan not in SERVED:
        raise NotServed("infected" if upload.scan == Upload.Scan.INFECTED else "pending")
    return _stored(upload_path(upload.storage_name), upload.sha256)


def upload_warnings(upload: Upload) -> list[str]:
    """What may make the paper hard to read, in the reader's language: advice, never a refusal."""
    return [str(WARNINGS[code]) for code in upload.warnings]


def upload_is_whole(upload: Upload) -> bool:
    """Whether the stored file is still the one that was checked."""
    try:
        _stored(upload_path(upload.storage_name), upload.sha256)
    except NotServed:
        return False
    return True


def _stored(path: str, sha256: str) -> bytes:
    try:
        with default_storage.open(path) as stream:
            data = stream.read()
    except Exception as error:  # every storage backend has its own error; none of them may show a wrong file
        log.exception("stored file %s can't be read", path)
        raise NotServed("missing") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        log.error("stored file %s was changed after it was checked", path)
        raise NotServed("changed")
    return bytes(data)
