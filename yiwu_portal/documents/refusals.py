"""What a person is told when a file is not taken, or can't be shown: what happened, and what to do next."""

from django.utils.translation import gettext_lazy as _

from yiwu_portal.lifecycle.service import Refused

_PRINT_AGAIN = _("Open it, print it to a new PDF (“Print”, then “Save as PDF”) and upload that one.")

REFUSALS = {
    "empty": _("This file is empty. Choose it again, or take a new photo."),
    "too_large": _(
        "This file is larger than 10 MB. Take the photo at a lower resolution, or save the PDF in a smaller size."
    ),
    "kind_unknown": _("This kind of file can't be taken. Upload a photo (JPEG or PNG) or a PDF."),
    "kind_heic": _(
        "This photo is in a format (HEIC or AVIF) that offices can't open. "
        "In your camera's settings choose “Most compatible”, or send a screenshot of the photo."
    ),
    "kind_differs": _(
        "The name of this file says one kind and its content is another. "
        "Save it again as JPEG, PNG or PDF and upload that one."
    ),
    "image_broken": _("This photo is damaged or incomplete. Open it to check, or take a new one."),
    "image_pixels": _("This picture has more than 40 million pixels. Take the photo at a lower resolution."),
    "image_frames": _("This picture is animated. Upload a still photo of the paper."),
    "pdf_broken": _("This PDF is damaged and can't be read. Save or scan it again."),
    "pdf_encrypted": _("This PDF is protected by a password. Save a copy without password and upload that one."),
    "pdf_javascript": _("This PDF contains a program (JavaScript). %s"),
    "pdf_launch": _("This PDF tries to start another program. %s"),
    "pdf_action": _("This PDF acts by itself when it is opened. %s"),
    "pdf_attachment": _(
        "This PDF carries other files inside. Upload them one by one, or save the PDF without attachments."
    ),
    "pdf_xfa": _("This PDF is an interactive form of a kind (XFA) that offices can't open. %s"),
    "pdf_media": _("This PDF contains video, sound or 3D. %s"),
    "pdf_pages": _("This PDF has more than 50 pages. Upload only the pages that are asked for."),
    "pdf_objects": _("This PDF has too many parts to be checked. %s"),
    "pdf_bomb": _("This PDF unfolds to far more than its size. %s"),
    "too_heavy": _("This file takes too much work to be checked. Take a new photo of the paper, or scan it again."),
    "infected": _(
        "The virus scanner found something harmful in this file. It was not kept. Take a photo of the paper instead."
    ),
    "quota": _(
        "You have sent more than 200 MB in the last 24 hours. "
        "What you sent is kept; go on tomorrow, or bring the rest to a window."
    ),
    "not_stored": _("The file could not be stored just now. Nothing else was lost. Please try again in a minute."),
}

WARNINGS = {
    "too_small": _("The picture is small: fine print may be unreadable. Take it from nearer if you can."),
    "blurred": _("The picture looks out of focus. Hold the phone still and take it again if letters are hard to read."),
    "too_dark": _("The picture is very dark. Take it again in better light if letters are hard to read."),
}

UNSERVED = {
    "pending": _("This file is still being checked for viruses. Nothing is lost; please try again in a few minutes."),
    "infected": _(
        "The virus scanner found something harmful in this file, so nobody can open it. "
        "Take a photo of the paper instead."
    ),
    "changed": _(
        "The stored file is not the one that was checked, so it can't be opened. "
        "Please upload it again, or tell a window."
    ),
    "missing": _("The stored file can't be reached just now. Please try again in a minute."),
    "no_pdf": _(
        "PDF documents can't be made on this machine: the Pango library is missing. "
        "The document is issued and kept; the PDF follows."
    ),
}


class UploadRefused(Refused):
    """A file is not taken; `code` names the reason, `message` says it in the person's language."""

    def __init__(self, code: str) -> None:
        self.code = code
        text = str(REFUSALS[code])
        self.message = text % _PRINT_AGAIN if "%s" in text else text
        super().__init__(self.message)


class NotServed(Refused):
    """A stored file can't be given out now; `code` names the reason, `message` says it in the person's language."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.message = str(UNSERVED[code])
        super().__init__(self.message)
