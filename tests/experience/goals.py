"""A goal to test with: Alice is an associate on her way to the LMFT."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.models import Entry, Supervision, WeekSheet, WorkSetting
from ceu.licenses.models import Goal
from ceu.licenses.services import choose_goal, record_facts
from tests.factories import FROZEN_NOW

TODAY = date(2026, 11, 24)
FACTS: dict[str, Any] = {
    "graduate_units_completed_on": date(2023, 1, 10),
    "degree_awarded_on": date(2024, 5, 15),
    "registration_applied_on": date(2024, 6, 1),
    "registered_on": date(2024, 7, 1),
    "registration_expires_on": date(2027, 7, 31),
    "registration_number_ordinal": 1,
}


def make_goal(session: Session, outside: Outside, person: Person, **facts: Any) -> Goal:
    """An associate's goal, registered since July 2024; FACTS with these changes are told."""
    goal = choose_goal(session, FROZEN_NOW, person.id, outside.packs.get("us-ca/lmft"))
    record_facts(session, FROZEN_NOW, person.id, {**FACTS, **facts})
    return goal


def make_weeks(
    session: Session,
    setting: WorkSetting,
    supervision: Supervision,
    last: date,
    weeks: int,
    *,
    state: str = "signed",
    entries: int = 10,
    supervised: bool = True,
) -> list[WeekSheet]:
    """Weeks in a row up to ``last`` (a Monday), written at once without the checks of the services.

    Each has an hour of individual supervision (``supervised``) and so many entries in all, of 50 minutes.
    """
    sheets = []
    for back in range(weeks):
        start = last - timedelta(weeks=back)
        sheet = WeekSheet(
            person_id=setting.person_id,
            setting_id=setting.id,
            week_start=start,
            supervision_id=supervision.id,
            state=state,
            version=1,
            minutes=entries * 50 + 10 * supervised,
            totals={},
            signed_version=1 if state == "signed" else None,
            signed_minutes=entries * 50 + 10 * supervised if state == "signed" else 0,
        )
        session.add(sheet)
        session.flush()
        for number in range(entries):
            is_supervision = supervised and number == 0
            session.add(
                Entry(
                    person_id=setting.person_id,
                    sheet_id=sheet.id,
                    day=start + timedelta(days=number % 5),
                    minutes=60 if is_supervision else 50,
                    activity="supervision_individual" if is_supervision else "counseling",
                    client_unit=None if is_supervision else "family",
                    delivery="in_person",
                    head_count=1 if is_supervision else None,
                    logged_at=FROZEN_NOW,
                )
            )
        sheets.append(sheet)
    session.flush()
    return sheets
