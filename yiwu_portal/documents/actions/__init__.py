"""The verbs of documents."""

from yiwu_portal.documents.actions.issued import (
    document_issue,
    document_render,
    document_revoke,
    document_supersede,
    documents_issue_many,
)
from yiwu_portal.documents.actions.sweeps import documents_sweep, uploads_sweep
from yiwu_portal.documents.actions.uploads import orphans_remove, upload_receive, upload_rescan

__all__ = [
    "document_issue",
    "document_render",
    "document_revoke",
    "document_supersede",
    "documents_issue_many",
    "documents_sweep",
    "orphans_remove",
    "upload_receive",
    "upload_rescan",
    "uploads_sweep",
]
