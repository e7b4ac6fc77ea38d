"""Printing: one contract for both printers, and what the real one promises about its PDF."""

import base64
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
import time_machine

from ceu.adapters.documents import DocumentError, DocumentPrinter, MemoryPrinter, WeasyPrinter, qr_image
from ceu.domain.certificate import CertificateDocument
from tests.adapters.certificates import (
    TEMPLATES,
    certificate_html,
    make_certificate,
    make_overfull_certificate,
)

PNG = (  # one gray pixel
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6368000000820081"
    "77cd72b60000000049454e44ae426082"
)
PAGE = "<!doctype html><html lang=en><title>Test</title><body>{}</body></html>"


@pytest.fixture(scope="module")
def weasy() -> WeasyPrinter:
    return WeasyPrinter(TEMPLATES / "documents")


@pytest.fixture(scope="module", params=["weasy", "memory"])
def printer(request: pytest.FixtureRequest, weasy: WeasyPrinter) -> DocumentPrinter:
    return weasy if request.param == "weasy" else MemoryPrinter()


@pytest.fixture(scope="module")
def pdf(weasy: WeasyPrinter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "certificate.pdf"
    path.write_bytes(weasy.pdf(certificate_html(make_certificate()), "certificate", one_page=True))
    return path


def _run(program: str, *arguments: object) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    finished = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_the_same_html_gives_the_same_bytes(printer: DocumentPrinter) -> None:
    html = certificate_html(make_certificate())
    first = printer.pdf(html, "certificate", one_page=True)
    assert first.startswith(b"%PDF-")
    with time_machine.travel(datetime(2031, 5, 6, tzinfo=UTC)):
        assert printer.pdf(html, "certificate", one_page=True) == first


def test_another_printer_gives_the_same_bytes(pdf: Path) -> None:
    again = WeasyPrinter(TEMPLATES / "documents")
    assert again.pdf(certificate_html(make_certificate()), "certificate", one_page=True) == pdf.read_bytes()


def test_other_html_gives_other_bytes(printer: DocumentPrinter) -> None:
    pages = [
        certificate_html(make_certificate(participant_name=name)) for name in ("Alice Romero", "Alice Romeo")
    ]
    assert printer.pdf(pages[0], "certificate") != printer.pdf(pages[1], "certificate")


def test_the_memory_printer_notes_what_it_printed() -> None:
    printer = MemoryPrinter()
    printer.pdf("<p>One</p>", "certificate")
    assert printer.printed == [("certificate", "<p>One</p>")]


def test_all_fonts_are_embedded_and_our_own(pdf: Path) -> None:
    rows = [line.split() for line in _run("pdffonts", pdf).splitlines()[2:]]
    assert {re.sub(r"^[A-Z]{6}\+|,$", "", row[0]) for row in rows} == {
        "Source-Serif-4",
        "Source-Serif-4-Italic",
        "Source-Serif-4-Semi-Bold",
        "Source-Sans-3",
        "Source-Sans-3-Semi-Bold",
        "Source-Code-Pro",
    }
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows), "embedded, subset, with Unicode"


def test_each_face_is_one_whole_file() -> None:
    # With two files of one face WeasyPrint 70 printed "7iºek" where the text said "Žižek".
    css = (TEMPLATES / "documents" / "fonts" / "fonts.css").read_text()
    faces = re.findall(r"@font-face { (font-family: .*?) src: url\(\"(.*?)\"\) }", css)
    assert len(faces) == css.count("@font-face {") == len({face for face, _ in faces})


