"""Reading the log: settings, weeks, entries, supervisions and sign-offs; the doors stand here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from ceu.domain.dates import Week, day_text
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.experience import RecordKind, WeekState
from ceu.domain.principal import Principal
from ceu.experience.attest_models import Backlog
from ceu.experience.models import Entry, SignOff, Supervision, WeekSheet, WeekVerdict, WorkSetting
from ceu.licenses.models import Goal

Row = TypeVar("Row")

PAGE = 25
WEEKS_PER_PAGE = 26


class NoLongerWaiting(DomainError):
    """The week was handed to this supervisor once, and has been withdrawn or returned since."""


@dataclass(frozen=True)
class HoursByState:
    """Minutes of a whole log: all that is logged, of it what was ever handed in, and of that what is signed.

    ``attested`` is what somebody else than the supervisor vouches for, and never signed; ``backlog`` is what of all that is
    logged comes as totals of an earlier log.
    """

    logged: int = 0
    submitted: int = 0
    signed: int = 0
    attested: int = 0
    backlog: int = 0


def hours_by_state(session: Session, person_id: int) -> HoursByState:
    """The sums of a log, from its weeks and the totals of earlier logs; ``submitted`` counts what waits for a signature and what has one.

    A signed week that is being amended is logged as it now reads, and signed as it was signed.
    """
    handed_in = case(
        (WeekSheet.state.in_([WeekState.SUBMITTED, WeekState.SIGNED]), WeekSheet.minutes),
        else_=WeekSheet.signed_minutes,
    )
    attested = case((WeekSheet.state == WeekState.ATTESTED, WeekSheet.minutes), else_=0)
    sums = session.execute(
        select(
            func.sum(WeekSheet.minutes),
            func.sum(handed_in),
            func.sum(WeekSheet.signed_minutes),
            func.sum(attested),
            _earlier(person_id),
            _earlier(person_id, WeekState.SIGNED),
            _earlier(person_id, WeekState.ATTESTED),
        ).where(WeekSheet.person_id == person_id)
    ).one()
    logged, submitted, signed, vouched, earlier, earlier_signed, earlier_vouched = (
        each or 0 for each in sums
    )
    return HoursByState(
        logged + earlier,
        submitted + earlier_signed,
        signed + earlier_signed,
        vouched + earlier_vouched,
        earlier,
    )


def _earlier(person_id: int, state: WeekState | None = None) -> ScalarSelect[Any]:
    """The minutes of earlier logs, of all or of those in one state."""
    wanted = select(func.sum(Backlog.minutes)).where(Backlog.person_id == person_id)
    return (wanted if state is None else wanted.where(Backlog.state == state)).scalar_subquery()


# ---- settings and supervisions, as the trainee -------------------------------------------------------------------


def list_settings(session: Session, person_id: int) -> list[WorkSetting]:
    """The person's settings, the one begun last first."""
    wanted = select(WorkSetting).where(WorkSetting.person_id == person_id)
    return list(session.scalars(wanted.order_by(WorkSetting.began_on.desc(), WorkSetting.id.desc())))


def find_usual_setting(session: Session, person_id: int) -> int | None:
    """The setting in which most was logged in the latest week that has entries, or None in an empty log."""
    return session.scalar(
        select(WeekSheet.setting_id)
        .where(WeekSheet.person_id == person_id, WeekSheet.minutes > 0)
        .order_by(WeekSheet.week_start.desc(), WeekSheet.minutes.desc())
        .limit(1)
    )


def get_setting(session: Session, person_id: int, setting_id: int) -> WorkSetting:
    """This person's setting, or NotFound; no query when it has been read already."""
    setting = session.get(WorkSetting, setting_id)
    return _only(setting if setting is not None and setting.person_id == person_id else None)


def setting_for(session: Session, principal: Principal, setting_id: int) -> WorkSetting:
    """The principal's own setting, or NotFound."""
    return get_setting(session, principal.person_id, setting_id)


