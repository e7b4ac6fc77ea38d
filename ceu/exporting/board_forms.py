"""Filling in the forms of boards: what the log knows under the names the catalog uses, and the lines as printed. Pure.

Hours are those of sealed records in force: what is printed is what was signed. Names of values:

``person.name``, ``person.email``, ``person.registered_on``, ``person.registration_expires_on``; ``supervisor.name``,
``.license``, ``.license_number``, ``.licensed_on``, ``.license_expires_on``, ``.related``; ``setting.name``, ``.kind``,
``.employment``; ``supervision.began_on``; ``period``; ``meetings`` (how many supervision entries); ``signed.on``;
``hours.`` with ``total``, ``direct`` (and ``direct_individual``, ``_couples_families``, ``_relational`` with children,
``_group``, ``_in_person``, ``_remote``), ``supervision``, ``supervision_small`` (individual and triadic), ``other``,
``per_week``, ``weeks``, ``first_day``, ``last_day``, or any activity.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import count, groupby
from typing import Any

from ceu.domain.dates import day_text, week_of
from ceu.domain.experience import ACTIVITY_LABELS, SUPERVISOR_LICENSE_LABELS, Activity
from ceu.domain.minutes import clock_text
from ceu.experience.assessing import Standing
from ceu.experience.models import Supervision
from ceu.experience.records import signed_lines
from ceu.exporting.board_form_catalog import MONTHS, BoardForm, Due, Line, Part, Span, Table
from ceu.exporting.seals import Printed
from ceu.licenses.packs import first_weekday as weekday_of
from ceu.requirements.rows import amount_text, need_text
from ceu.rules.pack import Pack
from ceu.signing.records import SignedRecord

FORM_KIND = "board_form"
DIRECT = frozenset({Activity.COUNSELING, Activity.CLINICAL_ASSESSMENT, Activity.PSYCHOEDUCATION})
REGISTERED = ("registered_on", "permit_issued_on", "resident_licensed_on")
EXPIRES = ("registration_expires_on", "permit_expires_on", "resident_license_expires_on")
"""How packs name the days of the registration, limited permit or resident license under which hours are gained."""
ANSWER_LABELS = {"met": "Met", "short": "Short", "cannot_tell": "Cannot be told yet"}
NOT_THE_BOARDS = (
    "This is not the board’s own paper. It holds what the board’s form asks, from a log kept on this site; hours are those "
    "supervisors have signed. What the log does not know is left to write in."
)

Values = dict[str, str]


@dataclass(frozen=True)
class SignedTime:
    """A signed entry, and the day on which the record that holds it was signed."""

    day: date
    minutes: int
    activity: str
    client_unit: str | None
    delivery: str
    signed_on: str

    @property
    def is_supervision(self) -> bool:
        return Activity(self.activity).is_supervision


@dataclass(frozen=True)
class Period:
    """The days a form covers, both included; open on a side when it covers the whole supervision."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def of(cls, span: Span, first: date) -> "Period":
        """The period of this length that begins on a day."""
        return cls(first, plus_months(first, MONTHS[span]) - timedelta(days=1))

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    @property
    def text(self) -> str:
        """The period in words."""
        if self.first is None or self.last is None:
            return "The whole supervision"
        return f"{day_text(self.first)} to {day_text(self.last)}"


@dataclass(frozen=True)
class Filled:
    """A part of a form as it is printed: pairs of label and answer ("" is a line to write on), and a table."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""


def signed_times(records: Iterable[SignedRecord]) -> list[SignedTime]:
    """The entries of sealed weeks, by day."""
    found = [
        SignedTime(
            line["day"],
            line["minutes"],
            line["activity"],
            line["client_unit"],
            line["delivery"],
            record.signed_at[:10],
        )
        for record in records
        for line in signed_lines(record.body)
    ]
    return sorted(found, key=lambda one: one.day)


def plus_months(day: date, months: int) -> date:
    """The same day some months later, the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def periods(form: BoardForm, days: Sequence[date], begin: date) -> list[Period]:
    """The spans in which one of these ascending days lies, counted from a day on, the latest first."""
    if form.span == "whole":
        return [Period()]
    if not days:
        return []
    found = [
        period for period in _counted(form.span, begin, days[-1]) if any(period.holds(day) for day in days)
    ]
    return found[::-1]


