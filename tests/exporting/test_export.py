"""Taking a log away: complete, checkable without the site, and nobody else's."""

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.documents import MemoryPrinter
from ceu.adapters.outside import Outside
from ceu.cli import ceu
from ceu.experience.assessing import reassess
from ceu.experience.models import Entry, Supervision, WorkSetting
from ceu.exporting.seals import SEAL_KIND, seal_in, token_of
from ceu.licenses.models import Goal
from ceu.licenses.services import choose_goal
from ceu.signing.export import verify_file
from ceu.signing.records import Answer
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, sign, submitted_week
from tests.experience.goals import TODAY, make_goal, make_weeks
from tests.factories import FROZEN_NOW

LOG_FILES = ["log.json", "log.csv", "log.xlsx", "log-2026.pdf"]


@pytest.fixture
def goal(session: Session, outside: Outside, alice: Person) -> Goal:
    return make_goal(session, outside, alice)


@pytest.fixture
def signed_log(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> list[Entry]:
    """Two signed weeks and an open one."""
    for back in (2, 1):
        sheet = submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=back))
        sign(session, outside, dana, sheet)
    return [log(session, outside, bayview, note="=1+1 is what we looked at", minutes=75, start_minute=545)]


def table(browser: InspectingClient, path: str = "/hours/export/log.csv") -> list[dict[str, str]]:
    answer = browser.get(path)
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.get_data().decode("utf-8-sig"))))


# ---- the sealed file ---------------------------------------------------------------------------------------------


def log_file(browser: InspectingClient) -> bytes:
    answer = browser.get("/hours/export/log.json")
    assert answer.mimetype == "application/json"
    data: bytes = answer.get_data()
    return data


def test_the_file_holds_the_whole_log(
    browser: InspectingClient, signed_log: list[Entry], goal: Goal, outside: Outside
) -> None:
    file = json.loads(log_file(browser))
    *chain, closing = file["records"]
    assert [record["kind"] for record in chain] == ["experience_sign_off"] * 2
    body = closing["body"]
    assert body["person"] == {
        "name": "Alice Example",
        "email": "alice@example.org",
        "time_zone": "America/Los_Angeles",
    }
    assert [len(body[name]) for name in ("settings", "supervisors", "weeks", "entries", "goals")] == [
        1,
        1,
        3,
        3,
        1,
    ]
    assert {fact["key"]: fact["value"] for fact in body["facts"]}["registered_on"] == "2024-07-01"
    assert body["totals"] == {
        "logged": 175,
        "submitted": 100,
        "signed": 100,
        "attested": 0,
        "earlier_logs": 0,
    }
    assert [row["sha256"] for row in body["signatures"]] == [record["sha256"] for record in chain]
    assert closing["previous"] == chain[-1]["sha256"]
    entry = body["entries"][-1]
    assert (entry["day"], entry["start_minute"], entry["minutes"]) == ("2026-11-16", 545, 75)
    assert file["keys"] == [key.as_json() for key in outside.keys.public_keys.values()]


def test_no_secret_leaves_with_it(browser: InspectingClient, signed_log: list[Entry]) -> None:
    data = log_file(browser)
    assert [word for word in (b"token_hash", b"password_hash", b"person_id") if word in data] == []


