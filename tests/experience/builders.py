"""A log to test with: Alice works at Bayview Clinic, Dana supervises her there."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.accounts.tokens import digest
from ceu.adapters.outside import Outside
from ceu.db.events import deliver
from ceu.experience.models import Entry, SignOff, Supervision, WeekSheet, WorkSetting
from ceu.experience.records import digest as digest_of
from ceu.experience.services import Shown, body_of, log_experience, sign_off, submit_week
from ceu.licenses.facts import to_json
from ceu.requirements.elsewhere_queries import whole_log
from ceu.wiring import HANDLERS
from tests.factories import FROZEN_NOW, PASSWORD
from tests.rules.packs import CALIFORNIA_ACCEPTS

MONDAY = date(2026, 11, 16)
"""The week before the current one: all of its days can be logged."""


def make_setting(session: Session, person: Person, name: str = "Bayview Clinic", **facts: Any) -> WorkSetting:
    """A nonprofit agency in which the person has been employed since March 2025."""
    setting = WorkSetting(
        **{
            "person_id": person.id,
            "name": name,
            "kind": "nonprofit",
            "employment": "employee",
            "practicum": False,
            "began_on": date(2025, 3, 3),
            **facts,
        }
    )
    session.add(setting)
    session.flush()
    return setting


def make_supervision(
    session: Session,
    setting: WorkSetting,
    supervisor: Person | None = None,
    token: str = "token",
    **facts: Any,
) -> Supervision:
    """An invitation to this setting, accepted when a supervisor is given."""
    accepted = (
        {
            "supervisor_id": supervisor.id,
            "accepted_at": FROZEN_NOW - timedelta(days=300),
            "license_type": "LMFT",
            "license_number": "98765",
            "licensed_on": date(2015, 5, 1),
            "license_expires_on": date(2028, 3, 31),
            "related": False,
            "facts": {name: to_json(answer) for name, answer in CALIFORNIA_ACCEPTS.items()},
        }
        if supervisor
        else {}
    )
    supervision = Supervision(
        **{
            "trainee_id": setting.person_id,
            "setting_id": setting.id,
            "invited_name": supervisor.name if supervisor else "Dana Example",
            "invited_email": supervisor.email if supervisor else "dana@example.org",
            "token_hash": digest(f"{token}-{setting.id}-{supervisor.id if supervisor else 0}"),
            "invited_at": FROZEN_NOW - timedelta(days=1),
            **accepted,
            **facts,
        }
    )
    session.add(supervision)
    session.flush()
    return supervision


def settle(session: Session, outside: Outside) -> None:
    """Hand what has happened to its handlers, as a request does before its commit."""
    deliver(session, HANDLERS, FROZEN_NOW, outside)


def log(session: Session, outside: Outside, setting: WorkSetting, **facts: Any) -> Entry:
    """50 minutes of individual counseling on Monday the 16th, unless told otherwise."""
    entry = log_experience(
        session,
        FROZEN_NOW,
        person_id=setting.person_id,
        setting_id=setting.id,
        **{"day": MONDAY, "minutes": 50, "activity": "counseling", "client_unit": "individual", **facts},
    )
    settle(session, outside)
    return entry


def column_of(session: Session, person_id: int, name: str) -> list[Any]:
    """What the rules read in a column of words of a log, by day and id."""
    column = whole_log(session, person_id).ledger.categories[name]
    return [None if code < 0 else column.values[code] for code in column.codes.tolist()]


def sheet_of(session: Session, setting: WorkSetting, week_start: date = MONDAY) -> WeekSheet:
    """The sheet of a week in which something was logged."""
    sheet = session.scalar(
        select(WeekSheet).where(WeekSheet.setting_id == setting.id, WeekSheet.week_start == week_start)
    )
    assert sheet is not None
    return sheet


def submitted_week(
    session: Session, outside: Outside, setting: WorkSetting, week_start: date = MONDAY, **facts: Any
) -> WeekSheet:
    """A week with one entry that waits for a signature."""
    log(session, outside, setting, day=week_start, **facts)
    sheet = sheet_of(session, setting, week_start)
    submit_week(session, FROZEN_NOW, sheet)
    settle(session, outside)
    return sheet


def sign(
    session: Session,
    outside: Outside,
    signer: Person,
    *sheets: WeekSheet,
    password: str = PASSWORD,
    now: datetime = FROZEN_NOW,
) -> list[SignOff]:
    """Sign these weeks as they stand."""
    shown = [Shown(sheet, digest_of(body_of(sheet))) for sheet in sheets]
    signed = sign_off(session, now, outside.keys, signer_id=signer.id, shown=shown, password=password)
    settle(session, outside)
    return [one.sign_off for one in signed]