def next_due(
    form: BoardForm, begin: date | None, began: date | None, ended: date | None, today: date
) -> date | None:
    """The day by which a form is due next under one supervision, or None where no day can be told.

    What is due once keeps its day when it is past: the site does not know whether it was handed in.
    """
    if form.due is None or began is None:
        return None
    if form.due.after != "period_ends":
        return due_on(form.due, began, ended, Period())
    last = min(filter(None, (ended, today)))
    days = [due_on(form.due, began, ended, period) for period in _counted(form.span, begin or began, last)]
    return next((day for day in days if day is not None and day >= today), None)


def _counted(span: Span, begin: date, until: date) -> Iterator[Period]:
    """The periods of this length from a day on that begin by another."""
    for number in count():
        first = plus_months(begin, number * MONTHS[span])
        if first > until:
            return
        yield Period(first, plus_months(begin, (number + 1) * MONTHS[span]) - timedelta(days=1))


def due_on(due: Due | None, began: date | None, ended: date | None, period: Period) -> date | None:
    """The last day on which the form is in time, or None where no day can be told.

    Supervision begins with the first day logged under it.
    """
    if due is None:
        return None
    anchor = {"supervision_begins": began, "supervision_ends": ended, "period_ends": period.last}[due.after]
    if anchor is None:
        return None
    if due.months:
        return plus_months(anchor.replace(day=1), due.months + 1) - timedelta(days=1)
    return anchor + timedelta(days=due.days)


def sums(times: Sequence[SignedTime], first_weekday: int) -> Values:
    """The hours of these entries under every name of the catalog, as hours and minutes."""

    def minutes(wanted: Callable[[SignedTime], bool]) -> int:
        return sum(one.minutes for one in times if wanted(one))

    def direct(*units: str) -> int:
        return minutes(lambda one: one.activity in DIRECT and one.client_unit in units)

    by_activity = {
        activity: sum(one.minutes for one in times if one.activity == activity)
        for activity in ACTIVITY_LABELS
    }
    total = sum(by_activity.values())
    all_direct = sum(by_activity[activity] for activity in DIRECT)
    in_person = minutes(lambda one: one.activity in DIRECT and one.delivery == "in_person")
    supervision = minutes(lambda one: one.is_supervision)
    weeks = len({week_of(one.day, first_weekday) for one in times})
    amounts = {
        "total": total,
        "direct": all_direct,
        "direct_individual": direct("individual"),
        "direct_couples_families": direct("couple", "family"),
        "direct_relational": direct("couple", "family", "child"),
        "direct_group": direct("group"),
        "direct_in_person": in_person,
        "direct_remote": all_direct - in_person,
        "supervision": supervision,
        "supervision_small": supervision - by_activity[Activity.SUPERVISION_GROUP],
        "other": total - all_direct - supervision,
        "per_week": total // weeks if weeks else 0,
        **by_activity,
    }
    return {
        **{f"hours.{name}": clock_text(amount) for name, amount in amounts.items()},
        "hours.weeks": str(weeks),
        "hours.first_day": day_text(times[0].day) if times else "",
        "hours.last_day": day_text(times[-1].day) if times else "",
        "meetings": str(sum(one.is_supervision for one in times)),
        "signed.on": ", ".join(sorted({one.signed_on for one in times})),
    }


def about(
    name: str, email: str, pack: Pack, facts: Mapping[str, Any], supervision: Supervision, began: date | None
) -> Values:
    """What the log knows about the people and the place; ``began`` is the first day logged with this supervisor."""
    setting = supervision.setting
    license_ = supervision.license_type
    return {
        "person.name": name,
        "person.email": email,
        "person.registered_on": _day(fact_day(pack, facts, REGISTERED)),
        "person.registration_expires_on": _day(fact_day(pack, facts, EXPIRES)),
        "supervisor.name": supervision.name,
        "supervisor.license": SUPERVISOR_LICENSE_LABELS.get(license_, license_) if license_ else "",
        "supervisor.license_number": supervision.license_number or "",
        "supervisor.licensed_on": _day(supervision.licensed_on),
        "supervisor.license_expires_on": _day(supervision.license_expires_on),
        "supervisor.related": {True: "Yes", False: "No", None: ""}[supervision.related],
        "supervision.began_on": _day(began),
        "setting.name": setting.name,
        "setting.kind": setting.kind_label,
        "setting.employment": setting.employment_label,
    }


