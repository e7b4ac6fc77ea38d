"""Reading cohorts, the people in them, what their logs add up to, and who looked; the doors stand here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload

from ceu.accounts.models import Organization, Person
from ceu.accounts.tokens import digest
from ceu.audit.models import AuditEntry
from ceu.domain.dates import week_of
from ceu.domain.errors import NotFound
from ceu.domain.experience import WeekState
from ceu.domain.permissions import Permission
from ceu.domain.principal import Principal
from ceu.experience.models import Entry, Supervision, WeekSheet
from ceu.licenses.models import Goal
from ceu.programs.models import Cohort, Seat
from ceu.programs.outlook import Scope

PAGE = 50
"""Members, or lines of the list of looks, on a page."""
WEEKS_PER_PAGE = 26
LOOK_LASTS = timedelta(minutes=30)
"""So long a person's page stays open to who opened it; after that, opening it is noted anew."""
LOOKED, EXPORTED = "cohort_seat.looked_at", "cohort.exported"

Key = tuple[int, int, int]
"""Where a member stands in the list of a cohort: severity, slack, id."""


# ---- doors -------------------------------------------------------------------------------------------------------


def cohort_for(session: Session, principal: Principal, cohort_id: int) -> Cohort:
    """A cohort of an organization whose trainees the principal may see, or NotFound."""
    cohort = session.get(Cohort, cohort_id, options=[joinedload(Cohort.organization)])
    if cohort is None or not principal.may(Permission.SEE_COHORT, cohort.organization_id):
        raise NotFound
    return cohort


def shared_seat_for(session: Session, principal: Principal, seat_id: int) -> Seat:
    """The seat of a person who shares their log with a cohort that the principal may see, or NotFound."""
    seat = _seat_for(session, principal, seat_id)
    if not seat.is_shared:
        raise NotFound
    return seat


def offered_seat_for(session: Session, principal: Principal, seat_id: int) -> Seat:
    """A seat that was offered in such a cohort and waits for an answer, or NotFound."""
    seat = _seat_for(session, principal, seat_id)
    if not seat.is_offered:
        raise NotFound
    return seat


def _seat_for(session: Session, principal: Principal, seat_id: int) -> Seat:
    seat = session.scalar(
        select(Seat).where(Seat.id == seat_id).options(*_WITH_COHORT, joinedload(Seat.person))
    )
    if seat is None or not principal.may(Permission.SEE_COHORT, seat.cohort.organization_id):
        raise NotFound
    return seat


def own_seat_for(session: Session, principal: Principal, seat_id: int) -> Seat:
    """The principal's own seat, also one that has ended, or NotFound."""
    wanted = select(Seat).where(Seat.id == seat_id, Seat.person_id == principal.person_id)
    seat = session.scalar(wanted.options(*_WITH_COHORT))
    if seat is None:
        raise NotFound
    return seat


def find_offer(session: Session, token: str, now: datetime) -> Seat | None:
    """The seat that a link offers, while it does."""
    wanted = select(Seat).where(
        Seat.token_hash == digest(token),
        Seat.shared_at.is_(None),
        Seat.ended_at.is_(None),
        Seat.expires_at > now,
    )
    return session.scalar(wanted.options(*_WITH_COHORT))


_WITH_COHORT = (joinedload(Seat.cohort).joinedload(Cohort.organization),)
_SHARED = and_(Seat.shared_at.is_not(None), Seat.ended_at.is_(None))
_OFFERED = and_(Seat.shared_at.is_(None), Seat.ended_at.is_(None))


# ---- cohorts -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CohortSum:
    """A cohort, how many share their log with it, and how many of them stand how."""

    cohort: Cohort
    states: dict[str, int]
    offered: int

    @property
    def members(self) -> int:
        """How many share their log."""
        return sum(self.states.values())


def list_cohorts(session: Session, principal: Principal) -> list[CohortSum]:
    """The cohorts the principal may see, the one begun last first, with counts; two statements."""
    cohorts = session.scalars(
        select(Cohort)
        .join(Cohort.organization)
        .where(Cohort.organization_id.in_(principal.organizations_with(Permission.SEE_COHORT)))
        .order_by(Cohort.starts_on.desc(), Cohort.id.desc())
        .options(contains_eager(Cohort.organization))
    ).all()
    return count_states(session, cohorts)


