"""A log read from its packed weeks is the log, and what is stored of it is what would be said of it from the beginning."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.db.events import discard
from ceu.domain.errors import DomainError
from ceu.domain.experience import WeekState
from ceu.experience.assessing import reassess
from ceu.experience.assessment_queries import read_log
from ceu.experience.day_services import undo
from ceu.experience.models import Entry, LogAssessment, Supervision, WeekSheet, WeekVerdict, WorkSetting
from ceu.experience.queries import list_settings
from ceu.experience.services import (
    amend_week,
    change_entry,
    drop_amendment,
    remove_entry,
    submit_week,
    withdraw_week,
)
from ceu.importing.models import HoursImport
from ceu.importing.services import undo_import
from ceu.licenses.models import Goal
from ceu.licenses.queries import list_goals
from ceu.licenses.services import choose_goal
from tests.experience.builders import MONDAY, log, make_setting, make_supervision, settle, sign
from tests.experience.goals import TODAY, make_goal
from tests.factories import FROZEN_NOW, make_person
from tests.importing.imports import EXPORT, import_now

PACKS = ("us-or/lpc", "us-ny/lmhc", "us-tx/lpc", "us-wa/licsw", "ca-on/crpo-independent-practice")
"""Beside California's weeks: months of supervision, spans and averages, limits in proportion."""

Row = tuple[Any, ...]


def entry_by_entry(session: Session, person_id: int) -> set[Row]:
    """Every entry of a log as the rules read it, from its own row."""
    wanted = select(Entry).where(Entry.person_id == person_id).options(joinedload(Entry.sheet))
    return {
        (
            entry.id,
            entry.day.toordinal(),
            entry.minutes,
            -1 if entry.head_count is None else entry.head_count,
            int(entry.sheet.setting.practicum),
            entry.activity,
            entry.client_unit,
            entry.delivery,
            str(entry.sheet.setting_id),
            None if entry.sheet.supervision_id is None else str(entry.sheet.supervision_id),
            entry.client_hash,
            entry.sheet.state == WeekState.SIGNED,
        )
        for entry in session.scalars(wanted)
    }


def as_packed(session: Session, person_id: int) -> set[Row]:
    """Every entry as it is read from the packed weeks, of which none had to be read anew."""
    settings = list_settings(session, person_id)
    read = read_log(session, person_id, {setting.id: setting.practicum for setting in settings})
    assert read.packed == {}
    ledger = read.ledger
    words = [
        [(*column.values, None)[code] for code in column.codes.tolist()]
        for column in map(
            ledger.categories.__getitem__,
            ("activity", "client_unit", "delivery", "setting", "supervisor", "client"),
        )
    ]
    numbers = (ledger.day, ledger.minutes, ledger.head_count, ledger.practicum)
    return set(zip(ledger.ids, *(one.tolist() for one in numbers), *words, read.signed.tolist(), strict=True))


def stored(session: Session, goal: Goal) -> tuple[Any, ...]:
    """Everything that is stored about the log of a goal."""
    row = session.scalars(select(LogAssessment).where(LogAssessment.goal_id == goal.id)).one()
    weeks = session.scalars(select(WeekVerdict).where(WeekVerdict.goal_id == goal.id))
    return (
        {
            name: getattr(row, name)
            for name in ("as_of", "good_until", "signed", "logged", "version_id", "marks")
        },
        {week.week_start: (week.credited_minutes, week.lost_minutes, week.verdict) for week in weeks},
    )


