"""Every change of a log is assessed at once, and the pages say what counts."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.db.events import deliver
from ceu.domain.dates import week_of
from ceu.domain.events import LogChanged
from ceu.experience.checks import LicenseFacts
from ceu.experience.models import Supervision, WeekSheet, WeekVerdict, WorkSetting
from ceu.experience.services import (
    accept_invitation,
    change_entry,
    change_license,
    end_supervision,
    remove_entry,
    repeat_last_week,
)
from ceu.licenses.models import Goal
from ceu.licenses.services import choose_goal
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, make_supervision, settle, sheet_of, submitted_week
from tests.factories import FROZEN_NOW


@pytest.fixture
def goal(session: Session, outside: Outside, alice: Person) -> Goal:
    """Alice works towards the California LMFT; no fact is known yet."""
    return choose_goal(session, FROZEN_NOW, alice.id, outside.packs.get("us-ca/lmft"))


def logged(session: Session, goal: Goal) -> list[tuple[date, int]]:
    """The weeks the rules have read, with the minutes they saw."""
    rows = session.scalars(
        select(WeekVerdict).where(WeekVerdict.goal_id == goal.id).order_by(WeekVerdict.week_start)
    )
    return [
        (row.week_start, sum(entry["logged"] for entry in row.verdict["entries"].values())) for row in rows
    ]


def test_each_change_of_an_entry_is_assessed(
    session: Session, outside: Outside, bayview: WorkSetting, goal: Goal
) -> None:
    entry = log(session, outside, bayview)
    assert logged(session, goal) == [(MONDAY, 50)]
    facts = {"day": MONDAY + timedelta(days=1), "minutes": 60, "activity": "notes"}
    change_entry(session, FROZEN_NOW, entry, setting_id=bayview.id, **facts)
    settle(session, outside)
    assert logged(session, goal) == [(MONDAY, 60)]
    next_week = MONDAY + timedelta(days=7)
    repeat_last_week(session, FROZEN_NOW, person_id=bayview.person_id, week=week_of(next_week))
    settle(session, outside)
    assert logged(session, goal) == [(MONDAY, 60), (next_week, 60)]
    remove_entry(session, FROZEN_NOW, entry)
    settle(session, outside)
    assert logged(session, goal) == [(next_week, 60)]


def test_each_change_of_a_supervision_is_assessed(
    session: Session, bayview: WorkSetting, dana: Person, outside: Outside
) -> None:
    heard: list[int] = []

    def settle() -> None:
        handlers = {LogChanged: (lambda session, event, now, outside: heard.append(event.person_id),)}
        deliver(session, handlers, FROZEN_NOW, outside)

    facts = LicenseFacts("LMFT", "98765", date(2015, 5, 1), date(2028, 3, 31))
    invited = make_supervision(session, bayview)
    accept_invitation(session, FROZEN_NOW, invited, supervisor=dana, license_facts=facts, related=False)
    settle()
    change_license(session, FROZEN_NOW, invited, facts)
    settle()
    end_supervision(session, FROZEN_NOW, invited)
    settle()
    assert heard == [bayview.person_id] * 3


def test_the_week_says_what_the_rules_say(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
    goal: Goal,
    statements: list[str],
) -> None:
    entry = log(session, outside, bayview)
    client.sign_in(alice)
    statements.clear()
    page = client.get(f"/hours?week={MONDAY}")
    assert len(statements) <= 12
    assert "Counts" in page.texts("th")
    assert f"/hours/entries/{entry.id}/why" in [link.get("href") for link in page.tree.iter("a")]
    assert "Nothing is checked yet" not in page.main


def test_the_supervisor_reads_what_the_rules_say_beside_the_week(
    client: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    goal: Goal,
    dana: Person,
    statements: list[str],
) -> None:
    sheet = submitted_week(session, outside, bayview)
    client.sign_in(dana)
    statements.clear()
    page = client.get(f"/supervision/weeks/{sheet.id}")
    assert len(statements) <= 10
    assert "LMFT counts" in page.texts("th")
    assert "Cannot tell." in page.main
    statements.clear()
    queue = client.get("/supervision")
    assert len(statements) <= 10
    assert "1 finding" in queue.main or "2 findings" in queue.main


def test_a_week_begun_before_the_supervisor_accepted_is_theirs_afterwards(
    session: Session, outside: Outside, bayview: WorkSetting, dana: Person
) -> None:
    log(session, outside, bayview)
    invited = make_supervision(session, bayview)
    facts = LicenseFacts("LMFT", "98765", date(2015, 5, 1), date(2028, 3, 31))
    accept_invitation(session, FROZEN_NOW, invited, supervisor=dana, license_facts=facts, related=False)
    sheet: WeekSheet = sheet_of(session, bayview)
    assert sheet.supervision is invited
    assert invited.supervisor is dana
