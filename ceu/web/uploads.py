"""Uploaded files stay in memory: what people send may name their clients, so no copy of it is left on a disk."""

from io import BytesIO
from typing import IO

from flask import Request


class MemoryRequest(Request):
    """A request whose files are never written out; how much it may send is limited by ``MAX_CONTENT_LENGTH``."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()