class Steps:
    """A person with three goals and two settings, and what can happen to their log."""

    def __init__(self, session: Session, outside: Outside, packs: tuple[str, str]) -> None:
        self.session, self.outside = session, outside
        name = uuid4().hex
        self.person: Person = make_person(session, f"pat{name}")
        self.dana = make_person(session, f"dana{name}")
        make_goal(session, outside, self.person)
        for pack in packs:
            choose_goal(session, FROZEN_NOW, self.person.id, outside.packs.get(pack))
        self.places = [make_setting(session, self.person, name) for name in ("Clinic", "School")]
        for place in self.places:
            make_supervision(session, place, self.dana, token=name)
        settle(session, outside)
        self.entries: list[Entry] = []

    def take(self, verb: str, number: int, minutes: int, activity: str) -> None:
        """One step; refused ones change nothing."""
        steps: dict[str, Callable[[], object]] = {
            "log": lambda: self.log(number, minutes, activity),
            "change": lambda: change_entry(
                self.session, FROZEN_NOW, self.entry(number), setting_id=self.places[minutes % 2].id,
                day=MONDAY - timedelta(days=number), minutes=minutes, **kind_of(activity),
            ),
            "remove": lambda: remove_entry(self.session, FROZEN_NOW, self.entry(number)),
            "undo": lambda: undo(self.session, FROZEN_NOW, self.person.id),
            "submit": lambda: submit_week(self.session, FROZEN_NOW, self.sheet(number)),
            "withdraw": lambda: withdraw_week(self.session, FROZEN_NOW, self.sheet(number)),
            "sign": lambda: self.sign(number),
            "amend": lambda: amend_week(self.session, FROZEN_NOW, self.sheet(number), "A slip."),
            "drop": lambda: drop_amendment(self.session, FROZEN_NOW, self.sheet(number)),
            "import": lambda: import_now(self.session, self.outside, self.places[number % 2], EXPORT),
            "take out": lambda: undo_import(self.session, FROZEN_NOW, self.brought()),
        }  # fmt: skip
        try:
            steps[verb]()
        except (DomainError, IndexError):
            discard(self.session)
        settle(self.session, self.outside)

    def log(self, number: int, minutes: int, activity: str) -> None:
        day = MONDAY - timedelta(days=number)
        place = self.places[minutes % 2]
        log(self.session, self.outside, place, day=day, minutes=minutes, **kind_of(activity))

    def sign(self, number: int) -> None:
        sheet = self.sheet(number)
        if sheet.state == WeekState.SUBMITTED:
            sign(self.session, self.outside, self.dana, sheet)

    def entry(self, number: int) -> Entry:
        wanted = select(Entry).where(Entry.person_id == self.person.id).order_by(Entry.id)
        entries = self.session.scalars(wanted).all()
        return entries[number % (len(entries) or 1)]

    def sheet(self, number: int) -> WeekSheet:
        wanted = select(WeekSheet).where(WeekSheet.person_id == self.person.id).order_by(WeekSheet.id)
        sheets = self.session.scalars(wanted).all()
        return sheets[number % (len(sheets) or 1)]

    def brought(self) -> HoursImport:
        wanted = (
            select(HoursImport).where(HoursImport.person_id == self.person.id).order_by(HoursImport.id.desc())
        )
        return self.session.scalars(wanted).all()[0]


def kind_of(activity: str) -> dict[str, Any]:
    """An activity with what goes with it."""
    return {"activity": activity, "client_unit": "child" if activity == "counseling" else None}


VERBS = (
    "log", "log", "log", "log", "change", "remove", "undo", "submit", "submit", "withdraw", "sign", "sign", "amend", "drop",
    "import", "take out",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(VERBS),
        st.integers(0, 40),
        st.sampled_from([50, 60, 61, 120, 301, 600]),
        st.sampled_from(["counseling", "counseling", "notes", "supervision_individual", "supervision_group"]),
    ),
    min_size=6,
    max_size=25,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.lists(st.sampled_from(PACKS), min_size=2, max_size=2, unique=True))
def test_after_any_changes_a_log_reads_and_is_judged_as_from_the_beginning(
    session: Session, outside: Outside, steps: list[tuple[str, int, int, str]], packs: list[str]
) -> None:
    pat = Steps(session, outside, (packs[0], packs[1]))
    for step in steps:
        pat.take(*step)
        assert as_packed(session, pat.person.id) == entry_by_entry(session, pat.person.id)
    session.expire_all()
    goals = list_goals(session, pat.person.id)
    kept = [stored(session, goal) for goal in goals]
    for table in (WeekVerdict, LogAssessment):
        session.execute(delete(table).where(table.goal_id.in_([goal.id for goal in goals])))
    session.expire_all()
    reassess(session, outside.packs, pat.person.id, TODAY)
    session.expire_all()
    assert [stored(session, goal) for goal in goals] == kept


def test_bytes_that_are_not_the_weeks_are_read_anew_and_kept(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, supervision: Supervision
) -> None:
    make_goal(session, outside, alice)
    log(session, outside, bayview)
    log(session, outside, bayview, day=date(2026, 11, 9), minutes=30)
    first, second = session.scalars(select(WeekSheet).order_by(WeekSheet.id))
    for wrong in (None, b"", b"in another layout", first.packed):
        second.packed = wrong
        session.flush()
        assert len(read_log(session, alice.id, {bayview.id: False}).packed) == 1
        reassess(session, outside.packs, alice.id, TODAY)
        session.expire_all()
        assert as_packed(session, alice.id) == entry_by_entry(session, alice.id)
