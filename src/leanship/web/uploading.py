"""Files on their way in, before any view has seen them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Writes the files of a request to the disk, and no more of them all than the setting allows for one.

    A form is read before anybody asks who sends it; without a bound a stranger could fill the disk. What is over is
    passed by; the file that is left is still larger than is allowed, so the view that takes it says so kindly.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._written = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, unless enough was kept already."""
        if self._written <= settings.MAX_UPLOAD_BYTES:
            self._written += len(raw_data)
            super().receive_data_chunk(raw_data, start)