def test_the_file_is_genuine_and_an_empty_log_too(
    browser: InspectingClient, outside: Outside, alice: Person
) -> None:
    checked = verify_file(log_file(browser), outside.keys.public_keys)
    assert checked.verification.answer is Answer.GENUINE
    assert len(checked.records) == 1


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("an entry", lambda records: records[-1]["body"]["entries"][0].update(minutes=51)),
        ("a total", lambda records: records[-1]["body"]["totals"].update(signed=101)),
        ("a signed week", lambda records: records[0]["body"]["entries"][0].update(minutes=51)),
        ("a signature cut out", lambda records: records.pop(1)),
        ("an entry removed", lambda records: records[-1]["body"]["entries"].pop()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_altered_is_noticed(
    browser: InspectingClient, signed_log: list[Entry], outside: Outside, place: str, change: Any
) -> None:
    file = json.loads(log_file(browser))
    change(file["records"])
    answer = verify_file(json.dumps(file).encode(), outside.keys.public_keys).verification.answer
    assert answer is Answer.ALTERED, place


def test_ceu_verify_reads_it(
    browser: InspectingClient, signed_log: list[Entry], outside: Outside, tmp_path: Path
) -> None:
    file = json.loads(log_file(browser))
    key = file["keys"][0]["public_key"]
    genuine, altered = tmp_path / "log.json", tmp_path / "altered.json"
    genuine.write_text(json.dumps(file))
    file["records"][-1]["body"]["entries"][0]["minutes"] += 1
    altered.write_text(json.dumps(file))
    codes = [
        CliRunner().invoke(ceu, ["verify", "--key", key, str(path)]).exit_code for path in (genuine, altered)
    ]
    assert codes == [0, 1]


def test_two_exports_at_one_instant_are_the_same_file(
    browser: InspectingClient, signed_log: list[Entry]
) -> None:
    assert log_file(browser) == log_file(browser)


# ---- tables ------------------------------------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_entry(
    browser: InspectingClient, signed_log: list[Entry], goal: Goal, session: Session, outside: Outside
) -> None:
    reassess(session, outside.packs, goal.person_id, TODAY)
    first, _, last = table(browser)
    assert first["Date"] == "2026-11-02"
    assert (last["Start"], last["Duration"], last["Hours"], last["Minutes"]) == ("9:05", "1:15", "1.25", "75")
    assert (last["Activity"], last["Client unit"], last["Delivery"]) == (
        "Direct counseling",
        "Individual",
        "In person",
    )
    assert (last["Setting"], last["Supervisor"]) == ("Bayview Clinic", "Dana Example")
    assert [row["State of the week"] for row in (first, last)] == ["signed", "draft"]
    assert last["Note"] == "'=1+1 is what we looked at"
    assert first["LMFT: credited"] == "0:00"
    assert "supervision" in first["LMFT: why not all of it counts"]


def test_the_sums_agree_with_the_assessment(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision,
    goal: Goal,
) -> None:  # fmt: skip
    make_weeks(session, bayview, supervision, MONDAY, 3, entries=7)
    reassess(session, outside.packs, goal.person_id, TODAY)

    def minutes(row: dict[str, str], column: str) -> int:
        hours, rest = row[f"LMFT: {column}"].split(":")
        return int(hours) * 60 + int(rest)

    rows = table(browser)
    assert len(rows) == 21
    assert sum(int(row["Minutes"]) for row in rows) == 3 * 360
    assert sum(minutes(row, "credited") for row in rows) == 3 * 360
    assert {minutes(row, "cannot be told yet") for row in rows} == {0}


def test_the_workbook_says_the_same_as_the_csv(
    browser: InspectingClient, signed_log: list[Entry], goal: Goal
) -> None:
    answer = browser.get("/hours/export/log.xlsx")
    sheet = load_workbook(BytesIO(answer.get_data())).worksheets[0]
    names, *rows = sheet.iter_rows()
    assert [cell.value for cell in names] == list(table(browser)[0])
    note = rows[-1][[cell.value for cell in names].index("Note")]
    assert (note.value, note.data_type) == ("=1+1 is what we looked at", "s")
    assert rows[-1][0].value.date() == MONDAY
    assert rows[-1][3].value == 1.25


def test_two_goals_have_columns_of_their_own(
    browser: InspectingClient, signed_log: list[Entry], goal: Goal, session: Session, outside: Outside
) -> None:
    choose_goal(session, FROZEN_NOW, goal.person_id, outside.packs.get("us-ca/lpcc"))
    columns = set(table(browser)[0])
    assert {"LMFT: credited", "LPCC: credited"} <= columns


# ---- what a supervisor signed ------------------------------------------------------------------------------------


def test_a_supervisor_takes_along_what_they_signed(
    client: InspectingClient, signed_log: list[Entry], dana: Person, outside: Outside
) -> None:
    browser = client.sign_in(dana)
    assert "2 records that you signed" in browser.get("/hours/export").main
    data = browser.get("/hours/export/given.json").get_data()
    assert verify_file(data, outside.keys.public_keys).verification.answer is Answer.GENUINE
    records = json.loads(data)["records"][0]["body"]["records"]
    assert [record["signer"]["name"] for record in records] == ["Dana Example"] * 2
    for record in records:
        alone = verify_file(json.dumps(record).encode(), outside.keys.public_keys)
        assert alone.verification.answer is Answer.GENUINE
    rows = table(browser, "/hours/export/given.csv")
    assert [(row["Trainee"], row["Duration"], row["Withdrawn at"]) for row in rows] == [
        ("Alice Example", "0:50", "")
    ] * 2
    assert rows[0]["Signed as"].startswith("Dana Example, LMFT 98765")
    sheet = load_workbook(BytesIO(browser.get("/hours/export/given.xlsx").get_data())).worksheets[0]
    assert sheet.max_row == 3


# ---- print -------------------------------------------------------------------------------------------------------


