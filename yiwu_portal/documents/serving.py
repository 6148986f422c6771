"""Giving stored files out, so that a browser shows them and runs nothing of them."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from yiwu_portal.documents import actions, printing, queries
from yiwu_portal.documents.models import IssuedDocument, Upload
from yiwu_portal.documents.refusals import NotServed

POLICY = "sandbox; default-src 'none'; frame-ancestors 'self'"
# Chrome and Safari show no PDF in a sandbox, and Chrome's viewer is an embedded object with styles of its own;
# what they show is never a page of ours: the type is fixed, and active content was refused when the file came in
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def upload_response(upload: Upload, *, download: bool = False) -> HttpResponse:
    """An upload, shown or downloaded; the caller has checked the right. Raises `NotServed`."""
    return _response(queries.upload_bytes(upload), upload.media_type, upload.name, download=download)


def document_response(document: IssuedDocument, *, download: bool = False) -> HttpResponse:
    """An issued document, made now if it has no PDF yet; the caller has checked the right. Raises `NotServed`."""
    if not document.sha256:
        try:
            document = actions.document_render(pk=document.pk) or document
        except printing.PdfUnavailable as error:
            raise NotServed("no_pdf") from error
    name = f"{document.number}.pdf"
    return _response(queries.document_bytes(document), "application/pdf", name, download=download)


def paper_response(upload: Upload | None, document: IssuedDocument | None, *, download: bool = False) -> HttpResponse:
    """A paper of a library, whether it was uploaded or issued by us; the caller has checked the right."""
    if upload is not None:
        return upload_response(upload, download=download)
    if document is None:
        raise NotServed("missing")
    return document_response(document, download=download)


def _response(data: bytes, media_type: str, name: str, *, download: bool) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    disposition = content_disposition_header(download, name)
    if disposition:
        response["Content-Disposition"] = disposition
    response["X-Content-Type-Options"] = "nosniff"
    is_shown_pdf = media_type == "application/pdf" and not download
    response["Content-Security-Policy"] = PDF_POLICY if is_shown_pdf else POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"  # the clerk's viewer stands beside the checklist
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
