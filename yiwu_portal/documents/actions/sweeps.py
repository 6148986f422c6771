"""The sweepers that find what was lost: no import of the workers' library, a web process registers them too."""

import logging
import time

from yiwu_portal.documents import printing, queries, scanner
from yiwu_portal.documents.actions.issued import document_render
from yiwu_portal.documents.actions.uploads import upload_rescan

log = logging.getLogger(__name__)
SWEEP = 20  # rows a sweep
SWEEP_SECONDS = 20  # a sweep ends before the time limit of a job


def documents_sweep() -> None:
    """Make the PDFs whose task was lost; one that fails holds up no other."""
    end = time.monotonic() + SWEEP_SECONDS
    for pk in queries.documents_to_render(SWEEP):
        if time.monotonic() > end:
            return
        try:
            document_render(pk=pk)
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
        upload_rescan(pk=pk)
