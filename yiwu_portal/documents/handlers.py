"""Taking files from the network: what is over the limit is counted and dropped, so that it never fills a disk."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class LimitedUploadHandler(FileUploadHandler):
    """Passes a file on to the next handlers up to the limit; beyond it, hands over an empty one that knows its size.

    The form around it stays whole, so that the person keeps what she typed and reads why her file was not taken.
    """

    received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Count; pass on what is within the limit."""
        self.received += len(raw_data)
        return raw_data if self.received <= settings.UPLOAD_MAX_BYTES else None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:
        """Speak for a file that was too large; leave the others to the handlers behind."""
        if self.received <= settings.UPLOAD_MAX_BYTES:
            return None
        return InMemoryUploadedFile(
            BytesIO(), self.field_name, self.file_name, self.content_type, self.received, self.charset
        )
