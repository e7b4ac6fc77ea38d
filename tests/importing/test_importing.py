"""An import as a whole: nothing identifying is kept, the log takes it in once, and gives all of it back."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.audit.models import AuditEntry
from ceu.domain.errors import DomainError, NotFound
from ceu.experience.models import Entry, Supervision, WeekSheet, WorkSetting
from ceu.experience.services import submit_week
from ceu.importing.models import HoursImport, ImportedRow, ImportMapping, RowState
from ceu.importing.plan import Choices, choices_from_json
from ceu.importing.queries import count_waiting_rows, list_waiting_rows
from ceu.importing.reading import read_calendar_file, read_fhir_file, signature_of
from ceu.importing.services import (
    Answer,
    begin_import,
    confirm_rows,
    discard_import,
    dismiss_rows,
    preview,
    run_import,
    say_what_it_means,
    undo_import,
)
from ceu.licenses.services import choose_goal
from tests.adapters.test_calendars import GOOGLE
from tests.adapters.test_encounters import appointment, bundle, encounter
from tests.experience.builders import MONDAY, column_of, log, make_setting, settle, sheet_of, sign
from tests.factories import FROZEN_NOW
from tests.importing.imports import (
    EXPORT,
    IDENTIFYING,
    begin,
    csv_of,
    everything_stored,
    import_now,
    measure,
    outcomes,
    workbook_of,
)

LOS_ANGELES = "America/Los_Angeles"


def entries(session: Session) -> list[Entry]:
    return list(session.scalars(select(Entry).order_by(Entry.day, Entry.start_minute)))


def rows(session: Session) -> list[ImportedRow]:
    return list(session.scalars(select(ImportedRow).order_by(ImportedRow.id)))


# ---- a table -----------------------------------------------------------------------------------------------------


def test_a_preview_writes_nothing_and_the_import_does_what_it_showed(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    draft = begin(session, outside, bayview)
    assert outcomes(session, draft) == ["entry", "entry", "confirm", "not_work", "refused", "entry"]
    assert (entries(session), rows(session)) == ([], [])
    run_import(session, FROZEN_NOW, draft)
    assert draft.counts == {"entry": 3, "confirm": 1, "not_work": 1, "refused": 1}
    assert [(one.day, one.start_minute, one.minutes, one.activity, one.client_unit, one.delivery) for one in entries(session)] == [
        (MONDAY, 540, 50, "counseling", "individual", "in_person"),
        (MONDAY, 600, 80, "counseling", "couple", "video"),
        (date(2026, 11, 19), 960, 60, "supervision_individual", None, "video"),
    ]  # fmt: skip
    assert draft.refused == [[6, "The length cannot be read. Write it like 50, 0:50 or 1h 15m."]]
    sheet = sheet_of(session, bayview)
    assert (sheet.minutes, sheet.totals) == (190, {"counseling": 130, "supervision_individual": 60})


def test_nothing_that_tells_who_a_client_is_is_stored(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    begin(session, outside, bayview)
    drafted = everything_stored(session)
    import_now(session, outside, bayview)
    stored = everything_stored(session)
    for word in IDENTIFYING:
        assert word not in drafted
        assert word not in stored


def test_clients_are_told_apart_and_no_more(session: Session, outside: Outside, bayview: WorkSetting) -> None:
    import_now(session, outside, bayview)
    first, second, supervision = (one.client_hash for one in entries(session))
    assert first != second
    assert supervision is None
    assert rows(session)[0].client_hash == first
    assert set(column_of(session, bayview.person_id, "client")) == {first, second, None}


def test_the_same_file_again_changes_nothing(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    import_now(session, outside, bayview)
    draft = begin(session, outside, bayview)
    assert outcomes(session, draft) == ["known", "known", "known", "not_work", "refused", "known"]
    with pytest.raises(DomainError, match="Nothing in this file can go into your log"):
        run_import(session, FROZEN_NOW, draft)
    assert len(entries(session)) == 3


def test_what_was_typed_is_known(session: Session, outside: Outside, bayview: WorkSetting) -> None:
    log(session, outside, bayview, start_minute=540)
    assert outcomes(session, begin(session, outside, bayview))[0] == "known"


def test_an_import_happens_once(session: Session, outside: Outside, bayview: WorkSetting) -> None:
    draft = import_now(session, outside, bayview)
    with pytest.raises(DomainError, match="done already"):
        run_import(session, FROZEN_NOW, draft)
    with pytest.raises(DomainError, match="done already"):
        discard_import(session, draft)
    with pytest.raises(DomainError, match="done already"):
        say_what_it_means(session, FROZEN_NOW, draft, setting_id=bayview.id, choices=Choices())


def test_a_locked_week_takes_nothing_in_and_says_why(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision
) -> None:
    log(session, outside, bayview, day=MONDAY + timedelta(days=4))
    submit_week(session, FROZEN_NOW, sheet_of(session, bayview))
    decisions = preview(session, FROZEN_NOW, begin(session, outside, bayview))
    assert {one.outcome for one in decisions} == {"refused", "not_work"}
    assert "waits for Dana Example's signature" in decisions[0].sentence


def test_there_is_one_draft_and_it_can_be_discarded(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    begin(session, outside, bayview)
    draft = begin(session, outside, bayview)
    assert session.scalars(select(HoursImport.id)).all() == [draft.id]
    discard_import(session, draft)
    assert session.scalars(select(HoursImport.id)).all() == []


def test_another_persons_setting_is_not_found(
    session: Session, outside: Outside, bayview: WorkSetting, bob: Person
) -> None:
    draft = begin(session, outside, bayview)
    other = make_setting(session, bob, "Oak School")
    with pytest.raises(NotFound):
        say_what_it_means(session, FROZEN_NOW, draft, setting_id=other.id, choices=Choices())


def test_what_it_means_is_remembered_for_files_of_the_same_shape(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    draft = begin(session, outside, bayview)
    guessed = choices_from_json(draft.choices)
    chosen = {**guessed.kinds, "Supervision": "none"}
    say_what_it_means(
        session, FROZEN_NOW, draft, setting_id=bayview.id,
        choices=Choices(**{**guessed.as_json(), "kinds": chosen, "delivery": "phone"}),
    )  # fmt: skip
    again = begin(
        session,
        outside,
        bayview,
        EXPORT.replace("Supervision", "supervision").replace("Couples Session", "Supervision"),
    )
    assert again.choices["kinds"] == {
        "Individual Therapy": "counseling:individual", "Supervision": "none", "supervision": "supervision_individual",
    }  # fmt: skip
    assert again.choices["delivery"] == "phone"
    (mapping,) = session.scalars(select(ImportMapping))
    assert mapping.signature == signature_of(EXPORT.splitlines()[0].split(","))
    assert mapping.reading["Client ID"] == "client"
    assert "Client name" not in mapping.title


def test_it_is_in_the_audit_record_without_particulars(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    done = import_now(session, outside, bayview)
    undo_import(session, FROZEN_NOW, done)
    notes = session.scalars(select(AuditEntry).where(AuditEntry.action.like("import.%"))).all()
    assert [(one.action, one.subject_id) for one in notes] == [
        ("import.done", str(done.id)),
        ("import.undone", str(done.id)),
    ]


# ---- undo --------------------------------------------------------------------------------------------------------


def test_undoing_takes_everything_out_and_leaves_the_rest(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    mine = log(session, outside, bayview, day=MONDAY + timedelta(days=4))
    done = import_now(session, outside, bayview)
    confirm_rows(
        session, FROZEN_NOW, rows(session), {rows(session)[0].id: Answer("counseling", "individual")}
    )
    assert len(entries(session)) == 5
    assert undo_import(session, FROZEN_NOW, done) == 4
    session.expire_all()
    assert [one.id for one in entries(session)] == [mine.id]
    assert rows(session) == []
    assert sheet_of(session, bayview).minutes == 50
    with pytest.raises(DomainError, match="nothing to undo"):
        undo_import(session, FROZEN_NOW, done)
    assert outcomes(session, begin(session, outside, bayview))[0] == "entry"


def test_a_signed_week_says_why_not(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    done = import_now(session, outside, bayview)
    sheet = sheet_of(session, bayview)
    submit_week(session, FROZEN_NOW, sheet)
    sign(session, outside, dana, sheet)
    with pytest.raises(DomainError, match="has been signed by Dana Example") as caught:
        undo_import(session, FROZEN_NOW, done)
    assert caught.value.message.startswith("The import cannot be undone as a whole.")
    assert len(entries(session)) == 3


# ---- rows that wait ----------------------------------------------------------------------------------------------


def test_a_row_that_waits_is_no_entry_until_it_is_confirmed(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    done = import_now(session, outside, bayview)
    (row,) = list_waiting_rows(session, bayview.person_id)
    assert (row.day, row.reason) == (
        MONDAY + timedelta(days=1),
        "The file does not prove that it took place.",
    )
    confirmed = confirm_rows(session, FROZEN_NOW, [row], {row.id: Answer("counseling", "individual")})
    assert (confirmed.entries, confirmed.refused) == (1, {})
    settle(session, outside)
    entry = next(one for one in entries(session) if one.day == row.day)
    assert (entry.import_id, entry.client_hash, entry.minutes) == (done.id, row.client_hash, 50)
    assert count_waiting_rows(session, bayview.person_id) == 0
    assert outcomes(session, begin(session, outside, bayview))[2] == "known"


def test_a_row_that_cannot_be_an_entry_stays_with_the_reason(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    import_now(session, outside, bayview)
    (row,) = rows(session)
    log(session, outside, bayview, day=row.day, start_minute=500, minutes=60)
    confirmed = confirm_rows(session, FROZEN_NOW, [row], {row.id: Answer("counseling", "individual")})
    assert "two places at once" in confirmed.refused[row.id].message
    assert (confirmed.entries, row.state) == (0, RowState.WAITING)
    unsaid = confirm_rows(session, FROZEN_NOW, [row], {row.id: Answer("")})
    assert unsaid.refused[row.id].message == "Choose what was done."


def test_a_dismissed_row_is_not_asked_about_again(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    import_now(session, outside, bayview)
    assert dismiss_rows(session, FROZEN_NOW, rows(session)) == 1
    assert list_waiting_rows(session, bayview.person_id) == []
    assert outcomes(session, begin(session, outside, bayview))[2] == "known"


# ---- calendars and FHIR ------------------------------------------------------------------------------------------


def test_a_calendar_waits_to_be_confirmed_and_keeps_no_titles(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    reading = read_calendar_file(
        GOOGLE.encode(), phrases=("group supervision", "therapy"), first=date(2026, 10, 1), last=date(2026, 11, 30),
        time_zone=LOS_ANGELES,
    )  # fmt: skip
    draft = begin_import(
        session, FROZEN_NOW, person_id=bayview.person_id, setting_id=bayview.id, reading=reading
    )
    assert outcomes(session, draft) == [
        "confirm",
        "confirm",
        "confirm",
        "confirm",
        "not_work",
        "confirm",
        "not_work",
    ]
    run_import(session, FROZEN_NOW, draft)
    assert entries(session) == []
    assert len(rows(session)) == 5
    stored = everything_stored(session)
    for word in ("Robin", "Doe", "Elm", "Anxiety", "Dana\\n", "Thanksgiving", "google.com"):
        assert word not in stored
    group = next(row for row in rows(session) if row.activity == "supervision_group")
    refused = confirm_rows(session, FROZEN_NOW, [group], {group.id: Answer("supervision_group")}).refused
    assert "how many of you were supervised" in refused[group.id].message
    assert (
        confirm_rows(session, FROZEN_NOW, [group], {group.id: Answer("supervision_group", None, 6)}).entries
        == 1
    )


def test_a_calendar_of_what_took_place(session: Session, outside: Outside, bayview: WorkSetting) -> None:
    reading = read_calendar_file(
        GOOGLE.encode(),
        phrases=("therapy",),
        first=date(2026, 11, 1),
        last=date(2026, 11, 20),
        time_zone=LOS_ANGELES,
    )
    draft = begin_import(
        session, FROZEN_NOW, person_id=bayview.person_id, setting_id=bayview.id, reading=reading
    )
    choices = Choices(**{**draft.choices, "took_place": True})
    say_what_it_means(session, FROZEN_NOW, draft, setting_id=bayview.id, choices=choices)
    run_import(session, FROZEN_NOW, draft)
    assert [(one.day.day, one.start_minute) for one in entries(session)] == [(3, 540), (10, 870)]


def test_fhir(session: Session, outside: Outside, bayview: WorkSetting) -> None:
    later = {"start": "2026-11-17T18:00:00Z", "end": "2026-11-17T18:50:00Z"}
    data = bundle(
        encounter(), encounter(status="in-progress", period=later), encounter(status="cancelled", period=later),
        appointment(start="2026-12-01T18:00:00Z", end="2026-12-01T18:50:00Z"), appointment(status="noshow", **later),
        appointment(status="fulfilled", **later), encounter(period={"start": "2026-11-16"}),
    )  # fmt: skip
    reading = read_fhir_file(
        data, pseudonym=lambda client: outside.pseudonyms.of(bayview.person_id, client), time_zone=LOS_ANGELES
    )
    draft = begin_import(
        session, FROZEN_NOW, person_id=bayview.person_id, setting_id=bayview.id, reading=reading
    )
    say_what_it_means(
        session, FROZEN_NOW, draft, setting_id=bayview.id,
        choices=Choices(**{**draft.choices, "kinds": {**draft.choices["kinds"], "A follow up visit": "counseling:individual"}}),
    )  # fmt: skip
    assert outcomes(session, draft) == [
        "entry", "not_work", "not_work", "confirm", "not_work", "confirm", "refused",
    ]  # fmt: skip
    run_import(session, FROZEN_NOW, draft)
    (entry,) = entries(session)
    assert (entry.day, entry.start_minute, entry.minutes, entry.delivery) == (MONDAY, 600, 53, "video")
    assert entry.client_hash == outside.pseudonyms.of(bayview.person_id, "Patient/77")
    assert "Robin" not in everything_stored(session)


def test_fhir_kinds_that_look_like_names_and_states_of_no_standard_are_not_kept(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    data = bundle(
        encounter(type=[{"coding": [{"display": "Robin Doe"}]}]),
        encounter(type=[{"coding": [{"display": "Casey Roe"}]}], status="Robin"),
    )
    reading = read_fhir_file(data, pseudonym=lambda client: "", time_zone=LOS_ANGELES)
    assert {(row.kind, row.status) for row in reading.rows} == {
        ("", "Encounter finished"),
        ("", "Encounter unknown"),
    }


def test_weeks_of_an_import_are_counted(session: Session, outside: Outside, bayview: WorkSetting) -> None:
    import_now(session, outside, bayview)
    summed = session.scalar(select(func.sum(Entry.minutes)))
    assert session.scalar(select(func.sum(WeekSheet.minutes))) == summed == 190


@pytest.mark.slow
@pytest.mark.parametrize("make", [workbook_of, csv_of], ids=["XLSX", "CSV"])
def test_ten_thousand_rows(
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    make: Callable[[int], bytes],
) -> None:
    choose_goal(session, FROZEN_NOW, bayview.person_id, outside.packs.get("us-ca/lmft"))
    seconds = measure(session, outside, bayview, make(10_000))
    assert len(entries(session)) == 8_571
    assert len(rows(session)) == 1_429
    assert seconds.preview < 3
    assert seconds.run < 5
