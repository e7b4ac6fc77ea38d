"""Uploaded files stay in memory: what people send may name their clients, so no copy of it is left on a disk.

Only courses, their files and their content packages, too large for that, go through a nameless file that is gone when the
request ends.
"""

from collections.abc import Callable
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

from flask import Request, current_app

from ceu.web.principal import find_principal

View = TypeVar("View", bound=Callable[..., Any])


def takes_up_to(size: int, *, on_disk: bool = False) -> Callable[[View], View]:
    """A signed-in person may send this view so many bytes, instead of ``MAX_CONTENT_LENGTH``; ``on_disk`` keeps memory flat."""

    def declare(view: View) -> View:
        view.takes_up_to = size  # type: ignore[attr-defined]
        view.keeps_on_disk = on_disk  # type: ignore[attr-defined]
        return view

    return declare


class MemoryRequest(Request):
    """A request whose files are not written out, but where a view says so; how much it may send is limited by ``MAX_CONTENT_LENGTH``.

    Doors that take more say so with ``takes_up_to``; nobody who is not signed in can fill the memory through them.
    """

    @property
    def max_content_length(self) -> int | None:
        """How many bytes this request may send."""
        if current_app and self.endpoint is not None:
            size: int | None = getattr(current_app.view_functions[self.endpoint], "takes_up_to", None)
            if size is not None and find_principal() is not None:
                return size
        return super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if current_app and self.endpoint is not None:
            view = current_app.view_functions[self.endpoint]
            if getattr(view, "keeps_on_disk", False) and find_principal() is not None:
                return TemporaryFile("w+b")
        return BytesIO()
