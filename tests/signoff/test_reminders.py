"""Weeks that wait are reminded of after 7, 14 and 30 days, each time once, and told to the trainee."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.adapters.clock import FrozenClock
from ceu.adapters.mail import MemoryMailer
from ceu.adapters.outside import Outside
from ceu.experience.models import Supervision, WeekSheet, WorkSetting
from ceu.experience.services import submit_week, withdraw_week
from ceu.experience.sign_models import WeekReminder
from ceu.signoff.commands import remind_command
from ceu.signoff.reminders import due_term
from ceu.signoff.services import ask_for_signatures, note_reminders
from tests.experience.builders import MONDAY, log, make_supervision, sheet_of, submitted_week
from tests.factories import FROZEN_NOW


def after(days: int, seconds: int = 0) -> datetime:
    return FROZEN_NOW + timedelta(days=days, seconds=seconds)


@pytest.mark.parametrize(
    ("now", "sent", "term"),
    [
        (after(7, -1), [], None),
        (after(7), [], 7),
        (after(7), [7], None),
        (after(14, -1), [7], None),
        (after(14), [7], 14),
        (after(20), [], 14),
        (after(20), [14], None),
        (after(30), [7, 14], 30),
        (after(400), [30], None),
    ],
)
def test_the_longest_term_passed_is_due_once(now: datetime, sent: list[int], term: int | None) -> None:
    assert due_term(FROZEN_NOW, now, sent) == term


@pytest.fixture
def sheet(session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision) -> WeekSheet:
    """A week that waits for Dana since FROZEN_NOW."""
    return submitted_week(session, outside, bayview)


def terms(session: Session, now: datetime) -> list[int]:
    return [one.days for one in note_reminders(session, now)]


def test_each_reminder_is_noted_once(session: Session, sheet: WeekSheet) -> None:
    found = [terms(session, after(days)) for days in (6, 7, 8, 14, 15, 30, 31, 90)]
    assert found == [[], [7], [], [14], [], [30], [], []]
    stored = session.scalars(select(WeekReminder).order_by(WeekReminder.id)).all()
    assert [(one.version, one.days) for one in stored] == [(1, 7), (1, 14), (1, 30)]


def test_a_week_handed_in_again_begins_to_wait_anew(session: Session, sheet: WeekSheet) -> None:
    assert terms(session, after(8)) == [7]
    withdraw_week(session, after(8), sheet)
    assert terms(session, after(20)) == []
    submit_week(session, after(20), sheet)
    assert terms(session, after(26)) == []
    assert terms(session, after(27)) == [7]


def run(app: Flask) -> str:
    result = CliRunner().invoke(remind_command(lambda: app), [])
    assert result.exit_code == 0, result.output
    return result.output


def mail(outside: Outside) -> list[Any]:
    assert isinstance(outside.mailer, MemoryMailer)
    return outside.mailer.sent


def test_the_command_writes_one_message_to_each_and_none_the_second_time(
    app: Flask, session: Session, outside: Outside, bayview: WorkSetting, sheet: WeekSheet
) -> None:
    submitted_week(session, outside, bayview, MONDAY - timedelta(weeks=1))
    session.commit()
    assert run(app) == "0 weeks were reminded of.\n"
    assert isinstance(outside.clock, FrozenClock)
    outside.clock.set(after(15))
    assert run(app) == "2 weeks were reminded of.\n"
    to_supervisor, to_trainee = mail(outside)
    assert (to_supervisor.to, to_trainee.to) == ("dana@example.org", "alice@example.org")
    assert to_supervisor.subject == "2 weeks wait for your signature"
    assert "the week of 16 Nov 2026 at Bayview Clinic, for 14 days" in to_supervisor.text
    assert "/supervision" in to_supervisor.text
    assert "with Dana Example for 14 days" in to_trainee.text
    assert run(app) == "0 weeks were reminded of.\n"
    assert len(mail(outside)) == 2


def test_who_signs_by_link_is_sent_to_the_link(
    app: Flask, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    invited = make_supervision(session, bayview)
    log(session, outside, bayview)
    ask_for_signatures(session, FROZEN_NOW, invited, [sheet_of(session, bayview)])
    session.commit()
    assert isinstance(outside.clock, FrozenClock)
    outside.clock.set(after(7))
    run(app)
    assert mail(outside)[0].to == "dana@example.org"
    assert "Open the link in the message" in mail(outside)[0].text