def count_states(session: Session, cohorts: Sequence[Cohort]) -> list[CohortSum]:
    """How many in each cohort stand how, and how many offers wait for an answer."""
    rows = session.execute(
        select(Seat.cohort_id, Seat.outlook, Seat.shared_at.is_not(None), func.count(Seat.id))
        .where(Seat.cohort_id.in_([cohort.id for cohort in cohorts]), Seat.ended_at.is_(None))
        .group_by(Seat.cohort_id, Seat.outlook, Seat.shared_at.is_not(None))
    ).all()
    return [
        CohortSum(
            cohort,
            {state: count for cohort_id, state, shared, count in rows if shared and cohort_id == cohort.id},
            sum(count for cohort_id, _, shared, count in rows if not shared and cohort_id == cohort.id),
        )
        for cohort in cohorts
    ]


def list_organizations(session: Session, principal: Principal) -> list[Organization]:
    """The organizations for which the principal may keep cohorts, by name."""
    wanted = select(Organization).where(
        Organization.id.in_(principal.organizations_with(Permission.SEE_COHORT))
    )
    return list(session.scalars(wanted.order_by(Organization.name, Organization.id)))


def find_cohort_named(session: Session, organization_id: int, name: str) -> Cohort | None:
    """The cohort of an organization with this name, however it is capitalized."""
    wanted = select(Cohort).where(
        Cohort.organization_id == organization_id, func.lower(Cohort.name) == name.lower()
    )
    return session.scalar(wanted.limit(1))


# ---- members -----------------------------------------------------------------------------------------------------


def list_members(session: Session, cohort_id: int, after: Key | None = None) -> tuple[list[Seat], bool]:
    """A page of those who share their log with a cohort, who needs help first; and whether more follow."""
    key = (Seat.severity, Seat.slack, Seat.id)
    wanted = select(Seat).join(Seat.person).where(Seat.cohort_id == cohort_id, _SHARED)
    if after is not None:
        wanted = wanted.where(tuple_(*key) > after)
    wanted = wanted.order_by(*key).limit(PAGE + 1).options(contains_eager(Seat.person))
    seats = list(session.scalars(wanted))
    return seats[:PAGE], len(seats) > PAGE


def list_all_members(session: Session, cohort_id: int) -> list[Seat]:
    """Everybody who shares their log with a cohort, by name."""
    wanted = select(Seat).join(Seat.person).where(Seat.cohort_id == cohort_id, _SHARED)
    return list(session.scalars(wanted.order_by(Person.name, Seat.id).options(contains_eager(Seat.person))))


def list_offers(session: Session, cohort_id: int) -> list[Seat]:
    """The seats of a cohort that wait for an answer, by address."""
    return list(
        session.scalars(
            select(Seat).where(Seat.cohort_id == cohort_id, _OFFERED).order_by(Seat.email, Seat.id)
        )
    )


def list_open_seats(session: Session, cohort_id: int) -> list[Seat]:
    """Every seat of a cohort that is offered or taken."""
    return list(session.scalars(select(Seat).where(Seat.cohort_id == cohort_id, Seat.ended_at.is_(None))))


def is_member(session: Session, cohort_id: int, person_id: int) -> bool:
    """Whether the person shares their log with the cohort."""
    wanted = select(Seat.id).where(Seat.cohort_id == cohort_id, Seat.person_id == person_id, _SHARED)
    return session.scalar(wanted.limit(1)) is not None


def list_stale_seats(session: Session, today: date, cohort_id: int | None = None) -> list[int]:
    """The ids of seats whose forecast is older than their log or this week, the oldest first: of a cohort, or of all."""
    wanted = select(Seat.id).where(
        _SHARED,
        or_(
            Seat.foreseen_on.is_(None),
            Seat.foreseen_on < week_of(today).first,
            Seat.log_changed_at.is_not(None),
        ),
    )
    if cohort_id is not None:
        wanted = wanted.where(Seat.cohort_id == cohort_id)
    return list(session.scalars(wanted.order_by(func.coalesce(Seat.foreseen_on, date.min), Seat.id)))


def get_seat(session: Session, seat_id: int) -> Seat | None:
    """A seat with its cohort and person, whoever asks: for the site's own work."""
    return session.scalar(
        select(Seat).where(Seat.id == seat_id).options(*_WITH_COHORT, joinedload(Seat.person))
    )


@dataclass(frozen=True)
class LogSum:
    """What a log adds up to in minutes, the weeks of it that wait for a signature, and its last day."""

    logged: int = 0
    signed: int = 0
    waiting: int = 0
    waiting_since: date | None = None
    last_day: date | None = None


def log_sums(session: Session, person_ids: Sequence[int]) -> dict[int, LogSum]:
    """The sums of several logs, by person; two statements."""
    waits = WeekSheet.state == WeekState.SUBMITTED
    sums = session.execute(
        select(
            WeekSheet.person_id,
            func.sum(WeekSheet.minutes),
            func.sum(WeekSheet.signed_minutes),
            func.count().filter(waits),
            func.min(WeekSheet.week_start).filter(waits),
        )
        .where(WeekSheet.person_id.in_(person_ids))
        .group_by(WeekSheet.person_id)
    ).all()
    days = {
        person_id: day
        for person_id, day in session.execute(
            select(Entry.person_id, func.max(Entry.day))
            .where(Entry.person_id.in_(person_ids))
            .group_by(Entry.person_id)
        )
    }
    return {
        person_id: LogSum(logged, signed, waiting, since, days.get(person_id))
        for person_id, logged, signed, waiting, since in sums
    }


