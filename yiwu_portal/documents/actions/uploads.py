"""Taking a file in: measure, name, scan, take apart and rebuild in a process of its own, store under a random name."""

import hashlib
import itertools
import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from yiwu_portal.documents import queries, rules, sandbox, scanner
from yiwu_portal.documents.models import Upload, random_name
from yiwu_portal.documents.refusals import UploadRefused
from yiwu_portal.history.service import record
from yiwu_portal.lifecycle.service import locked, move

if TYPE_CHECKING:
    from yiwu_portal.accounts.models import User

log = logging.getLogger(__name__)
ORPHANS_A_RUN = 500  # files; a run stays well within the time limit of a job
SANDBOX_SECONDS = 15  # of the clock; the sandbox's own limit of processor time is shorter


def upload_receive(*, by: "User", file: UploadedFile) -> Upload:
    """Make a file safe and keep it; the same file from the same user is the same upload. Raises `UploadRefused`.

    Call it outside a transaction: it takes seconds, and what the scanner found must stay recorded when it refuses.
    """
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        source, target = Path(folder) / "received", Path(folder) / "clean"
        received = _spool(file, source)
        kind = rules.file_kind(file.name or "", received["head"])
        if kind not in rules.MAGIC:
            raise UploadRefused(kind)
        known = queries.upload_received(by=by, received_sha256=received["sha256"])
        if known and known.scan == Upload.Scan.INFECTED:
            raise UploadRefused("infected")
        if known and queries.upload_is_whole(known):
            return known
        if queries.upload_bytes_since(by=by) + received["size"] > rules.QUOTA_BYTES:
            raise UploadRefused("quota")
        values = {
            "name": rules.name_safe(file.name or "", "pdf" if kind == "pdf" else "jpg"),
            "received_sha256": received["sha256"],
            "received_size": received["size"],
            "scan": _scan(source),
        }
        if values["scan"] == Upload.Scan.INFECTED:
            _infected_record(by=by, values=values, kind=kind)
            raise UploadRefused("infected")
        values |= _sandboxed("pdf" if kind == "pdf" else "image", source, target)
        return _keep(by=by, values=values, data=target.read_bytes(), known=known)


def upload_rescan(*, pk: int) -> None:
    """Ask the scanner about a stored file; nothing changes while the scanner does not answer."""
    upload = queries.upload_to_rescan(pk)
    if upload is None:
        return
    try:
        with default_storage.open(upload_path(upload.storage_name)) as stream:
            infected = scanner.stream_infected(stream)
    except (scanner.Unavailable, OSError) as error:
        log.warning("upload %s stays %s: %s", pk, upload.scan, error)
        return
    with locked(queries.uploads_to_rescan(), pk=pk) as row:
        move(row, "scan_fail" if infected else "scan_pass")
        record(verb="upload_rescan", by=None, stream=f"upload:{pk}", subject=row, data={"scan": row.scan})
        if infected:
            log.error("upload %s is infected and was removed", pk)
            transaction.on_commit(lambda: default_storage.delete(upload_path(row.storage_name)), robust=True)


def orphans_remove(*, most: int = ORPHANS_A_RUN) -> int:
    """Remove files that no row names and none will: what a crash left between the disk and the commit (hourly)."""
    removed = 0
    for path in itertools.islice(queries.orphans(), most):
        if not queries.is_named(path):  # asked again at the last moment
            default_storage.delete(path)
            log.warning("removed %s: no row names it", path)
            removed += 1
    return removed


upload_path = queries.upload_path


def _spool(file: UploadedFile, target: Path) -> dict[str, Any]:
    """Write what comes to a private file, counting as it comes; raises `UploadRefused` at the limit."""
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise UploadRefused("too_large")
    size, digest, head = 0, hashlib.sha256(), b""
    with target.open("wb") as sink:
        for chunk in file.chunks():
            size += len(chunk)
            if size > settings.UPLOAD_MAX_BYTES:
                raise UploadRefused("too_large")
            head = head or bytes(chunk[:64])
            digest.update(chunk)
            sink.write(chunk)
    if not size:
        raise UploadRefused("empty")
    return {"size": size, "sha256": digest.hexdigest(), "head": head}


def _scan(source: Path) -> str:
    """What the scanner says; when it says nothing, the file stays pending and closed."""
    if not scanner.is_configured():
        return Upload.Scan.UNSCANNED
    try:
        with source.open("rb") as stream:
            return Upload.Scan.INFECTED if scanner.stream_infected(stream) else Upload.Scan.CLEAN
    except scanner.Unavailable as error:
        log.warning("the virus scanner did not answer: %s", error)
        return Upload.Scan.PENDING


def _infected_record(*, by: "User", values: dict[str, Any], kind: str) -> None:
    """Keep that it came, by whom and its digest; never its bytes."""
    log.error("infected upload from user %s, sha256 %s", by.pk, values["received_sha256"])
    try:
        with transaction.atomic():
            row = Upload.objects.create(by=by, media_type=kind, size=0, **values)
            record(verb="upload_refuse", by=by, stream=f"upload:{row.pk}", subject=row, data={"scan": row.scan})
    except IntegrityError:  # the same file came twice at the same moment, and stands recorded
        return


def _sandboxed(kind: str, source: Path, target: Path) -> dict[str, Any]:
    """Run the sandbox on the file; raises `UploadRefused` with its reason, or when it died of the file."""
    command = [sys.executable, "-I", sandbox.__file__, kind, str(source), str(target)]
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}  # no secret of ours is within its reach
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell; file names are ours
            command, cwd=source.parent, env=environment, capture_output=True, timeout=SANDBOX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UploadRefused("too_heavy") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        log.warning("the sandbox ended with %s: %s", done.returncode, done.stderr[-500:].decode("utf-8", "replace"))
        raise UploadRefused("too_heavy") from error
    if "refused" in answer:
        raise UploadRefused(answer["refused"])
    return dict(answer)


def _keep(*, by: "User", values: dict[str, Any], data: bytes, known: Upload | None) -> Upload:
    """Store the clean file and its row; when the same file came at the same moment, theirs is the row."""
    values |= {"storage_name": random_name(), "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    path = upload_path(values["storage_name"])
    try:
        default_storage.save(path, ContentFile(data))
    except OSError as error:
        log.exception("an upload could not be stored")
        raise UploadRefused("not_stored") from error
    try:
        with transaction.atomic():
            if known:  # its stored file was lost or changed: the person has brought it again
                # the state of the old scan stays: its moves are the scanner's alone
                kept = {name: value for name, value in values.items() if name not in ("scan", "name")}
                Upload.objects.filter(pk=known.pk).update(**kept)
                row, verb = Upload.objects.get(pk=known.pk), "upload_restore"
            else:
                row, verb = Upload.objects.create(by=by, **values), "upload_receive"
            data_recorded = {"scan": row.scan, "sha256": row.sha256}
            record(verb=verb, by=by, stream=f"upload:{row.pk}", subject=row, data=data_recorded)
            return row
    except IntegrityError:
        default_storage.delete(path)
        theirs = queries.upload_received(by=by, received_sha256=values["received_sha256"])
        if theirs is None:
            raise
        return theirs