def list_supervisions(session: Session, person_id: int) -> list[Supervision]:
    """Everybody the person has asked to supervise, the latest first."""
    wanted = select(Supervision).where(Supervision.trainee_id == person_id)
    wanted = wanted.options(joinedload(Supervision.supervisor))
    return list(session.scalars(wanted.order_by(Supervision.id.desc())))


def list_settings_with_supervisions(
    session: Session, person_id: int
) -> tuple[list[WorkSetting], list[Supervision]]:
    """``list_settings`` and ``list_supervisions`` in one statement."""
    rows = session.execute(
        select(WorkSetting, Supervision)
        .outerjoin(Supervision, Supervision.setting_id == WorkSetting.id)
        .where(WorkSetting.person_id == person_id)
        .order_by(WorkSetting.began_on.desc(), WorkSetting.id.desc(), Supervision.id.desc())
        .options(joinedload(Supervision.supervisor))
    ).all()
    settings = {setting.id: setting for setting, _ in rows}
    supervisions = [supervision for _, supervision in rows if supervision is not None]
    return list(settings.values()), sorted(supervisions, key=lambda one: one.id, reverse=True)


def supervision_for(session: Session, principal: Principal, supervision_id: int) -> Supervision:
    """A supervision in which the principal is the trainee, or NotFound."""
    wanted = select(Supervision).where(
        Supervision.id == supervision_id, Supervision.trainee_id == principal.person_id
    )
    return _only(
        session.scalar(wanted.options(joinedload(Supervision.setting), joinedload(Supervision.supervisor)))
    )


def first_and_last_day(session: Session, setting_id: int) -> tuple[date, date] | None:
    """The first and the last day logged in a setting, or None when nothing is."""
    first, last = session.execute(
        select(func.min(Entry.day), func.max(Entry.day))
        .join(WeekSheet, Entry.sheet_id == WeekSheet.id)
        .where(WeekSheet.setting_id == setting_id)
    ).one()
    return (first, last) if first is not None else None


def is_signed_anywhere(session: Session, setting_id: int) -> bool:
    """Whether any week in this setting has been signed."""
    signed = select(WeekSheet.id).where(
        WeekSheet.setting_id == setting_id, WeekSheet.signed_version.is_not(None)
    )
    return session.scalar(signed.limit(1)) is not None


def list_sheets_without_supervisor(session: Session, setting_id: int) -> list[WeekSheet]:
    """The weeks in this setting for which it is not known who supervised."""
    wanted = select(WeekSheet).where(WeekSheet.setting_id == setting_id, WeekSheet.supervision_id.is_(None))
    return list(session.scalars(wanted))


def list_waiting_under(session: Session, supervision_id: int) -> list[WeekSheet]:
    """The weeks that wait for a signature under this supervision, the oldest first."""
    wanted = select(WeekSheet).where(
        WeekSheet.supervision_id == supervision_id, WeekSheet.state == WeekState.SUBMITTED
    )
    return list(session.scalars(wanted.order_by(WeekSheet.week_start)))


# ---- weeks and entries, as the trainee ---------------------------------------------------------------------------


def list_sheets(session: Session, person_id: int, week: Week) -> list[WeekSheet]:
    """The person's sheets of one week with setting and entries: two statements, whatever the log holds.

    Where a setting's weeks are cut otherwise, those that share a day with it.
    """
    wanted = (
        select(WeekSheet)
        .join(WeekSheet.setting)
        .where(WeekSheet.person_id == person_id, *sharing_days_with(week))
        .order_by(WorkSetting.name, WeekSheet.week_start, WeekSheet.id)
        .options(contains_eager(WeekSheet.setting), selectinload(WeekSheet.entries))
    )
    return list(session.scalars(wanted))


