"""The pages of imports: whatever is uploaded a page or a sentence answers, and others' imports are not found."""

import json
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.addresses import MemoryFetcher
from ceu.adapters.outside import Outside
from ceu.db.extension import db
from ceu.experience.models import Entry, Supervision, WorkSetting
from ceu.experience.services import submit_week
from ceu.importing.models import HoursImport, ImportedRow, ImportMapping
from tests.adapters.test_calendars import GOOGLE
from tests.adapters.test_encounters import bundle, encounter
from tests.client import InspectingClient
from tests.experience.builders import sheet_of
from tests.importing.imports import EXPORT, IDENTIFYING, begin, import_now

ADDRESS = "https://calendar.example.org/secret.ics"


def upload(
    browser: InspectingClient, setting: WorkSetting, data: bytes | str = EXPORT, name: str = "Robin Doe.csv"
) -> Any:
    """Send a file as a browser does; the body is written here, for the test client would put a large one on a disk."""
    raw = data.encode() if isinstance(data, str) else data
    part = '--edge\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = (
        f"{part.format('setting', '')}{setting.id}\r\n".encode()
        + part.format("file", f'; filename="{name}"\r\nContent-Type: application/octet-stream').encode()
        + raw
        + b"\r\n--edge--\r\n"
    )
    return browser.post("/hours/imports/file", data=body, content_type="multipart/form-data; boundary=edge")


def calendar(browser: InspectingClient, setting: WorkSetting, **changes: Any) -> Any:
    form = {
        "setting": setting.id,
        "first": "2026-10-01",
        "last": "2026-11-30",
        "phrases": "Group supervision\ntherapy",
        **changes,
    }
    return browser.post("/hours/imports/calendar", data=form, content_type="multipart/form-data")


def the_import(session: Session) -> HoursImport:
    return session.scalars(select(HoursImport).order_by(HoursImport.id.desc())).one()


def count(session: Session) -> int:
    return len(session.scalars(select(Entry.id)).all())


# ---- from a file to the log --------------------------------------------------------------------------------------


