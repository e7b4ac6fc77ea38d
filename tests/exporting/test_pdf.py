"""The printed log as a real PDF: sound, tagged, numbered, with its record inside."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.documents import WeasyPrinter
from ceu.adapters.outside import Outside
from ceu.experience.models import Supervision, WorkSetting
from ceu.settings import ROOT
from ceu.signing.export import verify_file
from ceu.signing.records import Answer
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, sign, submitted_week


def run(program: str, *arguments: object) -> str:
    """What a checker of PDFs says; the test is skipped where it is not installed."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def real_printer(outside: Outside) -> Iterator[None]:
    """The site prints real PDFs in this test."""
    kept = outside.printer
    object.__setattr__(outside, "printer", WeasyPrinter(ROOT / "templates" / "documents"))
    yield
    object.__setattr__(outside, "printer", kept)


@pytest.fixture
def pdf(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision,
    dana: Person, real_printer: None, tmp_path: Path,
) -> Path:  # fmt: skip
    """A signed week and an open one, with a note that is no markup."""
    sign(session, outside, dana, submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=1)))
    for number in range(40):
        log(
            session,
            outside,
            bayview,
            day=MONDAY + timedelta(days=number % 6),
            start_minute=480 + 10 * number,
            minutes=10,
            note="<b>Žižek</b>",
        )
    path = tmp_path / "log.pdf"
    path.write_bytes(browser.get("/hours/export/log-2026.pdf").get_data())
    return path


def test_the_pdf_is_sound_and_tagged(pdf: Path) -> None:
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", pdf)
    with pikepdf.open(pdf) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "en"
        assert str(document.docinfo.Title) == "Log of supervised experience, 2026: Alice Example"
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_it_says_what_the_log_says_on_numbered_pages(pdf: Path) -> None:
    text = " ".join(run("pdftotext", "-layout", pdf, "-").split())
    for said in (
        "Log of supervised experience, 2026",
        "Week of 9 Nov 2026, Bayview Clinic",
        "Signed electronically by Dana Example, LMFT 98765, expires 2028-03-31",
        "<b>Žižek</b>",
        "Page 1 of 2",
        "Page 2 of 2",
        "Record SHA-256",
        "/check/",
    ):
        assert said in text
    assert "7:30" in text, "50 minutes and 40 times 10"


def test_the_record_inside_is_genuine(pdf: Path, outside: Outside) -> None:
    with pikepdf.open(pdf) as document:
        (attached,) = document.attachments.values()
        data = attached.get_file().read_bytes()
    checked = verify_file(data, outside.keys.public_keys)
    assert checked.verification.answer is Answer.GENUINE
    text = run("pdftotext", pdf, "-").replace("\n", "")
    assert checked.records[0].record.sha256 in text
