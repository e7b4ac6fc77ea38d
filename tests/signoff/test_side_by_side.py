"""Trainee and supervisor at the same moment, each on a connection of their own: what is signed is what was seen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ceu.adapters.keys import SiteKeys
from ceu.domain.errors import DomainError
from ceu.experience.models import Entry, SignOff, WeekSheet
from ceu.experience.records import digest, read_record
from ceu.experience.services import Shown, body_of, log_experience, sign_off, submit_week, withdraw_week
from ceu.signing.records import Answer, verify_chain
from tests.experience.builders import MONDAY, make_setting, make_supervision
from tests.factories import FROZEN_NOW, PASSWORD, make_person

WEEKS = 4


@pytest.fixture
def setting_id(engine: Engine) -> int:
    """Where Alice works under Dana."""
    with Session(engine) as session:
        setting = make_setting(session, make_person(session))
        make_supervision(session, setting, make_person(session, "dana"))
        session.commit()
        return setting.id


def log(session: Session, setting_id: int, day: date = MONDAY, minutes: int = 50, **facts: object) -> None:
    wanted = {"activity": "counseling", "client_unit": "individual", **facts}
    log_experience(
        session, FROZEN_NOW, person_id=1, setting_id=setting_id, day=day, minutes=minutes, **wanted  # type: ignore[arg-type]
    )  # fmt: skip


def at_once(engine: Engine, *acts: Callable[[Session], object]) -> list[str]:
    """Let all act at the same moment, each in a transaction of its own; returns why each was refused, empty where not."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[Session], object]) -> str:
        with Session(engine) as session:
            barrier.wait()
            try:
                act(session)
                session.commit()
            except DomainError as refusal:
                return refusal.message
            return ""

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))


def sheets(session: Session) -> list[WeekSheet]:
    return list(session.scalars(select(WeekSheet).order_by(WeekSheet.week_start)))


def test_the_signature_covers_what_was_seen_or_is_refused(
    engine: Engine, setting_id: int, tmp_path: Path
) -> None:
    keys = SiteKeys(tmp_path / "keys")
    for back in range(WEEKS):
        day = MONDAY - timedelta(weeks=back)
        with Session(engine) as session:
            log(session, setting_id, day)
            sheet = session.scalars(select(WeekSheet).where(WeekSheet.week_start == day)).one()
            submit_week(session, FROZEN_NOW, sheet)
            session.commit()
            sheet_id, seen = sheet.id, digest(body_of(sheet))

        def edit(session: Session, sheet_id: int = sheet_id, day: date = day) -> None:
            withdraw_week(session, FROZEN_NOW, session.get_one(WeekSheet, sheet_id))
            log(session, setting_id, day, minutes=30)
            submit_week(session, FROZEN_NOW, session.get_one(WeekSheet, sheet_id))

        def sign(session: Session, sheet_id: int = sheet_id, seen: str = seen) -> None:
            shown = Shown(session.get_one(WeekSheet, sheet_id), seen)
            sign_off(session, FROZEN_NOW, keys, signer_id=2, shown=[shown], password=PASSWORD)

        edited, signed = at_once(engine, edit, sign)
        assert bool(edited) is not bool(signed), "one of the two, never both and never none"
    with Session(engine) as session:
        records = [read_record(one.record) for one in session.scalars(select(SignOff).order_by(SignOff.id))]
        assert not records or verify_chain(records, keys.public_keys).answer is Answer.GENUINE
        in_force = {one.sheet_id: one for one in session.scalars(select(SignOff))}
        for sheet in sheets(session):
            assert sheet.minutes == sum(entry.minutes for entry in sheet.entries)
            if sheet.state == "signed":
                assert read_record(in_force[sheet.id].record).body["totals"] == {
                    "minutes": 50,
                    "by_activity": [
                        {"activity": "counseling", "activity_label": "Direct counseling", "minutes": 50}
                    ],
                }
                assert sheet.minutes == sheet.signed_minutes == 50
            else:
                assert (sheet.state, sheet.minutes, sheet.signed_minutes) == ("submitted", 80, 0)


def test_a_week_submitted_twice_at_once_is_submitted_once(engine: Engine, setting_id: int) -> None:
    with Session(engine) as session:
        log(session, setting_id)
        session.commit()

    def submit(session: Session) -> None:
        submit_week(session, FROZEN_NOW, sheets(session)[0])

    refusals = at_once(engine, submit, submit, submit)
    assert refusals.count("") == 1
    assert all("waits for Dana" in refusal for refusal in refusals if refusal)


def test_two_tabs_that_begin_a_week_begin_one(engine: Engine, setting_id: int) -> None:
    days = [MONDAY + timedelta(days=number) for number in range(4)]
    refusals = at_once(engine, *(lambda session, day=day: log(session, setting_id, day) for day in days))
    assert refusals == [""] * 4
    with Session(engine) as session:
        (sheet,) = sheets(session)
        assert (sheet.minutes, len(sheet.entries)) == (200, 4)


def test_two_tabs_cannot_be_in_two_places_at_once(engine: Engine, setting_id: int) -> None:
    refusals = at_once(
        engine,
        *(lambda session, start=start: log(session, setting_id, start_minute=start) for start in (540, 570)),
    )
    assert sorted(refusal[:29] for refusal in refusals) == ["", "You cannot be in two places a"]
    with Session(engine) as session:
        assert len(session.scalars(select(Entry)).all()) == 1