def fact_day(pack: Pack, facts: Mapping[str, Any], endings: tuple[str, ...]) -> date | None:
    """The date of the one fact about the person that the pack knows by these endings; None when none or several are."""
    names = [name for name in pack.facts if name.startswith("person.") and name.endswith(endings)]
    found = facts.get(names[0].removeprefix("person.")) if len(names) == 1 else None
    return found if isinstance(found, date) else None


def form_document(
    form: BoardForm,
    license_: str,
    known: Values,
    times: Sequence[SignedTime],
    period: Period,
    standing: Standing,
) -> tuple[Printed, tuple[Filled, ...]]:
    """The form as a document to seal, and its parts as they are printed."""
    inside = [one for one in times if period.holds(one.day)]
    weekday = weekday_of(standing.pack, standing.goal.readings)
    values = {**known, **sums(inside, weekday), "period": period.text}
    parts = tuple(_fill(part, values, inside, standing, weekday) for part in form.parts)
    number = form.number(license_)
    printed = Printed(
        kind=FORM_KIND,
        title=form.title,
        person=known["person.name"],
        first=inside[0].day if inside else None,
        last=inside[-1].day if inside else None,
        figures=(
            ("Board", form.board),
            ("Supervisor", known["supervisor.name"]),
            ("Signed hours", values["hours.total"]),
        ),
        content={
            "board": form.board,
            "form": number,
            "license": license_,
            "citation": form.citation,
            "remark": NOT_THE_BOARDS,
            "parts": [asdict(part) for part in parts],
            "declarations": [asdict(hand) for hand in form.hands],
        },
    )
    return printed, parts


def _fill(
    part: Part, values: Values, times: Sequence[SignedTime], standing: Standing, first_weekday: int
) -> Filled:
    lines = tuple((line.label, values[line.value] if line.value else "") for line in part.lines)
    if part.table is None:
        return Filled(part.title, lines, text=part.text)
    columns, rows = _table(part.table, times, standing, first_weekday)
    return Filled(part.title, lines, columns, rows, part.text)


def _table(
    table: Table, times: Sequence[SignedTime], standing: Standing, first_weekday: int
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    if table.rows == "requirements":
        return ("Requirement", "Signed and counted", "Asked", "Answer", "Law"), _requirements(standing)
    if table.rows == "meetings":
        return ("Day", "Supervision", "Duration"), tuple(
            (day_text(one.day), ACTIVITY_LABELS[one.activity], clock_text(one.minutes))
            for one in times
            if one.is_supervision
        )
    name = {"weeks": "Week of", "months": "Month"}[table.rows]
    label: Callable[[date], str] = (
        (lambda day: day_text(week_of(day, first_weekday).first))
        if table.rows == "weeks"
        else (lambda day: f"{day:%B %Y}")
    )
    rows = [
        (text, *_cells(table.columns, list(group), first_weekday))
        for text, group in groupby(times, lambda one: label(one.day))
    ]
    if rows:
        rows.append(("In all", *("" if line.value == "signed.on" else cell for line, cell in
                                 zip(table.columns, _cells(table.columns, times, first_weekday), strict=True))))  # fmt: skip
    return (name, *(line.label for line in table.columns)), tuple(rows)


def _cells(columns: Iterable[Line], times: Sequence[SignedTime], first_weekday: int) -> tuple[str, ...]:
    values = sums(times, first_weekday)
    return tuple(values[line.value] for line in columns)


def _requirements(standing: Standing) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            one.title,
            amount_text(one.have, one.unit),
            "" if one.need is None else need_text(one.need, one.unit),
            ANSWER_LABELS[one.answer],
            one.citation,
        )
        for one in standing.signed.assessment.minimums
        if one.applies and not one.option
    )


def _day(day: date | None) -> str:
    return day_text(day) if day else ""
