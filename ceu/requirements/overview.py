"""What the overview of a goal shows: where the log stands, this week and month, a year of weeks, a curve. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from ceu.domain.dates import A_DAY, day_text, week_of
from ceu.domain.experience import WeekState
from ceu.domain.minutes import clock_text, log_hours_text
from ceu.experience.assessing import Json, Standing, WeekSum
from ceu.experience.assessment_queries import SheetSum
from ceu.licenses import rule_words
from ceu.requirements.now import Now, boxes
from ceu.requirements.rows import (
    Addresses,
    Finding,
    Row,
    Wider,
    chosen,
    kinds_text,
    main_requirement,
    need_text,
    rows,
    rule_url,
    version_of,
)
from ceu.rules.pack import Average, Floor, Note, Rule, Step, Version
from ceu.rules.words import STATUS_LABELS

WEEKS_SHOWN = 52


@dataclass(frozen=True)
class Condition:
    """A rule that every hour is held against, and what it took; ``forfeited`` for want of supervision, not by its kind."""

    id: str
    title: str
    citation: str
    status: str
    as_of: date
    cut_text: str | None
    forfeited: bool
    url: str


@dataclass(frozen=True)
class YearWeek:
    """One week of the calendar."""

    start: date
    state: str
    minutes: int
    text: str
    url: str | None


@dataclass(frozen=True)
class Point:
    """The countable minutes at the end of a day."""

    day: date
    value: int
    text: str


@dataclass(frozen=True)
class Overview:
    """Everything the overview shows about one standing.

    ``now`` speaks of the running week and period; ``lost`` are the periods that are past mending. ``kinds`` says why other
    hours are countable than those of the main requirement, where it is so.
    """

    standing: Standing
    version: Version | None
    main: Row | None
    goal: int
    sentence: str
    kinds: str | None
    minimums: tuple[Row, ...]
    maximums: tuple[Row, ...]
    conditions: tuple[Condition, ...]
    notes: tuple[tuple[Note, str], ...]
    grants: tuple["Granted", ...]
    now: tuple[Now, ...]
    lost: tuple["Finding", ...]
    mend_settings: tuple["Finding", ...]
    doubts: tuple["Finding", ...]
    curve: tuple[Point, ...]
    curve_sentence: str
    year: tuple[YearWeek, ...]
    year_sentence: str

    @property
    def goal_text(self) -> str:
        """The hours asked in all: "3,000"."""
        return log_hours_text(self.goal)


def overview_of(
    standing: Standing,
    sheets: Iterable[SheetSum],
    this_week: Json | None,
    today: date,
    where: Addresses,
    first_weekday: int,
) -> Overview:
    """Put a standing into rows, pictures and words; ``this_week`` is the verdict of the week of today.

    ``first_weekday`` is that of the log, whose weeks the picture of a year shows.
    """
    minimums = rows(standing, "minimum", where)
    everything = (row for top in minimums for row in top.with_all_below())
    main = next((row for row in everything if row.id == _main_id(standing)), None)
    wider = Wider.of(standing)
    drawn = curve(standing.signed.weeks, today)
    weeks = year(sheets, standing.logged.weeks, today, where, first_weekday)
    return Overview(
        standing=standing,
        version=version_of(standing),
        main=main,
        goal=main.need or 0 if main else 0,
        sentence=_sentence(standing),
        kinds=kinds_text(main_requirement(standing.signed), standing.signed.credited),
        minimums=tuple(minimums),
        maximums=tuple(rows(standing, "maximum", where)),
        conditions=tuple(conditions(standing, where)),
        notes=tuple(notes_of(standing, where)),
        grants=tuple(_grants(standing, where)),
        now=boxes(standing, this_week, today, where),
        lost=chosen(standing, "lost", map(asdict, wider.of_periods), where),
        mend_settings=chosen(standing, "mend", map(asdict, wider.of_settings), where),
        doubts=tuple(
            Finding(
                "cannot_tell",
                f"{need_text(doubt.minutes, 'minutes')}: {doubt.sentence}",
                None,
                rule_url(standing, doubt.rule, where),
            )
            for doubt in standing.logged.doubts
        ),
        curve=tuple(drawn),
        curve_sentence=f"{main.have_text} of {main.need_text} by {day_text(today)}." if main else "",
        year=tuple(weeks),
        year_sentence=_year_sentence(weeks),
    )


@dataclass(frozen=True)
class Granted:
    """Hours that the law may credit without entries: how many, and its law."""

    title: str
    amount: str
    citation: str
    url: str


def _grants(standing: Standing, where: Addresses) -> Iterator[Granted]:
    version = version_of(standing)
    for grant in version.grants if version else ():
        amount = rule_words.amount_text(standing.pack, version, grant) if version else None
        yield Granted(grant.title, amount or "", grant.citation, where.rule(grant.id))


def _main_id(standing: Standing) -> str | None:
    main = main_requirement(standing.signed)
    return main.id if main else None


def _sentence(standing: Standing) -> str:
    """What became of the hours that do not count today."""
    logged = standing.logged
    waiting = logged.credited - standing.signed.credited
    lost = sum(logged.cuts.values())
    parts = []
    if waiting > 0:
        parts.append(f"{need_text(waiting, 'minutes')} more count once they are signed.")
    if logged.undetermined:
        parts.append(f"{need_text(logged.undetermined, 'minutes')} cannot be told yet.")
    if lost:
        parts.append(f"{need_text(lost, 'minutes')} logged do not count.")
    if not logged.minutes:
        return "Nothing is logged yet."
    return " ".join(parts) or "Everything logged is signed and counts."


def _year_sentence(weeks: Sequence[YearWeek]) -> str:
    words = (
        ("signed", "signed"),
        ("attested", "attested"),
        ("waiting", "waiting for a signature"),
        ("returned", "returned"),
        ("draft", "draft"),
        ("lost", "lost"),
    )
    counts = [(sum(week.state == state for week in weeks), word) for state, word in words]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "Nothing logged."


def notes_of(standing: Standing, where: Addresses) -> list[tuple[Note, str]]:
    """Duties and notes that no log can show, each with the address of its page."""
    version = version_of(standing)
    return [(note, where.rule(note.id)) for note in version.notes] if version else []


def conditions(standing: Standing, where: Addresses) -> list[Condition]:
    """The rules every hour is held against (who, where, under whom, how much contact), with what each took."""
    version = version_of(standing)
    if version is None:
        return []
    listed: list[Rule] = [*version.gates, *version.sessions, *version.conversions]
    if version.supervision:
        listed += [*version.supervision.floors, *version.supervision.steps, *version.supervision.averages]
    return [_condition(rule, standing.logged.cuts.get(rule.id, 0), where.rule(rule.id)) for rule in listed]


def _condition(rule: Rule, cut: int, url: str) -> Condition:
    return Condition(
        id=rule.id,
        title=rule.title,
        citation=rule.citation,
        status=STATUS_LABELS[rule.status],
        as_of=rule.as_of,
        cut_text=f"{need_text(cut, 'minutes')} do not count" if cut else None,
        forfeited=cut > 0 and isinstance(rule, Floor | Step | Average),
        url=url,
    )


def curve(weeks: Sequence[WeekSum], today: date) -> list[Point]:
    """The countable minutes from the first week on: one point a month, and the last."""
    if not weeks:
        return []
    points = [Point(weeks[0].start, 0, clock_text(0))]
    total = 0
    for week, following in zip(weeks, [*weeks[1:], None], strict=True):
        total += week.credited
        if following is None or following.start.month != week.start.month:
            points.append(Point(min(week.start + timedelta(days=6), today), total, clock_text(total)))
    return points


def first_week_shown(today: date, first_weekday: int) -> date:
    """The first day of the 52 weeks that end with this one."""
    return week_of(today, first_weekday).first - timedelta(weeks=WEEKS_SHOWN - 1)


def year(
    sheets: Iterable[SheetSum], weeks: Iterable[WeekSum], today: date, where: Addresses, first_weekday: int
) -> list[YearWeek]:
    """The last 52 weeks, each with the state of its sheets; a past week of which most does not count is lost."""
    this_week = week_of(today, first_weekday).first
    by_week: dict[date, list[SheetSum]] = {}
    for sheet in sheets:
        by_week.setdefault(week_of(sheet.week_start, first_weekday).first, []).append(sheet)
    # A pack may count weeks from another weekday, Sunday or Monday: such a week is shown where its second day lies.
    cuts = {week_of(week.start + A_DAY, first_weekday).first: week for week in weeks if week.cut}
    starts = [this_week - timedelta(weeks=back) for back in reversed(range(WEEKS_SHOWN))]
    return [
        _year_week(start, by_week.get(start, []), cuts.get(start), start < this_week, where)
        for start in starts
    ]


def _year_week(
    start: date, sheets: Sequence[SheetSum], cut: WeekSum | None, is_past: bool, where: Addresses
) -> YearWeek:
    minutes = sum(sheet.minutes for sheet in sheets)
    lost = cut is not None and is_past and cut.cut * 2 > minutes
    text = clock_text(minutes) if minutes else ""
    return YearWeek(
        start=start,
        state="lost" if lost and sheets else _state({sheet.state for sheet in sheets}),
        minutes=minutes,
        text=f"{text}, {clock_text(cut.cut)} of it not counted" if cut and sheets else text,
        url=where.week(start) if sheets else None,
    )


def _state(states: set[str]) -> str:
    """How a week of several settings stands: as its least finished sheet."""
    for state, shown in (
        (WeekState.RETURNED, "returned"),
        (WeekState.DRAFT, "draft"),
        (WeekState.SUBMITTED, "waiting"),
        (WeekState.ATTESTED, "attested"),
        (WeekState.SIGNED, "signed"),
    ):
        if state in states:
            return shown
    return "none"
