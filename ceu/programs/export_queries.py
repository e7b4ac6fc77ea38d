"""Adding up the logs of a cohort for its accreditation: a few statements, however many members there are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from ceu.domain.experience import WeekState
from ceu.experience.models import Entry, SignOff, Supervision, WeekSheet, WorkSetting
from ceu.experience.records import read_record, signed_lines


@dataclass(frozen=True)
class Tally:
    """Minutes of one kind of work of one person at one place under one supervisor, and the first and last day of it."""

    person_id: int
    setting_id: int
    supervision_id: int | None
    activity: str
    client_unit: str | None
    delivery: str
    minutes: int
    first: date
    last: date


@dataclass(frozen=True)
class Span:
    """The days an export is about; None is open."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def list_tallies(session: Session, person_ids: Sequence[int], span: Span, *, signed: bool) -> list[Tally]:
    """What these people logged, or of it what is signed: as it was signed, also while a week is being amended."""
    wanted = (
        select(
            Entry.person_id,
            WeekSheet.setting_id,
            WeekSheet.supervision_id,
            Entry.activity,
            Entry.client_unit,
            Entry.delivery,
            func.sum(Entry.minutes),
            func.min(Entry.day),
            func.max(Entry.day),
        )
        .join(WeekSheet, Entry.sheet_id == WeekSheet.id)
        .where(Entry.person_id.in_(person_ids))
        .group_by(
            Entry.person_id,
            WeekSheet.setting_id,
            WeekSheet.supervision_id,
            Entry.activity,
            Entry.client_unit,
            Entry.delivery,
        )
        .order_by(Entry.person_id, WeekSheet.setting_id, WeekSheet.supervision_id, Entry.activity)
    )
    if signed:
        wanted = wanted.where(WeekSheet.state == WeekState.SIGNED)
    if span.first is not None:
        wanted = wanted.where(Entry.day >= span.first)
    if span.last is not None:
        wanted = wanted.where(Entry.day <= span.last)
    tallies = [Tally(*row) for row in session.execute(wanted)]
    return [*tallies, *_being_amended(session, person_ids, span)] if signed else tallies


def _being_amended(session: Session, person_ids: Sequence[int], span: Span) -> Iterator[Tally]:
    """The lines of signed weeks whose entries have been opened for amendment: their sealed records say what is in force."""
    rows = session.execute(
        select(WeekSheet.person_id, WeekSheet.setting_id, SignOff.supervision_id, SignOff.record)
        .join(WeekSheet.in_force)
        .where(WeekSheet.person_id.in_(person_ids), WeekSheet.state != WeekState.SIGNED)
        .order_by(WeekSheet.id)
    )
    for person_id, setting_id, supervision_id, text in rows:
        for line in signed_lines(read_record(text).body):
            if span.holds(line["day"]):
                yield Tally(
                    person_id,
                    setting_id,
                    supervision_id,
                    line["activity"],
                    line["client_unit"],
                    line["delivery"],
                    line["minutes"],
                    line["day"],
                    line["day"],
                )


def settings_by_id(session: Session, person_ids: Sequence[int]) -> dict[int, WorkSetting]:
    """The places of work of these people."""
    wanted = select(WorkSetting).where(WorkSetting.person_id.in_(person_ids))
    return {setting.id: setting for setting in session.scalars(wanted)}


def supervisions_by_id(session: Session, person_ids: Sequence[int]) -> dict[int, Supervision]:
    """Who supervises these people, with the license they named."""
    wanted = select(Supervision).where(Supervision.trainee_id.in_(person_ids))
    return {
        supervision.id: supervision
        for supervision in session.scalars(wanted.options(joinedload(Supervision.supervisor)))
    }
