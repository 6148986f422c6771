"""The door of documents: take files in, give them out, issue documents, verify them."""

from yiwu_portal.documents.actions import (
    document_issue,
    document_render,
    document_revoke,
    document_supersede,
    documents_issue_many,
    upload_receive,
)
from yiwu_portal.documents.printing import PdfUnavailable
from yiwu_portal.documents.queries import Verification, document_of, document_verify, upload_warnings
from yiwu_portal.documents.refusals import NotServed, UploadRefused
from yiwu_portal.documents.rules import code_grouped
from yiwu_portal.documents.serving import document_response, paper_response, upload_response

__all__ = [
    "NotServed",
    "PdfUnavailable",
    "UploadRefused",
    "Verification",
    "code_grouped",
    "document_issue",
    "document_of",
    "document_render",
    "document_response",
    "document_revoke",
    "document_supersede",
    "document_verify",
    "documents_issue_many",
    "paper_response",
    "upload_receive",
    "upload_response",
    "upload_warnings",
]
