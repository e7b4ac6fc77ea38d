"""From a file to rows: what is read of tables, calendars and FHIR, each in its own way, into the same plain rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from ceu.adapters.calendars import Happening, read_calendar
from ceu.adapters.encounters import Contact, read_contacts
from ceu.adapters.tables import read_table
from ceu.domain.minutes import clock_text
from ceu.importing.columns import Column, Role, columns_of, sieve, why_not_kept
from ceu.importing.kinds import ASK, NOT_WORK, Held
from ceu.importing.models import ImportKind
from ceu.importing.plan import Choices, guess_choices
from ceu.importing.rows import Row

Pseudonym = Callable[[str], str]

CALENDAR_SIGNATURE = "calendar"
FHIR_SIGNATURE = "fhir"

_FINISHED = "Encounter finished"


@dataclass(frozen=True)
class Reading:
    """A file as it was read: its shape, its columns if it is a table, its rows, and what its texts most likely mean.

    ``how`` is what reads the next file of this shape in the same way.
    """

    kind: ImportKind
    signature: str
    title: str
    rows: list[Row]
    guessed: Choices
    columns: tuple[Column, ...] = ()
    how: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether it is known where day and length stand; otherwise no row says anything yet."""
        return self.kind != ImportKind.TABLE or can_tell_time({column.role for column in self.columns})


def can_tell_time(roles: set[Role | None]) -> bool:
    """Whether columns of these roles tell a day and a length."""
    return Role.DAY in roles and bool(roles & {Role.LENGTH, Role.END})


def signature_of(headings: Sequence[str]) -> str:
    """The shape of a table."""
    return sha256("\n".join(headings).encode()).hexdigest()


def read_table_file(
    data: bytes,
    *,
    pseudonym: Pseudonym,
    time_zone: str,
    roles_for: Callable[[str], Mapping[str, str] | None],
) -> Reading:
    """A CSV or XLSX file; ``roles_for`` gives the roles that a person chose for a table of this signature, or None."""
    table = read_table(data)
    signature = signature_of(table.headings)
    columns = columns_of(table.headings, roles_for(signature))
    kept = sieve(columns, [(row.line, row.cells, row.problem) for row in table.rows], pseudonym)
    read = {column.role: column.heading for column in kept.columns if column.role is not None}
    return Reading(
        kind=ImportKind.TABLE,
        signature=signature,
        title=", ".join(read.values()),
        rows=kept.rows if can_tell_time({*read}) else [],
        guessed=guess_choices(kept.rows, time_zone=time_zone, length_heading=read.get(Role.LENGTH, "")),
        columns=kept.columns,
        how={heading: role for role, heading in read.items()},
    )


def read_calendar_file(
    data: bytes, *, phrases: Sequence[str], first: date, last: date, time_zone: str
) -> Reading:
    """An iCalendar file; what is planned in a calendar is no proof, so its events wait to be confirmed."""
    rows = [_row_of_event(one) for one in read_calendar(data, phrases, first, last, time_zone)]
    return Reading(
        kind=ImportKind.CALENDAR,
        signature=CALENDAR_SIGNATURE,
        title=", ".join(phrases),
        rows=rows,
        guessed=guess_choices(rows, time_zone=time_zone, took_place=False, unnamed=NOT_WORK),
        how={"phrases": list(phrases)},
    )


def _row_of_event(one: Happening) -> Row:
    return Row(
        line=one.line,
        day=one.day.isoformat() if one.day else "",
        start=clock_text(one.start_minute) if one.start_minute is not None else "",
        length=f"{one.minutes}m" if one.minutes is not None else "",
        kind=one.phrase,
        status=one.status,
        problem=one.problem,
    )


def read_fhir_file(data: bytes, *, pseudonym: Pseudonym, time_zone: str) -> Reading:
    """A FHIR file: a finished encounter took place, an appointment waits to be confirmed, everything else did not."""
    rows = [_row_of_contact(one, pseudonym) for one in read_contacts(data, time_zone)]
    if why_not_kept({row.kind for row in rows}):
        rows = [replace(row, kind="") for row in rows]
    guessed = guess_choices(rows, time_zone=time_zone, unnamed=ASK)
    return Reading(
        kind=ImportKind.FHIR,
        signature=FHIR_SIGNATURE,
        title="Encounters and appointments",
        rows=rows,
        guessed=replace(guessed, statuses={text: _held(text) for text in guessed.statuses}),
    )


_STATES = frozenset(
    {
        "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error", "proposed",
        "pending", "booked", "fulfilled", "noshow", "checked-in", "waitlist",
    }
)  # fmt: skip
"""States of an encounter or an appointment in R4; anything else is kept as unknown."""

_NOT_PLANNED = frozenset({"cancelled", "noshow", "entered-in-error", "waitlist", "proposed"})
"""States of an appointment that nobody is expected at."""


def _held(status: str) -> str:
    resource, _, state = status.partition(" ")
    if resource == "Encounter":
        return Held.DONE if status == _FINISHED else Held.NONE
    return Held.NONE if state in _NOT_PLANNED else Held.CONFIRM


def _status(one: Contact) -> str:
    state = one.status if one.status in _STATES else "unknown"
    return f"{'Appointment' if one.planned else 'Encounter'} {state}"


def _row_of_contact(one: Contact, pseudonym: Pseudonym) -> Row:
    return Row(
        line=one.line,
        day=one.start.date().isoformat() if one.start else "",
        start=f"{one.start:%H:%M}" if one.start else "",
        length=f"{one.minutes}m" if one.minutes is not None else "",
        kind=one.kind,
        status=_status(one),
        delivery=one.delivery,
        client=pseudonym(one.subject) if one.subject else "",
        problem=one.problem,
    )
