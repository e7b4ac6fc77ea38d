"""Keeping cohorts, sharing a log with one and taking it back, looking at one, and keeping forecasts.

A forecast costs a fifth of a second. It is made when somebody begins to share, when the planned finish changes, by
``python -m ceu programs refresh``, and when the program asks for it; saving an entry only notes that the stored one
has aged, so that trainees do not wait for their program.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.accounts.emails import normalize_email
from ceu.accounts.models import Person
from ceu.accounts.tokens import digest, new_token
from ceu.adapters.rulepacks import PackLibrary
from ceu.audit.services import record
from ceu.domain.dates import local_date
from ceu.domain.errors import DomainError
from ceu.experience.assessing import current_assessment, reassess
from ceu.licenses.packs import taken
from ceu.licenses.queries import find_goal
from ceu.programs.models import Cohort, Seat
from ceu.programs.outlook import NO_GOAL, NO_RULES, UNSEEN, Outlook, Scope, outlook_of
from ceu.programs.queries import EXPORTED, LOOKED, find_cohort_named, is_member, list_open_seats
from ceu.requirements.forecast_queries import read_log
from ceu.rules.forecast import Range, forecast

OFFER_LIFE = timedelta(days=30)
_NO_DATES = Range(None, None, None)


# ---- cohorts -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CohortFacts:
    """What is told about a cohort."""

    name: str
    pack_id: str
    starts_on: date
    ends_on: date


def add_cohort(session: Session, now: datetime, organization_id: int, facts: CohortFacts) -> Cohort:
    """Begin a cohort of an organization's program."""
    _check(session, organization_id, facts, None)
    cohort = Cohort(organization_id=organization_id, created_at=now, **vars(facts))
    try:
        with session.begin_nested():
            session.add(cohort)
    except IntegrityError:
        raise _taken(facts.name) from None
    return cohort


def change_cohort(session: Session, now: datetime, cohort: Cohort, facts: CohortFacts) -> None:
    """Correct a cohort. Under other rules, the forecasts of its members have to be made anew."""
    _check(session, cohort.organization_id, facts, cohort)
    if facts.pack_id != cohort.pack_id:
        for seat in list_open_seats(session, cohort.id):
            _forget_forecast(seat)
    for name, value in vars(facts).items():
        setattr(cohort, name, value)
    session.flush()


def _check(session: Session, organization_id: int, facts: CohortFacts, known: Cohort | None) -> None:
    if facts.ends_on <= facts.starts_on:
        raise DomainError("The expected end must come after the start.", field="ends_on")
    same = find_cohort_named(session, organization_id, facts.name)
    if same is not None and same is not known:
        raise _taken(facts.name)


def _taken(name: str) -> DomainError:
    return DomainError(f"There is a cohort named {name} already. Add what tells them apart.", field="name")


def offer_seats(
    session: Session, now: datetime, cohort: Cohort, emails: Sequence[str], planned_on: date
) -> list[tuple[Seat, str]]:
    """Ask these addresses to share; returns each seat with the token of the link to mail. Asking again renews the link."""
    session.get_one(Cohort, cohort.id, with_for_update=True)
    wanted = list(dict.fromkeys(normalize_email(email) for email in emails))
    known = {seat.email: seat for seat in list_open_seats(session, cohort.id)}
    sharing = [email for email in wanted if email in known and known[email].is_shared]
    if sharing:
        raise DomainError(f"{', '.join(sharing)}: shares with {cohort.name} already.", field="emails")
    offered = []
    for email in wanted:
        token = new_token()
        seat = known.get(email) or Seat(cohort_id=cohort.id, email=email)
        seat.token_hash, seat.planned_on = digest(token), planned_on
        seat.offered_at, seat.expires_at = now, now + OFFER_LIFE
        session.add(seat)
        offered.append((seat, token))
    session.flush()
    return offered


def withdraw_offer(session: Session, now: datetime, seat: Seat) -> None:
    """Make the link of an offer worthless."""
    _lock(session, seat)
    if not seat.is_offered:
        raise DomainError("This offer has been answered meanwhile.")
    seat.ended_at = now
    session.flush()


def plan_finish(
    session: Session, now: datetime, packs: PackLibrary, seat: Seat, planned_on: date, planner_id: int
) -> None:
    """Set by when a member is to be done, and judge the forecast against it."""
    seat.planned_on = planned_on
    record(session, now, planner_id, "cohort_seat.planned", seat, planned_on=planned_on.isoformat())
    if seat.is_shared:
        foresee(session, now, packs, seat)


# ---- the trainee's choice ----------------------------------------------------------------------------------------


def share_log(
    session: Session,
    now: datetime,
    packs: PackLibrary,
    seat: Seat,
    person: Person,
    scope: Scope,
    weeks_from: date | None,
) -> None:
    """Take the seat: let the program see this much of the log, until the person stops it."""
    _lock(session, seat)
    if not seat.is_offered or now >= seat.expires_at:
        raise DomainError("This offer is no longer open. Ask the program for a new one.")
    if is_member(session, seat.cohort_id, person.id):
        raise DomainError("You share your log with this cohort already.")
    seat.person, seat.shared_at = person, now
    _set_scope(seat, scope, weeks_from)
    record(session, now, person.id, "cohort_seat.shared", seat, **_consent(seat))
    foresee(session, now, packs, seat)