def goals_under(session: Session, person_ids: Sequence[int], pack_id: str) -> dict[int, Goal]:
    """The goals of these people under one pack, by person."""
    wanted = select(Goal).where(Goal.person_id.in_(person_ids), Goal.pack_id == pack_id)
    return {goal.person_id: goal for goal in session.scalars(wanted)}


def list_shared_weeks(
    session: Session, seat: Seat, before: tuple[date, int] | None = None
) -> tuple[list[WeekSheet], bool]:
    """A page of the weeks a person shares, the latest first, with setting and supervisor; and whether older ones follow.

    None at all where the person shares totals only. ``before`` is the key of the last one seen: start of the week, id.
    """
    if not seat.is_shared or seat.scope != Scope.WEEKS or seat.weeks_from is None:
        return [], False
    key = (WeekSheet.week_start, WeekSheet.id)
    wanted = select(WeekSheet).where(
        WeekSheet.person_id == seat.person_id,
        WeekSheet.week_start >= seat.weeks_from,
        WeekSheet.minutes > 0,
    )
    if before is not None:
        wanted = wanted.where(tuple_(*key) < before)
    wanted = wanted.order_by(*(part.desc() for part in key)).limit(WEEKS_PER_PAGE + 1)
    sheets = list(
        session.scalars(
            wanted.options(
                joinedload(WeekSheet.setting),
                joinedload(WeekSheet.supervision).joinedload(Supervision.supervisor),
            )
        )
    )
    return sheets[:WEEKS_PER_PAGE], len(sheets) > WEEKS_PER_PAGE


# ---- the trainee's side ------------------------------------------------------------------------------------------


def list_own_seats(session: Session, person_id: int) -> list[Seat]:
    """Every program a person shares or shared their log with, those that still see it first."""
    wanted = select(Seat).where(Seat.person_id == person_id).options(*_WITH_COHORT)
    seats = list(session.scalars(wanted.order_by(Seat.id.desc())))
    return sorted(seats, key=lambda seat: not seat.is_shared)


@dataclass(frozen=True)
class Look:
    """Somebody opened a person's page, or took the cohort's numbers away."""

    id: int
    at: datetime
    who: str
    is_export: bool


def list_looks(session: Session, seat: Seat, before: int | None = None) -> tuple[list[Look], bool]:
    """A page of who looked at what a person shares, the latest first, read from the audit record."""
    if seat.shared_at is None:
        return [], False
    opened = and_(
        AuditEntry.subject_kind == Seat.__tablename__,
        AuditEntry.subject_id == str(seat.id),
        AuditEntry.action == LOOKED,
    )
    exported = and_(
        AuditEntry.subject_kind == Cohort.__tablename__,
        AuditEntry.subject_id == str(seat.cohort_id),
        AuditEntry.action == EXPORTED,
        AuditEntry.at >= seat.shared_at.replace(microsecond=0),
    )
    if seat.ended_at is not None:
        exported = and_(exported, AuditEntry.at <= seat.ended_at)
    wanted = (
        select(AuditEntry.id, AuditEntry.at, Person.name, AuditEntry.action)
        .outerjoin(Person, Person.id == AuditEntry.actor_person_id)
        .where(or_(opened, exported))
    )
    if before is not None:
        wanted = wanted.where(AuditEntry.id < before)
    rows = session.execute(wanted.order_by(AuditEntry.id.desc()).limit(PAGE + 1)).all()
    looks = [Look(number, at, name or "Somebody", action == EXPORTED) for number, at, name, action in rows]
    return looks[:PAGE], len(looks) > PAGE


def has_opened(session: Session, seat: Seat, viewer_id: int, now: datetime) -> bool:
    """Whether the viewer has opened the person's page a moment ago, so that it may be shown to them."""
    if seat.shared_at is None:
        return False
    since = max(now - LOOK_LASTS, seat.shared_at.replace(microsecond=0))
    wanted = select(AuditEntry.id).where(
        AuditEntry.subject_kind == Seat.__tablename__,
        AuditEntry.subject_id == str(seat.id),
        AuditEntry.action == LOOKED,
        AuditEntry.actor_person_id == viewer_id,
        AuditEntry.at >= since,
    )
    return session.scalar(wanted.limit(1)) is not None
