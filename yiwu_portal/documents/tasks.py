"""Work of documents done by workers."""

import logging

from celery import shared_task

from yiwu_portal.documents import actions, printing

log = logging.getLogger(__name__)


@shared_task(name="documents.document_render")
def document_render(pk: int) -> None:
    """Make one document's PDF; where none can be made it waits for the sweeper."""
    try:
        actions.document_render(pk=pk)
    except printing.PdfUnavailable as error:
        log.error("document %s waits: %s", pk, error)