@dataclass(frozen=True)
class DayPlace:
    """Where a day's hours in a setting belong: the sheets that hold the day, and the earlier log in whose span it lies, if any."""

    sheets: Sequence[WeekSheet]
    backlog: Backlog | None

    @property
    def for_all(self) -> WeekSheet | None:
        """The sheet of the week for whoever signs it as a whole, if begun."""
        return next((sheet for sheet in self.sheets if sheet.apart_for_id is None), None)

    def under(self, supervision_id: int | None) -> WeekSheet | None:
        """The sheet for what was done under this supervision (None: for whoever signs the week), if begun."""
        for_all = self.for_all
        if supervision_id is None:
            return for_all
        apart = next((sheet for sheet in self.sheets if sheet.apart_for_id == supervision_id), None)
        if apart is not None or for_all is None:
            return apart
        return for_all if (for_all.supervised_by_id or for_all.supervision_id) == supervision_id else None


def find_place_of(session: Session, setting_id: int, day: date) -> DayPlace:
    """Where a day's hours in a setting belong, as the database has it now; one statement."""
    found = session.execute(
        select(WeekSheet, Backlog)
        .select_from(WorkSetting)
        .outerjoin(
            WeekSheet,
            and_(
                WeekSheet.person_id == WorkSetting.person_id,
                *sharing_days_with(Week(day, day)),
                WeekSheet.setting_id == WorkSetting.id,
            ),
        )
        .outerjoin(
            Backlog,
            and_(Backlog.setting_id == WorkSetting.id, Backlog.first_day <= day, Backlog.last_day >= day),
        )
        .where(WorkSetting.id == setting_id)
        .order_by(WeekSheet.id, Backlog.first_day),
        execution_options={"populate_existing": True},
    ).all()
    sheets = {sheet.id: sheet for sheet, _ in found if sheet is not None}
    return DayPlace(
        list(sheets.values()), next((backlog for _, backlog in found if backlog is not None), None)
    )


def find_last_signer(session: Session, setting_id: int) -> int | None:
    """The supervision under which a week of this setting, as a whole, was handed in last; None before the first."""
    return session.scalar(
        select(WeekSheet.supervision_id)
        .where(
            WeekSheet.setting_id == setting_id,
            WeekSheet.apart_for_id.is_(None),
            WeekSheet.submitted_at.is_not(None),
        )
        .order_by(WeekSheet.week_start.desc(), WeekSheet.id.desc())
        .limit(1)
    )


def sharing_days_with(week: Week) -> tuple[ColumnElement[bool], ...]:
    """That a sheet shares a day with this span."""
    # The first bound follows from the last, and lets the database search the index.
    return (
        WeekSheet.week_start.between(week.first - timedelta(days=6), week.last),
        WeekSheet.week_end >= week.first,
    )


def sheet_for(session: Session, principal: Principal, sheet_id: int) -> WeekSheet:
    """The principal's own week, or NotFound."""
    wanted = select(WeekSheet).where(WeekSheet.id == sheet_id, WeekSheet.person_id == principal.person_id)
    return _only(session.scalar(wanted.options(joinedload(WeekSheet.setting))))


def read_again(session: Session, sheets: Sequence[WeekSheet]) -> None:
    """Bring weeks and their entries to what the database has of them now; two statements."""
    wanted = select(WeekSheet).where(WeekSheet.id.in_([sheet.id for sheet in sheets]))
    session.scalars(
        wanted.options(selectinload(WeekSheet.entries)), execution_options={"populate_existing": True}
    ).all()


def entry_for(session: Session, principal: Principal, entry_id: int) -> Entry:
    """The principal's own entry with its week and setting, or NotFound."""
    wanted = (
        select(Entry)
        .where(Entry.id == entry_id, Entry.person_id == principal.person_id)
        .options(joinedload(Entry.sheet).joinedload(WeekSheet.setting))
    )
    return _only(session.scalar(wanted))


def list_entries(session: Session, person_id: int, first: date, last: date) -> list[Entry]:
    """The person's entries from one day through another in all settings, with week and setting."""
    wanted = (
        select(Entry)
        .where(Entry.person_id == person_id, Entry.day.between(first, last))
        .order_by(Entry.day, Entry.start_minute, Entry.id)
        .options(joinedload(Entry.sheet).joinedload(WeekSheet.setting))
    )
    return list(session.scalars(wanted))


