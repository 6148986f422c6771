"""Work of documents done by workers, and the sweepers that find what was lost."""

import logging
import time

from celery import shared_task

from yiwu_portal.documents import actions, printing, queries, scanner

log = logging.getLogger(__name__)
SWEEP = 20  # rows a sweep
SWEEP_SECONDS = 20  # a sweep ends before the time limit of a job


@shared_task(name="documents.document_render")
def document_render(pk: int) -> None:
    """Make one document's PDF; where none can be made it waits for the sweeper."""
    try:
        actions.document_render(pk=pk)
    except printing.PdfUnavailable as error:
        log.error("document %s waits: %s", pk, error)


def documents_sweep() -> None:
    """Make the PDFs whose task was lost; one that fails holds up no other."""
    end = time.monotonic() + SWEEP_SECONDS
    for pk in queries.documents_to_render(SWEEP):
        if time.monotonic() > end:
            return
        try:
            actions.document_render(pk=pk)
        except printing.PdfUnavailable as error:
            log.error("documents wait for their PDFs: %s", error)
            return
        except Exception:
            log.exception("document %s can't be rendered", pk)


def uploads_sweep() -> None:
    """Scan what waits for the scanner."""
    if not scanner.is_configured():
        return
    end = time.monotonic() + SWEEP_SECONDS
    for pk in queries.uploads_to_rescan_ids(SWEEP):
        if time.monotonic() > end:
            return
        actions.upload_rescan(pk=pk)