def printed_html(browser: InspectingClient, outside: Outside, path: str) -> str:
    printer = outside.printer
    assert isinstance(printer, MemoryPrinter)
    answer = browser.get(path)
    assert answer.mimetype == "application/pdf"
    return printer.printed[-1][1]


def test_a_year_is_printed_with_totals_and_signatures(
    browser: InspectingClient, signed_log: list[Entry], outside: Outside
) -> None:
    html = " ".join(printed_html(browser, outside, "/hours/export/log-2026.pdf").split())
    assert "<dt>Logged</dt><dd>2:55</dd>" in html
    assert "<dt>Signed</dt><dd>1:40</dd>" in html
    assert html.count("Signed electronically by Dana Example") == 2
    assert html.count("Not signed.") == 1
    assert "Nothing was logged in this year" not in html


def test_an_empty_year_says_so_and_an_impossible_one_is_not_found(
    browser: InspectingClient, outside: Outside
) -> None:
    assert "Nothing was logged in this year" in printed_html(browser, outside, "/hours/export/log-2020.pdf")
    assert browser.get("/hours/export/log-99999.pdf").status_code == 404


def check_path(html: str) -> str:
    start = html.index('<a href="http://localhost/check/') + len('<a href="http://localhost')
    return html[start : html.index('"', start)]


def test_the_code_leads_to_a_page_that_knows_the_print(
    browser: InspectingClient, client: InspectingClient, signed_log: list[Entry], outside: Outside
) -> None:
    path = check_path(printed_html(browser, outside, "/hours/export/log-2026.pdf"))
    with client.session_transaction() as cookie:
        cookie.clear()
    page = client.get(path)
    assert "This site printed this document" in page.main
    for said in ("Log of supervised experience, 2026", "Alice Example", "2:55", "1:40"):
        assert said in page.main
    seal = client.get(f"{path}/record.json").get_data()
    assert verify_file(seal, outside.keys.public_keys).verification.answer is Answer.GENUINE
    assert len(path) < 420, "a code that a phone reads from paper"


def test_an_altered_code_is_refused(
    browser: InspectingClient, signed_log: list[Entry], outside: Outside
) -> None:
    token = check_path(printed_html(browser, outside, "/hours/export/log-2026.pdf")).removeprefix("/check/")
    record = seal_in(token)
    assert record is not None
    assert record.kind == SEAL_KIND
    assert token_of(record) == token
    body: Any = dict(record.body)
    forged = token_of(type(record)(**{**vars(record), "body": {**body, "figures": [["Signed", "3,000:00"]]}}))
    page = browser.get(f"/check/{forged}")
    assert "This is not what this site printed" in page.main
    assert "3,000:00" not in page.main


@pytest.mark.parametrize("token", ["x", "AAAA", "AQ", "%C3%A9", "A" * 3000, "AQ" + "A" * 120])
def test_what_is_no_code_is_not_found(client: InspectingClient, token: str) -> None:
    assert client.get(f"/check/{token}").status_code == 404


# ---- whose it is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOG_FILES)
def test_nobody_gets_anothers_log(
    client: InspectingClient, signed_log: list[Entry], bob: Person, outside: Outside, name: str
) -> None:
    assert client.get(f"/hours/export/{name}").status_code == 302
    browser = client.sign_in(bob)
    data = browser.get(f"/hours/export/{name}").get_data()
    assert b"Bayview" not in data
    assert b"Alice" not in data


def test_the_page_costs_few_queries(
    browser: InspectingClient, signed_log: list[Entry], statements: list[str]
) -> None:
    statements.clear()
    page = browser.get("/hours/export")
    assert "PDF of 2026" in page.main
    assert len(statements) <= 6
    assert "What you signed" not in page.main


@pytest.mark.parametrize(("name", "most"), [("log.json", 23), ("log.csv", 10), ("log-2026.pdf", 8)])
def test_a_file_costs_as_many_queries_for_a_long_log(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision,
    goal: Goal, statements: list[str], name: str, most: int,
) -> None:  # fmt: skip
    make_weeks(session, bayview, supervision, MONDAY, 40)
    reassess(session, outside.packs, goal.person_id, TODAY)
    session.commit()
    statements.clear()
    browser.get(f"/hours/export/{name}")
    assert len(statements) <= most


def test_the_checking_page_holds_the_keys_of_the_site(client: InspectingClient, outside: Outside) -> None:
    answer = client.get("/check/checker.html")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = answer.get_data(as_text=True)
    for key in outside.keys.public_keys.values():
        assert json.dumps(key.as_json()["public_key"]).strip('"') in text
    assert "src=" not in text
    assert "http://" not in text.replace("http://localhost", "")