def list_weeks(
    session: Session, person_id: int, before: date | None = None
) -> tuple[list[list[WeekSheet]], bool]:
    """A page of weeks, the latest first, each the list of its sheets; and whether older weeks follow.

    ``before`` is the key of the page: only weeks that start earlier.
    """
    has_hours = or_(WeekSheet.minutes > 0, WeekSheet.signed_minutes > 0)
    starts = select(WeekSheet.week_start).where(WeekSheet.person_id == person_id, has_hours)
    if before is not None:
        starts = starts.where(WeekSheet.week_start < before)
    page = list(
        session.scalars(starts.distinct().order_by(WeekSheet.week_start.desc()).limit(WEEKS_PER_PAGE + 1))
    )
    more, page = len(page) > WEEKS_PER_PAGE, page[:WEEKS_PER_PAGE]
    sheets = session.scalars(
        select(WeekSheet)
        .join(WeekSheet.setting)
        .where(WeekSheet.person_id == person_id, WeekSheet.week_start.in_(page), has_hours)
        .order_by(WorkSetting.name, WeekSheet.id)
        .options(contains_eager(WeekSheet.setting))
    )
    weeks: dict[date, list[WeekSheet]] = {start: [] for start in page}
    for sheet in sheets:
        weeks[sheet.week_start].append(sheet)
    return list(weeks.values()), more


def list_verdicts(
    session: Session, person_ids: Sequence[int], first: date, last: date
) -> list[tuple[int, WeekVerdict]]:
    """What the rules said about the weeks that start from one day through another, each with its person, by goal."""
    wanted = (
        select(Goal.person_id, WeekVerdict)
        .join(WeekVerdict, WeekVerdict.goal_id == Goal.id)
        .where(Goal.person_id.in_(person_ids), WeekVerdict.week_start.between(first, last))
        .order_by(WeekVerdict.goal_id, WeekVerdict.week_start)
    )
    return [(person_id, verdict) for person_id, verdict in session.execute(wanted)]


# ---- as the supervisor -------------------------------------------------------------------------------------------


def find_supervision_by_token(session: Session, token_hash: str) -> Supervision | None:
    """The supervision that an invitation's link leads to, with trainee and setting, or None."""
    wanted = select(Supervision).where(Supervision.token_hash == token_hash)
    return session.scalar(wanted.options(joinedload(Supervision.trainee), joinedload(Supervision.setting)))


def supervision_given_by(session: Session, principal: Principal, supervision_id: int) -> Supervision:
    """A supervision that the principal gives, or NotFound."""
    wanted = select(Supervision).where(
        Supervision.id == supervision_id,
        Supervision.supervisor_id == principal.person_id,
        Supervision.accepted_at.is_not(None),
    )
    return _only(
        session.scalar(wanted.options(joinedload(Supervision.trainee), joinedload(Supervision.setting)))
    )


def list_given_supervisions(session: Session, supervisor_id: int) -> list[Supervision]:
    """The supervisions a person gives and has not ended, by trainee."""
    wanted = select(Supervision).where(
        Supervision.supervisor_id == supervisor_id,
        Supervision.accepted_at.is_not(None),
        Supervision.ended_at.is_(None),
    )
    return list(
        session.scalars(
            wanted.order_by(Supervision.trainee_id, Supervision.id).options(
                joinedload(Supervision.trainee), joinedload(Supervision.setting)
            )
        )
    )


def find_latest_license(session: Session, supervisor_id: int) -> Supervision | None:
    """The supervision in which this supervisor last named a license, or None."""
    wanted = select(Supervision).where(
        Supervision.supervisor_id == supervisor_id, Supervision.license_type.is_not(None)
    )
    return session.scalar(wanted.order_by(Supervision.accepted_at.desc(), Supervision.id.desc()).limit(1))