def test_the_pdf_is_tagged_for_screen_readers(pdf: Path) -> None:
    with pikepdf.open(pdf) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert str(root.Lang) == "en"
        assert str(document.docinfo.Title).startswith("Certificate of completion CEU-2027-000142")
        kinds = [str(element.S) for element in _elements(root.StructTreeRoot.K)]
        figures = [element for element in _elements(root.StructTreeRoot.K) if element.S == "/Figure"]
        assert {"/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Link"} <= set(kinds)
        assert [str(figure.Alt) for figure in figures] == [
            "QR code of the address https://ceu.example.org/verify/CEU-2027-000142"
        ]
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def _elements(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _elements(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        if "/K" in node:
            yield from _elements(node.K)


def test_the_pdf_is_sound(pdf: Path) -> None:
    assert "No syntax or stream encoding errors found" in _run("qpdf", "--check", pdf)


def _text(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf)
    return " ".join(_run("pdftotext", "-raw", path, "-").split())


def test_the_text_holds_all_a_board_asks_for(weasy: WeasyPrinter, tmp_path: Path) -> None:
    certificate = make_certificate()
    text = _text(weasy.pdf(certificate_html(certificate), "certificate"), tmp_path)
    seven_elements = [
        "Alice Romero LMFT 98765, California",
        "Law and Ethics for California Therapists",
        "Bayview Training Institute 1200 Harbor Street, Suite 4, Oakland, CA 94607",
        "CAMFT, CEPA Provider No. 1000123 Provider approved from January 1, 2026 to December 31, 2027.",
        "completed on March 29, 2027",
        "6 CE hours",
        "Miriam Cole, CE Director",
    ]
    others = [
        "No. CEU-2027-000142",
        "ceu.example.org/verify/CEU-2027-000142",
        "Dana Reyes, PhD, LMFT 43210",
        "California BBS Law and ethics 6 contact hours",
        "ACEP No. 7654. Programs that do not qualify for NBCC credit are clearly identified.",
        "Record SHA-256",
        "Keep this certificate for at least two years",
        *certificate.objectives,
    ]
    for words in seven_elements + others:
        assert words in text
    assert "Duplicate" not in text


def test_names_of_many_alphabets_are_printed(weasy: WeasyPrinter, tmp_path: Path) -> None:
    name = "Žižek Nguyễn Þór Łukasz Αλίκη Ольга"
    text = _text(
        weasy.pdf(certificate_html(make_certificate(participant_name=name)), "certificate"), tmp_path
    )
    assert name in text


def test_a_name_is_text_and_never_markup(weasy: WeasyPrinter, tmp_path: Path) -> None:
    name = "<img src='file:///etc/passwd'> & Söhne"
    text = _text(
        weasy.pdf(certificate_html(make_certificate(participant_name=name)), "certificate"), tmp_path
    )
    assert name in text


WORDS = "Trauma-Informed Assessment and Treatment "


@pytest.mark.parametrize(
    "certificate",
    [
        make_overfull_certificate(),
        make_certificate(participant_name="Maximiliana " * 10),
        make_certificate(participant_name="W" * 120),
        make_certificate(course_title=WORDS * 5, provider_name=WORDS * 4, provider_address=WORDS * 7),
        make_certificate(signatory_name="Wilhelmina " * 6, signatory_title="Director " * 7),
        make_certificate(objectives=(WORDS * 3,) * 14, approvals=(), legends=()),
        make_certificate(objectives=(), credits=(), approvals=(), presenters=(), legends=()),
    ],
    ids=["overfull", "long name", "unbroken name", "long title", "long signatory", "many objectives", "bare"],
)
def test_whatever_it_says_fits_one_page(
    weasy: WeasyPrinter, tmp_path: Path, certificate: CertificateDocument
) -> None:
    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(weasy.pdf(certificate_html(certificate), "certificate", one_page=True))
    words = re.findall(
        r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>',
        _run("pdftotext", "-bbox", pdf, "-"),
    )
    with pikepdf.open(pdf) as document:
        assert len(document.pages) == 1
    boxes = [(float(left), float(top), float(right), float(bottom)) for left, top, right, bottom, _ in words]
    assert all(left > 50 and top > 30 and right < 742 and bottom < 585 for left, top, right, bottom in boxes)
    for number, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[number + 1 :]:
            overlap = (min(right, other[2]) - max(left, other[0]), min(bottom, other[3]) - max(top, other[1]))
            assert not (overlap[0] > 1 and overlap[1] > 0.6 * min(bottom - top, other[3] - other[1])), words[
                number
            ]


def test_a_duplicate_says_so(weasy: WeasyPrinter, tmp_path: Path) -> None:
    assert "Duplicate · first issued December 24, 2026" in _text(
        weasy.pdf(certificate_html(make_overfull_certificate()), "certificate"), tmp_path
    )


@pytest.mark.parametrize(
    "reference",
    [
        "<img src='http://127.0.0.1:9/x.png'>",
        "<img src='file:///etc/hostname'>",
        "<img src='../fonts/LICENSE-source-sans-3.txt'>",
        "<link rel=stylesheet href='http://127.0.0.1:9/x.css'>",
        "<link rel=attachment href='file:///etc/hostname'>",
        "<style>@import url(file:///etc/hostname)</style>",
        "<p style='background: url(file:///etc/hostname)'>x</p>",
    ],
)
def test_a_document_fetches_nothing(weasy: WeasyPrinter, reference: str) -> None:
    with pytest.raises(DocumentError, match="fetch nothing"):
        weasy.pdf(PAGE.format(reference), "certificate")


def test_a_picture_inside_the_document_fetches_nothing(weasy: WeasyPrinter, tmp_path: Path) -> None:
    picture = tmp_path / "secret.png"
    picture.write_bytes(bytes.fromhex(PNG))
    for source, pictures in (
        (f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}", 1),
        (picture.as_uri(), 0),
    ):
        inner = f"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='{source}' width='9' height='9'/></svg>"
        image = "data:image/svg+xml;base64," + base64.b64encode(inner.encode()).decode()
        pdf = weasy.pdf(PAGE.format(f"<img alt=x src='{image}'>"), "certificate")
        assert pdf.count(b"/Subtype /Image") == pictures


def test_an_unknown_kind_is_refused(weasy: WeasyPrinter) -> None:
    with pytest.raises(DocumentError, match="no document of the kind 'diploma'"):
        weasy.pdf(PAGE.format("x"), "diploma")


def test_what_needs_no_fit_may_have_pages(weasy: WeasyPrinter) -> None:
    pdf = weasy.pdf(PAGE.format("<p>line</p>" * 200), "certificate")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) > 1


def test_a_qr_code_is_a_small_data_image() -> None:
    image = qr_image("https://ceu.example.org/verify/CEU-2027-000142")
    assert image.startswith("data:image/svg+xml")
    assert len(image) < 5_000
    assert image == qr_image("https://ceu.example.org/verify/CEU-2027-000142")