def decline_offer(session: Session, now: datetime, seat: Seat) -> None:
    """Say no; the program sees nothing."""
    withdraw_offer(session, now, seat)


def change_scope(session: Session, now: datetime, seat: Seat, scope: Scope, weeks_from: date | None) -> None:
    """Share more, or less, from this moment on."""
    _lock(session, seat)
    if not seat.is_shared:
        raise DomainError("This program sees nothing of your log any more.")
    _set_scope(seat, scope, weeks_from)
    record(session, now, seat.person_id, "cohort_seat.scope_changed", seat, **_consent(seat))


def stop_sharing(session: Session, now: datetime, seat: Seat) -> None:
    """Take the log back at once; what was foreseen about the person is forgotten."""
    _lock(session, seat)
    if seat.ended_at is None:
        seat.ended_at = now
        _forget_forecast(seat)
        record(session, now, seat.person_id, "cohort_seat.stopped", seat)


def release(session: Session, now: datetime, seat: Seat, releaser_id: int) -> None:
    """End a seat from the program's side, which then sees nothing of the person either."""
    _lock(session, seat)
    if seat.ended_at is None:
        seat.ended_at = now
        _forget_forecast(seat)
        record(session, now, releaser_id, "cohort_seat.released", seat)


def _set_scope(seat: Seat, scope: Scope, weeks_from: date | None) -> None:
    if scope is Scope.WEEKS and weeks_from is None:
        raise DomainError("Enter the day from which your weeks are shown.", field="weeks_from")
    seat.scope, seat.weeks_from = scope, weeks_from if scope is Scope.WEEKS else None


def _consent(seat: Seat) -> dict[str, str | None]:
    return {"scope": seat.scope, "weeks_from": seat.weeks_from.isoformat() if seat.weeks_from else None}


def _lock(session: Session, seat: Seat) -> None:
    """Wait for others who are about to answer, withdraw or stop the same."""
    session.flush()
    session.get_one(Seat, seat.id, with_for_update=True, populate_existing=True)


# ---- looking -----------------------------------------------------------------------------------------------------


def note_look(session: Session, now: datetime, viewer_id: int, seat: Seat) -> None:
    """Note that somebody opens a person's page, where the person can read it."""
    record(session, now, viewer_id, LOOKED, seat)


def note_export(
    session: Session, now: datetime, viewer_id: int, cohort: Cohort, first: date | None, last: date | None
) -> None:
    """Note that somebody takes the numbers of a whole cohort away; every member can read it."""
    span = {"from": first.isoformat() if first else None, "until": last.isoformat() if last else None}
    record(session, now, viewer_id, EXPORTED, cohort, **span)


# ---- forecasts ---------------------------------------------------------------------------------------------------


def age_forecasts(session: Session, person_id: int, now: datetime) -> None:
    """Note that a log has changed since what was foreseen about it; one statement, whoever shares it with whom."""
    session.execute(
        update(Seat)
        .where(Seat.person_id == person_id, Seat.ended_at.is_(None), Seat.log_changed_at.is_(None))
        .values(log_changed_at=now)
    )


def refresh(session: Session, now: datetime, packs: PackLibrary, seat: Seat) -> None:
    """Bring what is stored about a member up to date: the assessment where its rules have changed, and the forecast."""
    assert seat.person is not None
    reassess(session, packs, seat.person.id, local_date(now, seat.person.time_zone))
    foresee(session, now, packs, seat)


def foresee(session: Session, now: datetime, packs: PackLibrary, seat: Seat) -> None:
    """Look ahead for a member, and keep what was seen."""
    assert seat.person is not None
    as_of = local_date(now, seat.person.time_zone)
    dates, found = _look_ahead(session, packs, seat, as_of)
    seat.early_on, seat.likely_on, seat.late_on = dates.early, dates.likely, dates.late
    seat.put_outlook(found)
    seat.foreseen_on, seat.log_changed_at = as_of, None
    session.flush()


def _look_ahead(session: Session, packs: PackLibrary, seat: Seat, as_of: date) -> tuple[Range, Outlook]:
    assert seat.person_id is not None
    goal = find_goal(session, seat.person_id, seat.cohort.pack_id)
    if goal is None:
        return _NO_DATES, NO_GOAL
    standing = current_assessment(session, packs, goal, as_of)
    if standing is None:
        return _NO_DATES, NO_RULES
    log = read_log(session, seat.person_id)
    policies = taken(standing.pack, goal.readings)
    start = log.start(standing.pack, as_of, policies, signed=False)
    found = forecast(standing.pack, start, log.facts, as_of, policies, pace=log.logged, seed=goal.id)
    if found is None:
        return _NO_DATES, NO_RULES
    return found.everything, outlook_of(found, standing.logged.undetermined, seat.planned_on)


def _forget_forecast(seat: Seat) -> None:
    seat.early_on = seat.likely_on = seat.late_on = seat.foreseen_on = seat.log_changed_at = None
    seat.put_outlook(UNSEEN)