def test_from_a_file_to_the_log_and_out_again(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    answer = upload(browser, bayview)
    draft = the_import(session)
    assert (answer.status_code, answer.location) == (303, f"/hours/imports/{draft.id}/meaning")
    page = browser.get(answer.location)
    assert page.h1 == "What it means"
    assert "Client nameDropped: it may hold names" in page.main
    assert "so it proves nothing" in page.main

    chosen = {
        control.get("name"): next(
            (o.get("value") for o in control.iter("option") if o.get("selected") is not None), None
        )
        for control in page.tree.iter("select")
    }
    sent = {
        **{str(name): value or "" for name, value in chosen.items()},
        "took_place": "yes",
        "day_order": "mdy",
        "unit": "minutes",
    }
    answer = browser.post(answer.location, data=sent)
    assert answer.location == f"/hours/imports/{draft.id}"
    page = browser.get(answer.location)
    assert page.h1 == "Every row of the import"
    assert "Import 3 entries" in page.texts("button")
    assert "The length cannot be read" in page.main
    assert count(session) == 0
    for word in IDENTIFYING:
        assert word not in page.get_data(as_text=True)

    answer = browser.post(f"/hours/imports/{draft.id}/run")
    page = browser.get(answer.location)
    assert "3 entries are in your log. 1 row waits for you to confirm." in page.main
    assert "The length cannot be read. Write it like" in page.main
    assert count(session) == 3
    answer = browser.post(f"/hours/imports/{draft.id}/undo")
    assert "3 entries were taken out" in browser.get(answer.location).main
    assert count(session) == 0
    assert "Undone" in browser.get("/hours/imports").main


def test_the_next_file_of_the_same_shape_is_shown_at_once(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    upload(browser, bayview)
    draft = the_import(session)
    page = browser.get(f"/hours/imports/{draft.id}/meaning")
    texts = [text for text in draft.found["kinds"]]
    sent = {f"kind_{n}": "notes" for n in range(len(texts))} | {f"status_{n}": "done" for n in range(3)}
    sent |= {f"way_{n}": "phone" for n in range(4)}
    assert page.status_code == 200
    answer = browser.post(
        f"/hours/imports/{draft.id}/meaning",
        data={
            **sent,
            "setting": bayview.id,
            "took_place": "yes",
            "delivery": "phone",
            "day_order": "mdy",
            "unit": "minutes",
        },
    )
    assert answer.status_code == 303
    answer = upload(browser, bayview)
    assert answer.location == f"/hours/imports/{the_import(session).id}"
    assert set(the_import(session).choices["kinds"].values()) == {"notes"}
    (mapping,) = session.scalars(select(ImportMapping))
    assert "Appointment date" in browser.get("/hours/imports").main
    browser.post(f"/hours/imports/mappings/{mapping.id}/forget")
    assert session.scalars(select(ImportMapping)).all() == []


def test_rows_are_shown_by_what_becomes_of_them_and_page_by_page(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    lines = [f"2026-{month:02d}-{day:02d},50m,therapy" for month in range(1, 11) for day in range(1, 26)]
    draft = begin(session, outside, bayview, "\n".join(["Date,Length,Type", *lines, "bad,50m,therapy"]))
    page = browser.get(f"/hours/imports/{draft.id}")
    assert "Page 1 of 3" in page.main
    assert len(page.texts("tr")) == 101
    assert "Page 3 of 3" in browser.get(f"/hours/imports/{draft.id}?page=99").main
    page = browser.get(f"/hours/imports/{draft.id}?show=refused")
    assert len(page.texts("tr")) == 2
    assert browser.get(f"/hours/imports/{draft.id}?show=nonsense&page=x").status_code == 200


# ---- columns -----------------------------------------------------------------------------------------------------

GERMAN = "Datum;Dauer;Art;Name\n16.11.2026;50;Therapie;Robin\n"


def test_headings_that_nobody_foresaw(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    answer = upload(browser, bayview, GERMAN)
    draft = the_import(session)
    assert answer.location == f"/hours/imports/{draft.id}/columns"
    assert draft.rows == []
    page = browser.get(answer.location)
    assert "The headings do not say when and how long" in page.main
    assert "1 column was dropped" in page.main
    roles = {"role_0": "day", "role_1": "", "role_2": "kind"}
    page = browser.post(
        answer.location,
        data={**roles, "file": (BytesIO(GERMAN.encode()), "x.csv")},
        content_type="multipart/form-data",
    )
    assert (page.status_code, "Say which column tells the day" in page.main) == (422, True)
    answer = browser.post(
        answer.location,
        data={**roles, "role_1": "length", "file": (BytesIO(GERMAN.encode()), "x.csv")},
        content_type="multipart/form-data",
    )
    assert answer.location.endswith("/meaning")
    assert the_import(session).found["kinds"] == ["Therapie"]
    assert upload(browser, bayview, GERMAN).location.endswith("/meaning"), "the columns are remembered"


# ---- whatever is uploaded ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "This file is empty"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"PK\x03\x04broken", "This workbook cannot be read"),
        (b"\x00\x01", "not a text file"),
        (b"hello", "No table was found"),
        (b"{broken", "This is not FHIR"),
        (GOOGLE.encode(), "This is a calendar"),
        (b"x" * (9 * 1024 * 1024), "the most is 8 MB"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(
    browser: InspectingClient, session: Session, bayview: WorkSetting, data: bytes, words: str
) -> None:
    page = upload(browser, bayview, data)
    assert (page.status_code, page.h1) == (422, "Import a file")
    assert words in page.main
    assert session.scalars(select(HoursImport)).all() == []


def test_no_file(browser: InspectingClient, bayview: WorkSetting) -> None:
    page = browser.post("/hours/imports/file", data={"setting": bayview.id})
    assert (page.status_code, "Choose the file to import." in page.main) == (422, True)


def test_a_file_beyond_what_the_site_takes_in(browser: InspectingClient, bayview: WorkSetting) -> None:
    answer = upload(browser, bayview, b"x" * (11 * 1024 * 1024))
    assert answer.location == "/hours/imports/file"
    assert "This file is too large; the most is 8 MB." in browser.get(answer.location).main


def test_a_large_file_is_not_written_to_a_disk(
    browser: InspectingClient, bayview: WorkSetting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a temporary file was asked for")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    assert upload(browser, bayview, EXPORT + "," * 1_000_000).status_code == 303


def test_without_settings_it_says_where_to_begin(browser: InspectingClient) -> None:
    for path in ("/hours/imports/file", "/hours/imports/calendar"):
        assert "Where do you work?" in browser.get(path).main


# ---- calendars and FHIR ------------------------------------------------------------------------------------------


def test_a_calendar_as_a_file_and_by_its_address(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert calendar(browser, bayview, file=(BytesIO(GOOGLE.encode()), "x.ics")).location.endswith("/meaning")
    assert the_import(session).found["kinds"] == ["Group supervision", "therapy", ""]
    assert isinstance(outside.fetcher, MemoryFetcher)
    monkeypatch.setitem(outside.fetcher.files, ADDRESS, GOOGLE.encode())
    answer = calendar(browser, bayview, address=ADDRESS)
    page = browser.get(answer.location)
    assert "Titles in which no phrase was found" in page.main
    assert "secret.ics" not in repr([vars(one) for one in session.scalars(select(HoursImport))])
    page = browser.get("/hours/imports/calendar")
    assert "Group supervision\ntherapy" in page.get_data(as_text=True), "the phrases are remembered"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Choose a file, or enter the address"),
        ({"address": "http://calendar.example.org/a.ics"}, "must begin with https://"),
        ({"address": "https://calendar.example.org/gone.ics"}, "Nothing is at this address"),
        ({"address": ADDRESS, "first": "2026-12-31"}, "at most three years"),
        ({"address": ADDRESS, "phrases": " "}, "Write at least one phrase"),
        ({"file": (b"Date,Minutes\n", "x.ics")}, "This is no calendar"),
    ],
)
def test_a_calendar_that_cannot_be_read_gets_a_sentence(
    browser: InspectingClient, outside: Outside, bayview: WorkSetting, monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any], words: str,
) -> None:  # fmt: skip
    assert isinstance(outside.fetcher, MemoryFetcher)
    monkeypatch.setitem(outside.fetcher.files, ADDRESS, GOOGLE.encode())
    sent = {
        name: (BytesIO(value[0]), value[1]) if name == "file" else value for name, value in changes.items()
    }
    page = calendar(browser, bayview, **sent)
    assert (page.status_code, words in page.main) == (422, True), page.main


def test_fhir(browser: InspectingClient, session: Session, bayview: WorkSetting) -> None:
    answer = upload(browser, bayview, bundle(encounter()), "bundle.json")
    assert "Whether it took place" in browser.get(answer.location).main
    page = browser.get(f"/hours/imports/{the_import(session).id}")
    assert "Import 1 entry" in page.texts("button")
    assert "Robin" not in json.dumps(the_import(session).rows)


# ---- rows that wait ----------------------------------------------------------------------------------------------


def test_rows_are_confirmed_and_dismissed(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    table = "Date,Start,Minutes,Type,Status\n" + "".join(f"2026-11-1{day},9:00,50,{kind},Show\n" for day, kind in enumerate(
        ("therapy", "therapy", "mystery", "group supervision"), start=2))  # fmt: skip
    import_now(session, outside, bayview, table)
    ids = list(session.scalars(select(ImportedRow.id).order_by(ImportedRow.day)))
    page = browser.get("/hours/imports/to-confirm")
    assert "4 rows wait" in page.main
    page = browser.post(
        "/hours/imports/to-confirm", data={"shown": ids, f"activity_{ids[2]}": "", "action": "confirm"}
    )
    assert (page.status_code, "Tick the rows you mean." in page.main) == (422, True)
    sent = {
        "shown": ids,
        f"row_{ids[0]}": "y",
        f"row_{ids[2]}": "y",
        f"row_{ids[3]}": "y",
        f"activity_{ids[2]}": "notes",
        f"count_{ids[3]}": "2",
    }
    page = browser.get(browser.post("/hours/imports/to-confirm", data={**sent, "action": "confirm"}).location)
    assert "2 confirmed and in your log." in page.main
    assert "15 Nov 2026, 9:00 to 9:50, stays: A group begins with three." in page.main
    sent = {"shown": ids, f"row_{ids[1]}": "y", f"row_{ids[3]}": "y", "action": "dismiss"}
    page = browser.get(browser.post("/hours/imports/to-confirm", data=sent).location)
    assert "2 dismissed." in page.main
    assert "Nothing waits for you" in page.main
    assert count(session) == 2


def test_all_rows_can_be_ticked_at_once(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    import_now(session, outside, bayview)
    page = browser.get("/hours/imports/to-confirm?tick=all")
    assert [
        box.get("checked") is not None for box in page.tree.iter("input") if box.get("type") == "checkbox"
    ] == [True]
    assert "1 row waits for you" in browser.get("/hours/imports").main


# ---- refusals ----------------------------------------------------------------------------------------------------


def test_an_import_in_a_locked_week_is_not_undone(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    done = import_now(session, outside, bayview)
    submit_week(session, done.begun_at, sheet_of(session, bayview))
    answer = browser.post(f"/hours/imports/{done.id}/undo")
    assert "waits for Dana Example's signature" in browser.get(answer.location).main
    assert count(session) == 3


def test_what_is_done_leads_to_what_became_of_it(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    done = import_now(session, outside, bayview)
    for page in ("columns", "meaning"):
        assert browser.get(f"/hours/imports/{done.id}/{page}").location == f"/hours/imports/{done.id}"
    answer = browser.post(f"/hours/imports/{done.id}/run")
    assert "done already" in browser.get(answer.location).main
    answer = browser.post(f"/hours/imports/{done.id}/discard")
    assert "done already" in browser.get(answer.location).main


def test_a_draft_is_discarded(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    draft = begin(session, outside, bayview)
    answer = browser.post(f"/hours/imports/{draft.id}/discard")
    assert "Nothing of the file is kept." in browser.get(answer.location).main
    assert session.scalars(select(HoursImport)).all() == []


def test_what_is_anothers_is_not_found(
    client: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, bob: Person
) -> None:
    done = import_now(session, outside, bayview)
    (row,) = session.scalars(select(ImportedRow))
    (mapping,) = session.scalars(select(ImportMapping))
    strangers = client.sign_in(bob)
    for page in ("", "/columns", "/meaning"):
        assert strangers.get(f"/hours/imports/{done.id}{page}").status_code == 404
    for action in (
        f"{done.id}/run",
        f"{done.id}/discard",
        f"{done.id}/undo",
        f"mappings/{mapping.id}/forget",
    ):
        assert strangers.post(f"/hours/imports/{action}").status_code == 404
    page = strangers.post(
        "/hours/imports/to-confirm", data={"shown": row.id, f"row_{row.id}": "y", "action": "dismiss"}
    )
    assert page.status_code == 422
    session.refresh(row)
    assert row.state == "waiting"
    page = upload(strangers, bayview)
    assert (page.status_code, "Where do you work?" in page.main) == (422, True)
    assert strangers.get("/hours/imports").status_code == 200


def test_while_a_calendar_is_fetched_no_lock_is_held(
    browser: InspectingClient, outside: Outside, bayview: WorkSetting, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_then: list[bool] = []

    def fetch(address: str) -> bytes:
        open_then.append(db.session.registry().in_transaction())
        return GOOGLE.encode()

    monkeypatch.setattr(outside.fetcher, "fetch", fetch, raising=True)
    assert calendar(browser, bayview, address=ADDRESS).status_code == 303
    assert open_then == [False]
