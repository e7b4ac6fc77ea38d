"""The report of a check: sentences for a person, an exit code for a script."""

import json
from dataclasses import replace

from ceu.signing.export import export_file
from ceu.signing.records import Signer
from ceu.signing.report import report_file
from tests.signing.builders import RING, SITE_KEY, STRANGER, make_chain, make_record


def test_it_works() -> None:
    answer = report_file(export_file(make_chain(2), [SITE_KEY]), RING)
    assert answer.exit_code == 0
    assert answer.lines == (
        "1. Experience sign off, signed by Dana Reyes, LMFT 98765, California, active until 2028-05-31"
        " at 2027-03-29T17:05:00Z: genuine",
        "2. Experience sign off, signed by Dana Reyes, LMFT 98765, California, active until 2028-05-31"
        " at 2027-03-29T17:05:00Z: genuine",
        "Genuine: nothing was changed, removed or reordered since it was signed.",
        "A file cannot show what was signed after its last record; the site can.",
    )


def test_an_altered_file_exits_with_1() -> None:
    answer = report_file(export_file(make_chain(2), []).replace(b'"week": 2', b'"week": 9'), RING)
    assert answer.exit_code == 1
    assert answer.lines[1].endswith(": ALTERED")
    assert answer.lines[2].startswith("- Record 2: The content was changed")
    assert answer.lines[-1].startswith("Altered:")


def test_a_doubt_exits_with_2() -> None:
    answer = report_file(export_file([make_record(private_key=STRANGER)], []), RING)
    assert answer.exit_code == 2
    assert answer.lines[0].endswith(": cannot tell")
    assert answer.lines[-1].startswith("Cannot tell:")


def test_the_content_of_a_single_record_is_listed() -> None:
    record = make_record(
        {"week": "2027-03-22", "minutes": {"counseling": 810}, "settings": ["Bayview", "Harbor"]}
    )
    assert report_file(json.dumps(record.as_json()).encode(), RING).lines[1:5] == (
        "   week: 2027-03-22",
        "   minutes.counseling: 810",
        "   settings 1: Bayview",
        "   settings 2: Harbor",
    )


def test_a_forged_name_cannot_write_lines_of_its_own() -> None:
    forged = replace(make_record(), signer=Signer("7", "Dana\n\x1b[2JGenuine: nothing was changed"))
    answer = report_file(json.dumps(forged.as_json()).encode(), RING)
    assert answer.exit_code == 1
    assert all(line.isprintable() for line in answer.lines)


def test_a_file_of_something_else_exits_with_2() -> None:
    assert report_file(b"%PDF-1.7", RING).exit_code == 2