def count_waiting(session: Session, supervisor_id: int) -> int:
    """How many weeks wait for this supervisor's signature."""
    return session.scalar(_waiting_for(select(func.count(WeekSheet.id)), supervisor_id)) or 0


def list_waiting(
    session: Session, supervisor_id: int, after: tuple[int, date, int] | None = None
) -> tuple[list[WeekSheet], bool]:
    """A page of weeks that wait for this supervisor, by trainee and week; and whether more follow.

    ``after`` is the key of the last one seen: trainee, start of the week, id.
    """
    wanted = _waiting_for(select(WeekSheet), supervisor_id)
    key = tuple_(WeekSheet.person_id, WeekSheet.week_start, WeekSheet.id)
    if after is not None:
        wanted = wanted.where(key > after)
    wanted = wanted.order_by(WeekSheet.person_id, WeekSheet.week_start, WeekSheet.id).limit(PAGE + 1)
    sheets = list(session.scalars(wanted.options(*_WITH_PEOPLE)))
    return sheets[:PAGE], len(sheets) > PAGE


def find_waiting_span(session: Session, supervisor_id: int) -> tuple[date, date] | None:
    """The first and the last day of the weeks that wait for this supervisor, or None when none does."""
    first, last = (
        session.scalar(_waiting_for(select(end), supervisor_id))
        for end in (func.min(WeekSheet.week_start), func.max(WeekSheet.week_end))
    )
    return (first, last) if first is not None and last is not None else None


def list_waiting_between(
    session: Session, supervisor_id: int, first: date, last: date, trainee_id: int | None = None
) -> list[int]:
    """The ids of the weeks that wait for this supervisor and share a day with this span, by trainee and week.

    Of one trainee, or of all.
    """
    wanted = _waiting_for(select(WeekSheet.id), supervisor_id).where(*sharing_days_with(Week(first, last)))
    if trainee_id is not None:
        wanted = wanted.where(WeekSheet.person_id == trainee_id)
    return list(session.scalars(wanted.order_by(WeekSheet.person_id, WeekSheet.week_start, WeekSheet.id)))


def sheet_to_sign_for(session: Session, principal: Principal, sheet_id: int) -> WeekSheet:
    """A week that waits for the principal's signature, or has it, with all that the page shows; or NotFound."""
    return _only(next(iter(sheets_to_sign_for(session, principal, [sheet_id])), None))


def sheets_to_sign_for(session: Session, principal: Principal, sheet_ids: Sequence[int]) -> list[WeekSheet]:
    """Several such weeks, by trainee and week.

    Raises NotFound when one of them was never the principal's to sign, NoLongerWaiting when one was.
    """
    wanted = (
        select(WeekSheet)
        .join(WeekSheet.supervision)
        .where(
            WeekSheet.id.in_(sheet_ids),
            WeekSheet.submitted_at.is_not(None),
            Supervision.supervisor_id == principal.person_id,
            or_(WeekSheet.state == WeekState.SIGNED, Supervision.ended_at.is_(None)),
        )
        .order_by(WeekSheet.person_id, WeekSheet.week_start, WeekSheet.id)
    )
    sheets = list(session.scalars(wanted.options(*_WITH_ALL_SHOWN)))
    if len(sheets) != len(set(sheet_ids)):
        raise NotFound
    for sheet in sheets:
        if sheet.is_open or sheet.state == WeekState.ATTESTED:
            raise NoLongerWaiting(
                f"The week of {day_text(sheet.week_start)} at {sheet.setting.name} no longer waits for you: "
                "it was withdrawn or returned."
            )
    return sheets


_WITH_PEOPLE = (
    joinedload(WeekSheet.setting),
    joinedload(WeekSheet.supervision).joinedload(Supervision.trainee),
    joinedload(WeekSheet.supervision).joinedload(Supervision.supervisor),
)
_WITH_ALL_SHOWN = (*_WITH_PEOPLE, selectinload(WeekSheet.entries))


