"""Documents: HTML in, PDF out. Each kind of document has a folder with its `style.css` beside its template."""

from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import segno

# Tried in this order until a document that must fit on one page does; below the last, print is too small to read.
SIZES = ("10pt", "9.4pt", "8.8pt", "8.2pt", "7.6pt", "7pt", "6.5pt")


class DocumentError(Exception):
    """The document cannot be printed; the message says why."""


class DocumentPrinter(Protocol):
    """Prints documents. The same HTML always gives the same bytes.

    `kind` names the document's folder ("certificate"). With `one_page` the type is made smaller until all fits on
    one page. Raises `DocumentError` for an unknown kind, and for HTML that wants to fetch anything from anywhere.
    """

    def pdf(self, html: str, kind: str, *, one_page: bool = False) -> bytes: ...


class MemoryPrinter:
    """Notes what was printed in `printed` (kind, HTML) and returns a stand-in for the PDF, for tests."""

    def __init__(self) -> None:
        self.printed: list[tuple[str, str]] = []

    def pdf(self, html: str, kind: str, *, one_page: bool = False) -> bytes:
        self.printed.append((kind, html))
        return f"%PDF-1.7\n% {kind} {html}\n%%EOF\n".encode()


class WeasyPrinter:
    """Prints tagged PDF (PDF/UA-1) with embedded fonts by WeasyPrint.

    The document itself may refer to nothing but `data:` addresses; only its style sheet, which is part of the
    program, may read files. WeasyPrint takes seconds to import, so that is left to the first document.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._styles: dict[str, tuple[Any, Any]] = {}
        self._lock = Lock()  # font configurations are not made for several threads

    def pdf(self, html: str, kind: str, *, one_page: bool = False) -> bytes:
        with self._lock:
            return self._print(html, kind, SIZES if one_page else SIZES[:1])

    def _print(self, html: str, kind: str, sizes: tuple[str, ...]) -> bytes:
        from weasyprint import CSS, HTML
        from weasyprint.urls import FatalURLFetchingError, URLFetcher

        style, fonts = self._style(kind)
        data_only = URLFetcher(allowed_protocols=["data"], fail_on_errors=True)
        try:
            # A base address of our own makes relative references fail like all others, instead of being dropped.
            source = HTML(string=html, base_url="document:///", url_fetcher=data_only)
            for size in sizes:
                sheets = [style, CSS(string=f"html {{ font-size: {size} }}")]
                document = source.render(font_config=fonts, stylesheets=sheets, pdf_variant="pdf/ua-1")
                if len(document.pages) == 1:
                    break
            pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
        except FatalURLFetchingError as error:
            raise DocumentError(f"A document may fetch nothing while it is printed. {error}") from error
        return pdf

    def _style(self, kind: str) -> tuple[Any, Any]:
        """The parsed style sheet of a kind and its fonts, which together are half the cost of a page."""
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        if kind not in self._styles:
            path = self._folder / kind / "style.css"
            if not path.is_file():
                raise DocumentError(f"There is no document of the kind {kind!r}: {path} is missing.")
            fonts = FontConfiguration()
            self._styles[kind] = CSS(filename=path, font_config=fonts), fonts
        return self._styles[kind]


def qr_image(text: str) -> str:
    """A QR code as a `data:` address of an SVG image; leave a white margin of four modules around it."""
    # The search for the prettiest of the eight masks takes most of the time, and any of them can be read.
    code = segno.make(text, micro=False, error="m", mask=0)
    return code.svg_data_uri(border=0, omitsize=True, dark="#1b2430")
