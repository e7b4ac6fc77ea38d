"""A log as a table to work with: one row an entry, with what every goal credits of it and why not the rest. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ceu.adapters.spreadsheets import Cell
from ceu.domain.dates import day_text
from ceu.domain.experience import ACTIVITY_LABELS, CLIENT_UNIT_LABELS, DELIVERY_LABELS, RecordKind, WeekState
from ceu.domain.minutes import clock_text
from ceu.experience.attest_models import Backlog
from ceu.experience.records import signed_lines
from ceu.experience.verdicts import Reading
from ceu.exporting.queries import LogLine

ENTRY_HEADINGS = (
    "Date", "Start", "Duration", "Hours", "Minutes", "Activity", "Client unit", "Delivery", "Supervisees present",
    "Setting", "Supervisor", "State of the week", "Minutes signed", "Minutes attested", "Note",
)  # fmt: skip
GOAL_HEADINGS = ("credited", "cannot be told yet", "why not all of it counts")
GIVEN_HEADINGS = (
    "Trainee", "Setting", "Week", "Date", "Start", "Duration", "Hours", "Minutes", "Activity", "Client unit", "Delivery",
    "Supervisees present", "Note", "Signed at", "Signed as", "Withdrawn at", "Record SHA-256",
)  # fmt: skip


def headings(readings: Sequence[Reading]) -> list[str]:
    """The columns of a log, three of them for each goal."""
    return [*ENTRY_HEADINGS, *(f"{one.label}: {heading}" for one in readings for heading in GOAL_HEADINGS)]


def rows(lines: Iterable[LogLine], readings: Sequence[Reading]) -> Iterator[list[Cell]]:
    """The entries in their order. What is not assessed under a goal leaves its cells empty."""
    for line in lines:
        yield [
            *_what(vars(line)),
            line.setting,
            line.supervisor,
            line.state,
            *_vouched(line.state, line.minutes),
            line.note,
            *(cell for reading in readings for cell in _credit(reading, line.id)),
        ]


def earlier_rows(backlogs: Iterable[Backlog], goals: int) -> Iterator[list[Cell]]:
    """The totals of earlier logs behind the entries, each from its first day, with the last one in its note."""
    for backlog in backlogs:
        for total in backlog.totals:
            line = {
                **total,
                "day": backlog.first_day,
                "start_minute": None,
                "delivery": None,
                "head_count": None,
            }
            yield [
                *_what(line),
                backlog.setting.name,
                backlog.supervisor_name,
                backlog.state,
                *_vouched(backlog.state, total["minutes"]),
                f"Total of an earlier log through {day_text(backlog.last_day)}: {backlog.source}",
                *[None] * (goals * len(GOAL_HEADINGS)),
            ]


def _vouched(state: str, minutes: int) -> list[Cell]:
    """Minutes that are signed, and apart from them minutes that somebody else vouches for."""
    return [minutes if state == WeekState.SIGNED else 0, minutes if state == WeekState.ATTESTED else 0]


def given_rows(records: Sequence[Mapping[str, Any]]) -> Iterator[list[Cell]]:
    """The entries of all weeks a supervisor signed, record by record; a signature withdrawn later says when."""
    withdrawn = {
        record["body"]["withdraws"]["sha256"]: record["signed_at"]
        for record in records
        if record["kind"] == RecordKind.WITHDRAWAL
    }
    for record in records:
        if record["kind"] != RecordKind.SIGN_OFF:
            continue
        body = record["body"]
        for line in signed_lines(body):
            yield [
                body["trainee"],
                body["setting"]["name"],
                date.fromisoformat(body["week"]["start"]),
                *_what(line),
                line["note"],
                record["signed_at"],
                ", ".join(filter(None, (record["signer"]["name"], record["signer"]["license"]))),
                withdrawn.get(record["sha256"]),
                record["sha256"],
            ]


def _what(line: Mapping[str, Any]) -> list[Cell]:
    """Day, times and what was done; the decimal hours are rounded to hundredths, the minutes beside them are exact."""
    return [
        line["day"],
        None if line["start_minute"] is None else clock_text(line["start_minute"]),
        clock_text(line["minutes"]),
        round(line["minutes"] / 60, 2),
        line["minutes"],
        ACTIVITY_LABELS[line["activity"]],
        CLIENT_UNIT_LABELS[line["client_unit"]] if line["client_unit"] else None,
        DELIVERY_LABELS[line["delivery"]] if line["delivery"] else None,
        line["head_count"],
    ]


def _credit(reading: Reading, entry_id: int) -> list[Cell]:
    count = reading.count_of(entry_id)
    if count is None:
        return [None] * len(GOAL_HEADINGS)
    return [clock_text(count.credited), clock_text(count.undetermined), " ".join(count.reasons)]