def _waiting_for(wanted: Select[Row], supervisor_id: int) -> Select[Row]:
    return wanted.join(Supervision, WeekSheet.supervision_id == Supervision.id).where(
        Supervision.supervisor_id == supervisor_id,
        Supervision.ended_at.is_(None),
        WeekSheet.state == WeekState.SUBMITTED,
    )


# ---- sign-offs ---------------------------------------------------------------------------------------------------


def find_twin(session: Session, signed: SignOff) -> SignOff | None:
    """The record by which this signature was withdrawn, or the signature that this record withdraws; or None."""
    return session.scalar(
        select(SignOff).where(
            SignOff.sheet_id == signed.sheet_id,
            SignOff.sheet_version == signed.sheet_version,
            SignOff.kind != signed.kind,
        )
    )


def find_in_force(session: Session, sheet_id: int) -> SignOff | None:
    """The signature on which a week rests now, or None."""
    return list_sign_offs_of_sheets(session, [sheet_id]).get(sheet_id)


def find_end_of_chain(session: Session, person_id: int) -> str | None:
    """The SHA-256 of the last record in the chain of a log's signatures, or None before the first."""
    return session.scalar(
        select(SignOff.sha256).where(SignOff.person_id == person_id).order_by(SignOff.id.desc()).limit(1)
    )


def sign_off_for(session: Session, principal: Principal, sign_off_id: int) -> SignOff:
    """A signature on the principal's log, or by the principal; else NotFound."""
    wanted = select(SignOff).where(
        SignOff.id == sign_off_id,
        or_(SignOff.person_id == principal.person_id, SignOff.signer_id == principal.person_id),
    )
    return _only(session.scalar(wanted))


def sign_off_given_by(session: Session, principal: Principal, sign_off_id: int) -> SignOff:
    """A signature that the principal gave, or NotFound."""
    wanted = select(SignOff).where(
        SignOff.id == sign_off_id,
        SignOff.signer_id == principal.person_id,
        SignOff.kind == RecordKind.SIGN_OFF,
    )
    return _only(session.scalar(wanted))


def list_chain(session: Session, person_id: int, until: int | None = None) -> list[SignOff]:
    """The signatures of a log in their order, whole or through the one with this id."""
    wanted = select(SignOff).where(SignOff.person_id == person_id)
    if until is not None:
        wanted = wanted.where(SignOff.id <= until)
    return list(session.scalars(wanted.order_by(SignOff.id)))


def list_sign_offs_of_sheets(session: Session, sheet_ids: Sequence[int]) -> dict[int, SignOff]:
    """The signature in force on each of these weeks that has one, by the week's id."""
    if not sheet_ids:
        return {}
    wanted = select(SignOff).join(
        WeekSheet, and_(SignOff.sheet_id == WeekSheet.id, SignOff.sheet_version == WeekSheet.signed_version)
    )
    wanted = wanted.where(WeekSheet.id.in_(sheet_ids), SignOff.kind == RecordKind.SIGN_OFF)
    return {
        sign_off.sheet_id: sign_off for sign_off in session.scalars(wanted) if sign_off.sheet_id is not None
    }


def list_given_sign_offs(
    session: Session, signer_id: int, before: int | None = None
) -> tuple[list[tuple[SignOff, int | None]], bool]:
    """A page of the records a person sealed, the latest first, each with the version of its week that is in force.

    Also says whether older ones follow.
    """
    wanted = (
        select(SignOff, WeekSheet.signed_version)
        .join(WeekSheet, SignOff.sheet_id == WeekSheet.id)
        .where(SignOff.signer_id == signer_id)
    )
    if before is not None:
        wanted = wanted.where(SignOff.id < before)
    rows = [
        (signed, version)
        for signed, version in session.execute(wanted.order_by(SignOff.id.desc()).limit(PAGE + 1))
    ]
    return rows[:PAGE], len(rows) > PAGE


def _only(found: Row | None) -> Row:
    if found is None:
        raise NotFound
    return found
