"""What is to be said of the running week, and of the running month where the law goes by that: boxes for a page. Pure."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from ceu.domain.dates import day_text, week_of
from ceu.domain.minutes import clock_text
from ceu.experience.assessing import Json, Standing
from ceu.licenses.packs import first_weekday
from ceu.requirements.rows import (
    Addresses,
    Finding,
    Wider,
    chosen,
    findings_of_week,
    rule_url,
    version_of,
)
from ceu.rules.pack import Supervision
from ceu.rules.words import period_text

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_SHOWN = {"mend": 3, "cannot_tell": 2}


@dataclass(frozen=True)
class Now:
    """One box: its title, its tone (mend, note, good, lost), what it says, and how much more there would be to say."""

    title: str
    tone: str
    sentences: tuple[Finding, ...]
    hidden: int = 0

    @property
    def url(self) -> str | None:
        """The page of the first rule that is spoken of."""
        return next((one.url for one in self.sentences if one.url), None)


def boxes(standing: Standing, this_week: Json | None, today: date, where: Addresses) -> tuple[Now, ...]:
    """The running period where supervision is owed by another than the week in each setting, then the week.

    ``this_week`` is the verdict of the week of today. What can be mended comes first, then what cannot be told; that
    all is well is said only of hours that no rule refuses.
    """
    return tuple(_boxes(standing, this_week, today, where))


def _boxes(standing: Standing, this_week: Json | None, today: date, where: Addresses) -> Iterator[Now]:
    wider, found = Wider.of(standing), findings_of_week(this_week)
    supervision = _by_period(standing)
    if supervision:
        title = period_title(supervision.per, today, _first_weekday(standing))
        told_again = [one for one in found if one["sentence"] in wider.sentences]
        yield (
            _box(title, "mend", chosen(standing, "mend", map(asdict, wider.of_periods), where))
            or _box(title, "cannot_tell", chosen(standing, "cannot_tell", told_again, where))
            or _calm_period(standing, this_week, title, supervision.per, today, where)
        )
    of_week = [one for one in found if one["sentence"] not in wider.sentences]
    title = f"This week, by {_last_weekday(standing)}"
    box = _box(title, "mend", chosen(standing, "mend", of_week, where)) or _box(
        title, "cannot_tell", chosen(standing, "cannot_tell", of_week, where)
    )
    if box:
        yield box
    elif not supervision:
        yield _calm(standing, this_week, title, None, where)


def _box(title: str, severity: str, found: tuple[Finding, ...]) -> Now | None:
    if not found:
        return None
    shown = _SHOWN[severity]
    return Now(title, "mend" if severity == "mend" else "note", found[:shown], max(len(found) - shown, 0))


def _by_period(standing: Standing) -> Supervision | None:
    """The supervision that is owed by another period than the week in each setting, if any is."""
    version = version_of(standing)
    supervision = version.supervision if version else None
    if supervision is None or not supervision.floors:
        return None
    by_week = supervision.per == "week" and supervision.where == "each_setting"
    return None if by_week else supervision


# ---- where nothing is to mend ------------------------------------------------------------------------------------


def _calm_period(
    standing: Standing, this_week: Json | None, title: str, per: str, today: date, where: Addresses
) -> Now:
    name, first = _this(per).lower(), _begin_of(per, today, _first_weekday(standing))
    weeks = [week for week in standing.logged.weeks if first and week.start + timedelta(days=6) >= first]
    if any(week.cut for week in weeks) and not any(week.credited for week in weeks):
        said = f"Nothing logged in {name} counts for certain, and not for want of supervision."
        return Now(title, "lost", (_note(said), *_lost(standing, this_week, where)))
    said = f"No supervision is missing in {name} for what is logged so far."
    return _calm(standing, this_week, title, said if weeks or not first else None, where)


def _calm(
    standing: Standing, this_week: Json | None, title: str, all_well: str | None, where: Addresses
) -> Now:
    """That nothing is to mend, as far as anything logged for this week counts."""
    logged = _minutes(this_week, "logged")
    well = (_note(all_well),) if all_well else ()
    if not logged:
        return Now(title, "note", (*well, _note("Nothing is logged for this week yet.")))
    lost = _lost(standing, this_week, where)
    if not _minutes(this_week, "credited") and not _minutes(this_week, "undetermined"):
        return Now(title, "lost", lost)
    said = f"{clock_text(logged)} hours are logged for this week{'.' if all_well else ', and nothing is to mend.'}"
    return Now(title, "good", (*well, _note(said), *lost))


def _note(sentence: str) -> Finding:
    return Finding("note", sentence, None, None)


def _lost(standing: Standing, this_week: Json | None, where: Addresses) -> tuple[Finding, ...]:
    """What rules take of this week for good, the most first: each in a sentence."""
    taken: dict[str, int] = {}
    for entry in this_week["entries"].values() if this_week else ():
        for cut in entry["cuts"]:
            taken[cut["rule"]] = taken.get(cut["rule"], 0) + cut["minutes"]
    logged = _minutes(this_week, "logged")
    return tuple(
        Finding("lost", _lost_text(standing, rule, minutes, logged), None, rule_url(standing, rule, where))
        for rule, minutes in sorted(taken.items(), key=lambda each: -each[1])
    )


def _lost_text(standing: Standing, rule_id: str, minutes: int, logged: int) -> str:
    version = version_of(standing)
    rule = version.rule(rule_id) if version else None
    why = f"“{rule.title}”" if rule else "they are dated ahead"
    if minutes == logged:
        return f"None of the {clock_text(logged)} hours logged for this week counts: {why}."
    return (
        f"{clock_text(minutes)} of the {clock_text(logged)} hours logged for this week do not count: {why}."
    )


def _minutes(this_week: Json | None, column: str) -> int:
    return sum(entry[column] for entry in this_week["entries"].values()) if this_week else 0


# ---- names of periods --------------------------------------------------------------------------------------------


def _this(period: str) -> str:
    return f"{'These' if period == 'fortnight' else 'This'} {period_text(period)}"


def period_title(period: str, today: date, first_weekday: int) -> str:
    """The running period with its last day, where the calendar alone says which that is."""
    ends = _end_of(period, today, first_weekday)
    return f"{_this(period)}, by {day_text(ends)}" if ends else _this(period)


def _last_weekday(standing: Standing) -> str:
    """The day on which a week ends by the reading in use."""
    return f"{week_of(standing.as_of, _first_weekday(standing)).last:%A}"


def _first_weekday(standing: Standing) -> int:
    return first_weekday(standing.pack, standing.goal.readings)


def _begin_of(period: str, today: date, first_weekday: int) -> date | None:
    if period == "day":
        return today
    if period == "week":
        return week_of(today, first_weekday).first
    if period not in _MONTHS:
        return None
    return date(today.year, (today.month - 1) // _MONTHS[period] * _MONTHS[period] + 1, 1)


def _end_of(period: str, today: date, first_weekday: int) -> date | None:
    """The last day of the calendar period of a day; None for periods that are counted from a first entry."""
    if period == "day":
        return today
    if period == "week":
        return week_of(today, first_weekday).last
    if period not in _MONTHS:
        return None
    last = -(-today.month // _MONTHS[period]) * _MONTHS[period]
    return date(today.year, last, monthrange(today.year, last)[1])
