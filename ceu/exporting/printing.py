"""A year of a log as it is printed: week by week, with totals and signatures. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from ceu.domain.experience import ACTIVITY_LABELS, WeekState
from ceu.domain.minutes import clock_text
from ceu.experience.models import Entry, SignOff, WeekSheet
from ceu.experience.records import license_line, read_record
from ceu.exporting.seals import Printed

PAGES_KIND = "experience_log_pages"

STATE_LABELS = {
    WeekState.DRAFT: "Not handed in",
    WeekState.SUBMITTED: "Waits for a signature",
    WeekState.RETURNED: "Returned, not signed",
    WeekState.SIGNED: "Signed",
    WeekState.ATTESTED: "Attested, not signed",
}


@dataclass(frozen=True)
class PrintedLine:
    """One entry of a printed week; ``activity`` names the client unit too."""

    day: str
    times: str
    minutes: int
    activity: str
    delivery: str
    note: str


@dataclass(frozen=True)
class PrintedSignature:
    """Who signed a week, when, and the record that says so."""

    name: str
    license: str
    signed_at: str
    sha256: str
    minutes: int
    version: int


@dataclass(frozen=True)
class PrintedWeek:
    """One week of one setting. The signature in force may be of an earlier version, with its own minutes."""

    start: str
    end: str
    setting: str
    supervisor: str
    state: str
    version: int
    minutes: int
    lines: tuple[PrintedLine, ...]
    totals: tuple[tuple[str, int], ...]
    signature: PrintedSignature | None

    @property
    def is_amended(self) -> bool:
        """The signature is of an earlier version than the one printed."""
        return self.signature is not None and self.signature.version != self.version


def printed_weeks(sheets: Iterable[WeekSheet], signatures: Mapping[int, SignOff]) -> tuple[PrintedWeek, ...]:
    """The weeks in their order, with the signature in force on each that has one."""
    return tuple(_week(sheet, signatures.get(sheet.id)) for sheet in sheets)


def log_document(person: str, year: int, weeks: Sequence[PrintedWeek]) -> Printed:
    """A year's weeks as a document to seal."""
    signed = sum(week.signature.minutes for week in weeks if week.signature)
    return Printed(
        kind=PAGES_KIND,
        title=f"Log of supervised experience, {year}",
        person=person,
        first=date.fromisoformat(weeks[0].start) if weeks else None,
        last=date.fromisoformat(weeks[-1].end) if weeks else None,
        figures=(
            ("Logged", clock_text(sum(week.minutes for week in weeks))),
            ("Signed", clock_text(signed)),
            ("Weeks", str(len({week.start for week in weeks}))),
        ),
        content={"weeks": [asdict(week) for week in weeks]},
    )


def totals_of(weeks: Iterable[PrintedWeek]) -> list[tuple[str, int]]:
    """Minutes by activity over several weeks, in the order of the activities."""
    sums: dict[str, int] = {}
    for week in weeks:
        for activity, minutes in week.totals:
            sums[activity] = sums.get(activity, 0) + minutes
    return [(label, sums[label]) for label in ACTIVITY_LABELS.values() if label in sums]


def _week(sheet: WeekSheet, signed: SignOff | None) -> PrintedWeek:
    return PrintedWeek(
        start=sheet.week_start.isoformat(),
        end=sheet.week_end.isoformat(),
        setting=sheet.setting.name,
        supervisor=sheet.supervision.invited_name if sheet.supervision else "",
        state=STATE_LABELS[WeekState(sheet.state)],
        version=sheet.version,
        minutes=sheet.minutes,
        lines=tuple(_line(entry) for entry in sheet.entries),
        totals=_totals(sheet.entries),
        signature=None if signed is None else _signature(signed),
    )


def _line(entry: Entry) -> PrintedLine:
    return PrintedLine(
        entry.day.isoformat(), entry.times, entry.minutes, entry.label, entry.delivery_label, entry.note
    )


def _totals(entries: Iterable[Entry]) -> tuple[tuple[str, int], ...]:
    sums: dict[str, int] = {}
    for entry in entries:
        sums[entry.activity] = sums.get(entry.activity, 0) + entry.minutes
    return tuple((label, sums[activity]) for activity, label in ACTIVITY_LABELS.items() if activity in sums)


def _signature(signed: SignOff) -> PrintedSignature:
    record = read_record(signed.record)
    body: Any = record.body
    return PrintedSignature(
        name=record.signer.name,
        license=license_line(body),
        signed_at=record.signed_at,
        sha256=record.sha256,
        minutes=body["totals"]["minutes"],
        version=body["sheet"]["version"],
    )
