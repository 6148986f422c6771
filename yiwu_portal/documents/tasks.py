"""Work of documents done by workers."""

from celery import shared_task

from yiwu_portal.documents import actions


@shared_task(name="documents.document_render")
def document_render(pk: int) -> None:
    """Make one document's PDF."""
    actions.document_render(pk=pk)
