"""One file of several settings: the texts of a column are mapped to settings, and each row goes where it belongs."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.models import Entry, Supervision, WorkSetting
from ceu.importing.columns import Role, columns_of, sieve
from ceu.importing.models import HoursImport, ImportedRow
from ceu.importing.plan import choices_from_json
from ceu.importing.reading import read_table_file
from ceu.importing.services import begin_import, preview, run_import, undo_import
from tests.client import InspectingClient
from tests.experience.builders import make_setting, sign, submitted_week
from tests.factories import FROZEN_NOW
from tests.signoff.test_backlog import noted

FILE = b"""Date,Duration,Service,Site
2026-11-16,50,Individual therapy,Bayview Clinic
2026-11-16,55,Individual therapy,Oak
2026-11-17,60,Individual therapy,Oak
2026-11-18,60,Individual therapy,
"""


@pytest.fixture
def oak(session: Session, alice: Person) -> WorkSetting:
    return make_setting(session, alice, "Oak School")


def draft_of(session: Session, setting: WorkSetting, data: bytes = FILE, **meant: str) -> HoursImport:
    reading = read_table_file(
        data, pseudonym=str.lower, time_zone="America/Los_Angeles", roles_for=lambda signature: None
    )
    draft = begin_import(
        session, FROZEN_NOW, person_id=setting.person_id, setting_id=setting.id, reading=reading
    )
    kinds = dict.fromkeys(draft.choices["kinds"], "counseling:individual")
    draft.choices = {
        **draft.choices, "kinds": kinds, "unit": "minutes", "settings": {**draft.choices["settings"], **meant},
    }  # fmt: skip
    return draft


def places(entries: Sequence[Entry]) -> list[tuple[date, str]]:
    return sorted((entry.day, entry.sheet.setting.name) for entry in entries)


def test_each_row_goes_to_its_setting(session: Session, bayview: WorkSetting, oak: WorkSetting) -> None:
    draft = draft_of(session, bayview)
    assert draft.choices["settings"] == {"Bayview Clinic": str(bayview.id)}, "found by its name"
    draft.choices = {**draft.choices, "settings": {**draft.choices["settings"], "Oak": str(oak.id)}}
    run_import(session, FROZEN_NOW, draft)
    assert places(session.query(Entry).all()) == [
        (date(2026, 11, 16), "Bayview Clinic"),
        (date(2026, 11, 16), "Oak School"),
        (date(2026, 11, 17), "Oak School"),
        (date(2026, 11, 18), "Bayview Clinic"),
    ]
    undo_import(session, FROZEN_NOW, draft)
    assert session.query(Entry).count() == 0


def test_a_week_is_closed_in_its_own_setting_only(
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    oak: WorkSetting,
    supervision: Supervision,
    dana: Person,
) -> None:
    sign(session, outside, dana, submitted_week(session, outside, bayview))
    outcomes = [
        one.outcome for one in preview(session, FROZEN_NOW, draft_of(session, bayview, Oak=str(oak.id)))
    ]
    assert outcomes[1:] == ["entry", "entry", "refused"]


def test_nothing_goes_into_the_span_of_an_earlier_log(
    session: Session, bayview: WorkSetting, oak: WorkSetting
) -> None:
    noted(session, bayview, last_day=date(2026, 11, 22))
    decisions = preview(session, FROZEN_NOW, draft_of(session, bayview, Oak=str(oak.id)))
    assert [one.outcome for one in decisions] == ["refused", "entry", "entry", "refused"]
    assert "would count twice" in decisions[0].sentence


def test_a_setting_of_somebody_else_is_never_meant(
    session: Session, bayview: WorkSetting, bob: Person
) -> None:
    foreign = make_setting(session, bob, "Oak")
    draft = draft_of(session, bayview, Oak=str(foreign.id))
    run_import(session, FROZEN_NOW, draft)
    assert {name for _, name in places(session.query(Entry).all())} == {"Bayview Clinic"}
    assert session.query(ImportedRow).count() == 0


@pytest.mark.parametrize(
    ("texts", "is_kept"),
    [
        (["Bayview Clinic", "Oak School", "North County Services"], True),
        (["Oak", "Bayview"], True),
        (["Jane Miller", "Robert Brown", "Ann Lee"], False),
        (["(415) 555-1212"], False),
        ([f"Place {number}" for number in range(20)], False),
    ],
)
def test_a_column_of_places_is_none_of_people(texts: list[str], is_kept: bool) -> None:
    columns = columns_of(["Day", "Site"])
    assert columns[1].role == Role.SETTING
    kept = sieve(columns, [(line, ["2026-11-16", text], "") for line, text in enumerate(texts)], str)
    assert (kept.columns[1].role == Role.SETTING) is is_kept
    assert [row.setting for row in kept.rows] == (texts if is_kept else [""] * len(texts))


def test_the_page_asks_where_each_text_is(
    browser: InspectingClient, session: Session, alice: Person, bayview: WorkSetting, oak: WorkSetting
) -> None:
    answer = browser.post(
        "/hours/imports/file", data={"setting": bayview.id, "file": (BytesIO(FILE), "log.csv")}
    )
    page = browser.get(answer.location)
    assert "Where you worked" in page.main
    kinds = session.query(HoursImport).one().found["kinds"]
    form = {
        "setting": bayview.id, "took_place": "yes", "delivery": "in_person", "unit": "minutes", "day_order": "mdy",
        **{f"kind_{place}": "counseling:individual" for place in range(len(kinds))},
        "place_0": str(bayview.id), "place_1": str(oak.id),
    }  # fmt: skip
    assert browser.post(answer.location, data={**form, "place_1": "999"}).status_code == 422
    assert browser.post(answer.location, data=form).status_code == 303
    choices = choices_from_json(session.query(HoursImport).one().choices)
    assert choices.settings == {"Bayview Clinic": str(bayview.id), "Oak": str(oak.id)}
    again = browser.post(
        "/hours/imports/file", data={"setting": bayview.id, "file": (BytesIO(FILE), "log.csv")}
    )
    assert again.status_code == 303
    assert choices_from_json(session.query(HoursImport).one().choices).settings == choices.settings, (
        "remembered"
    )
