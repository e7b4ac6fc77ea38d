"""Totals of an earlier log: noted, corrected and removed while nobody has signed or attested them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from ceu.audit.services import record
from ceu.db.events import emit
from ceu.domain.dates import day_text
from ceu.domain.errors import DomainError
from ceu.domain.events import LogChanged
from ceu.domain.experience import (
    ACTIVITY_LABELS,
    CLIENT_UNIT_LABELS,
    Activity,
    WeekState,
)
from ceu.domain.minutes import clock_text
from ceu.experience.attest_models import Backlog
from ceu.experience.attest_queries import find_backlog_within, first_day_logged_within, is_asked_about
from ceu.experience.checks import DAY
from ceu.experience.models import WorkSetting
from ceu.experience.own_words import check_free_text
from ceu.experience.queries import get_setting
from ceu.experience.services import open_log
from ceu.signoff.attest_services import check_named_license


@dataclass(frozen=True)
class Total:
    """Minutes of one activity, for counseling with one kind of client."""

    activity: str
    client_unit: str | None
    minutes: int


@dataclass(frozen=True)
class Totals:
    """What an earlier log says of one setting and span."""

    first_day: date
    last_day: date
    source: str
    supervisor_name: str
    license_type: str | None
    license_number: str
    totals: Sequence[Total]
    paper_signed_by: str = ""
    paper_signed_on: date | None = None
    kept_because: str = ""


def note_backlog(session: Session, now: datetime, person_id: int, setting_id: int, facts: Totals) -> Backlog:
    """Note the totals of an earlier log. Raises DomainError for what cannot be, or is in the log already."""
    today = open_log(session, person_id, now)
    setting = get_setting(session, person_id, setting_id)
    _check(session, setting, facts, today)
    backlog = Backlog(
        person_id=person_id,
        setting_id=setting.id,
        noted_at=now,
        state=WeekState.DRAFT,
        version=1,
        **_columns(facts),
    )
    session.add(backlog)
    session.flush()
    record(session, now, person_id, "backlog.noted", backlog, minutes=backlog.minutes)
    emit(session, LogChanged(person_id))
    return backlog


def change_backlog(session: Session, now: datetime, backlog: Backlog, setting_id: int, facts: Totals) -> None:
    """Correct the totals while nobody has been asked to sign or attest them."""
    today = open_log(session, backlog.person_id, now)
    session.refresh(backlog)
    _refuse_closed(session, backlog)
    setting = get_setting(session, backlog.person_id, setting_id)
    _check(session, setting, facts, today, but=backlog.id)
    for name, value in _columns(facts).items():
        setattr(backlog, name, value)
    backlog.setting_id = setting.id
    backlog.version += 1
    session.flush()
    emit(session, LogChanged(backlog.person_id))


def remove_backlog(session: Session, now: datetime, backlog: Backlog) -> None:
    """Take the totals out of the log again."""
    open_log(session, backlog.person_id, now)
    session.refresh(backlog)
    _refuse_closed(session, backlog)
    record(session, now, backlog.person_id, "backlog.removed", backlog, minutes=backlog.minutes)
    for one in list(backlog.evidence):
        session.delete(one)
    for asked in list(backlog.attestations):
        if asked.sign_off_id is not None:
            raise DomainError("A sealed record speaks of this earlier log, so it stays. Correct it instead.")
        for one in list(asked.evidence):
            session.delete(one)
        session.flush()
        session.delete(asked)
    session.flush()
    session.delete(backlog)
    session.flush()
    emit(session, LogChanged(backlog.person_id))


def _refuse_closed(session: Session, backlog: Backlog) -> None:
    if backlog.state != WeekState.DRAFT or is_asked_about(session, backlog.id):
        raise DomainError(
            "Somebody is asked to sign or attest these totals, or has. Take that back, or end it, before you change them."
        )


def _columns(facts: Totals) -> dict[str, object]:
    return {
        **{
            name: getattr(facts, name)
            for name in (
                "first_day", "last_day", "source", "supervisor_name", "license_type", "license_number", "paper_signed_by",
                "paper_signed_on",
            )
        },
        "totals": [asdict(total) for total in facts.totals],
        "minutes": sum(total.minutes for total in facts.totals),
    }  # fmt: skip


def _check(
    session: Session, setting: WorkSetting, facts: Totals, today: date, but: int | None = None
) -> None:
    _check_span(setting, facts, today)
    _check_totals(facts)
    check_free_text("source", facts.source, facts.kept_because)
    if not facts.source:
        raise DomainError("Say where the totals come from.", field="source")
    if not facts.supervisor_name:
        raise DomainError("Name who supervised.", field="supervisor_name")
    check_named_license(facts.license_type, facts.license_number)
    if bool(facts.paper_signed_by) != bool(facts.paper_signed_on):
        raise DomainError("Say who signed the paper and when, or neither.", field="paper_signed_on")
    if facts.paper_signed_on is not None and facts.paper_signed_on > today:
        raise DomainError(f"{day_text(facts.paper_signed_on)} is still to come.", field="paper_signed_on")
    _refuse_overlap(session, setting, facts, but)


def _check_span(setting: WorkSetting, facts: Totals, today: date) -> None:
    if facts.last_day < facts.first_day:
        raise DomainError(
            f"The last day is before the first, {day_text(facts.first_day)}. Correct one of them.",
            field="last_day",
        )
    if facts.last_day > today:
        raise DomainError(f"{day_text(facts.last_day)} is still to come.", field="last_day")
    if facts.first_day < setting.began_on:
        raise DomainError(
            f"Your work at {setting.name} began on {day_text(setting.began_on)}. Correct the day, or the setting’s first day.",
            field="first_day",
        )
    if setting.ended_on is not None and facts.last_day > setting.ended_on:
        raise DomainError(
            f"Your work at {setting.name} ended on {day_text(setting.ended_on)}. Correct the day, or the setting’s last day.",
            field="last_day",
        )


def _check_totals(facts: Totals) -> None:
    if not facts.totals:
        raise DomainError("Enter the hours of at least one activity.", field="totals")
    for total in facts.totals:
        needs_unit = total.activity == Activity.COUNSELING
        if total.activity not in ACTIVITY_LABELS or (total.client_unit in CLIENT_UNIT_LABELS) != needs_unit:
            raise DomainError("Choose the activity from the list.", field="totals")
        if total.minutes < 1:
            raise DomainError("Enter at least a minute, or leave the line empty.", field="totals")
    pairs = [(total.activity, total.client_unit) for total in facts.totals]
    if len(pairs) != len(set(pairs)):
        raise DomainError("An activity stands in two lines. Put its hours together.", field="totals")
    most = ((facts.last_day - facts.first_day).days + 1) * DAY
    minutes = sum(total.minutes for total in facts.totals)
    if minutes > most:
        raise DomainError(
            f"These are {clock_text(minutes)} hours in a span that has {clock_text(most)}. Correct the hours or the days.",
            field="totals",
        )


def _refuse_overlap(session: Session, setting: WorkSetting, facts: Totals, but: int | None) -> None:
    logged = first_day_logged_within(session, setting.id, facts.first_day, facts.last_day)
    if logged is not None:
        raise DomainError(
            f"You have logged time at {setting.name} on {day_text(logged)}, inside this span: it would count twice. End the "
            "span before it, or begin after it.",
            field="first_day",
        )
    other = find_backlog_within(session, setting.id, facts.first_day, facts.last_day, but)
    if other is not None:
        raise DomainError(
            f"The earlier log from {day_text(other.first_day)} through {day_text(other.last_day)} at {setting.name} has days of "
            "this span. Correct one of them.",
            field="first_day",
        )
