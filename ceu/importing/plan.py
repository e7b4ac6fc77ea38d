"""What becomes of every row of an import: an entry, a question, something known already, or a refusal. Pure.

The same function makes the preview and the import, so that what was shown is what is done. Nothing is guessed about
time: a row whose day, start or length cannot be read is refused with a sentence, and so is what could not be typed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from ceu.adapters.tables import UNCALCULATED
from ceu.domain.dates import Week, day_text
from ceu.domain.errors import DomainError
from ceu.domain.experience import Activity
from ceu.domain.minutes import clock_text, parse_minutes
from ceu.experience.checks import Place, Stretch, check_stretch, completed
from ceu.importing.kinds import (
    ASK,
    NOT_WORK,
    Held,
    different,
    guess_activity,
    guess_delivery,
    guess_held,
)
from ceu.importing.rows import Row

UNKNOWN = ""
"""The activity of a row about which the person is asked."""

_AHEAD = timedelta(days=366)
_AMERICAN = ("America/", "US/", "Pacific/Honolulu", "Pacific/Guam")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_PARTS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_NAMED_MONTH_FIRST = re.compile(r"([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
_NAMED_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?\.?[ -]([a-z]{3})[a-z]*\.?[ ,-]+(\d{4}|\d{2})", re.IGNORECASE
)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::(\d{2})(?:\.\d+)?)?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,4})?")
_WITH_SECONDS = re.compile(r"(\d{1,3}:\d{2}):\d{2}")

_NO_RESULT = (
    "A cell holds a formula whose result is not in the file. Open the file in your spreadsheet program, save it, and "
    "import it again."
)


class Outcome(StrEnum):
    """What becomes of a row."""

    ENTRY = "entry"
    CONFIRM = "confirm"
    KNOWN = "known"
    NOT_WORK = "not_work"
    REFUSED = "refused"


OUTCOME_LABELS: dict[str, str] = {
    Outcome.ENTRY: "Goes into your log",
    Outcome.CONFIRM: "Waits for you to confirm it",
    Outcome.KNOWN: "Known already",
    Outcome.NOT_WORK: "Not work",
    Outcome.REFUSED: "Cannot go in",
}


BECAME_LABELS: dict[str, str] = {
    Outcome.ENTRY: "Went into your log",
    Outcome.CONFIRM: "Had to be confirmed",
    Outcome.KNOWN: "Known before",
    Outcome.NOT_WORK: "Not work",
    Outcome.REFUSED: "Could not go in",
}


@dataclass(frozen=True)
class Choices:
    """What the texts of a file mean; ``took_place`` is what holds where it says nothing about it.

    ``kinds`` gives an activity, perhaps with whom it was for, ASK or NOT_WORK for each text; ``statuses`` a value of Held;
    ``deliveries`` a way of meeting, ``settings`` the id of a setting (of the import's own where it names none). ``unit`` is that of lengths without one.
    """

    day_order: str = "mdy"
    unit: str = "minutes"
    took_place: bool = True
    delivery: str = "in_person"
    kinds: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    deliveries: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The choices as they are stored."""
        return asdict(self)


def choices_from_json(stored: Mapping[str, Any]) -> Choices:
    """The choices that ``as_json`` spelled."""
    return Choices(**stored)


@dataclass(frozen=True, slots=True)
class Decision:
    """A row and what becomes of it, with a sentence where it is not simply an entry.

    ``stretch`` is what it tells, where that could be read; its activity is UNKNOWN when the person is to say it.
    """

    row: Row
    outcome: Outcome
    sentence: str = ""
    stretch: Stretch | None = None


Key = tuple[Any, ...]


@dataclass(frozen=True)
class Logged:
    """Something that is in the log already, or was imported before and waits or was answered (``in_log`` False)."""

    stretch: Stretch
    client: str
    in_log: bool = True


# ---- guesses -----------------------------------------------------------------------------------------------------


def guess_choices(
    rows: Sequence[Row],
    *,
    time_zone: str,
    length_heading: str = "",
    took_place: bool = True,
    unnamed: str = ASK,
) -> Choices:
    """What the texts of a file most likely mean; ``unnamed`` is what becomes of rows that say nothing about their kind."""
    kinds = {text: guess_activity(text) if text else unnamed for text in different(row.kind for row in rows)}
    deliveries = ((text, guess_delivery(text)) for text in different(row.delivery for row in rows) if text)
    return Choices(
        day_order=_guess_order((row.day for row in rows), time_zone),
        unit=_guess_unit([row.length for row in rows], length_heading),
        took_place=took_place,
        kinds=kinds,
        statuses={text: str(guess_held(text)) for text in different(row.status for row in rows) if text},
        deliveries={text: way or "in_person" for text, way in deliveries},
    )


def completed_by(guessed: Choices, remembered: Choices) -> Choices:
    """The guesses, with what the person chose earlier for the same texts in their place."""

    def merged(new: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
        return {text: known.get(text, meaning) for text, meaning in new.items()}

    return replace(
        remembered,
        day_order=guessed.day_order,
        kinds=merged(guessed.kinds, remembered.kinds),
        statuses=merged(guessed.statuses, remembered.statuses),
        deliveries=merged(guessed.deliveries, remembered.deliveries),
        settings=remembered.settings,
    )


def could_be_two_days(text: str) -> bool:
    """Whether a date is another one when its first two numbers change places."""
    match = _PARTS.match(text)
    return match is not None and match[2] != "."


def _guess_order(texts: Iterable[str], time_zone: str) -> str:
    likely = "mdy" if time_zone.startswith(_AMERICAN) else "dmy"
    for text in texts:
        match = _PARTS.match(text) if could_be_two_days(text) else None
        if match and int(match[1]) > 12:
            return "dmy"
        if match and int(match[3]) > 12:
            return "mdy"
    return likely


def _guess_unit(texts: Sequence[str], heading: str) -> str:
    if re.search(r"\b(?:hours?|hrs?)\b", heading, re.IGNORECASE):
        return "hours"
    if re.search(r"\bmin", heading, re.IGNORECASE):
        return "minutes"
    numbers = [float(text.replace(",", ".")) for text in texts if _BARE_NUMBER.fullmatch(text)]
    return "hours" if numbers and max(numbers) <= 12 else "minutes"


# ---- reading one row ---------------------------------------------------------------------------------------------


def parse_day(text: str, order: str, zone: ZoneInfo) -> tuple[date, int | None]:
    """The day a text tells, and the minute since midnight if it tells one too; raises ValueError with a sentence.

    ``order`` says which number stands first where both could ("mdy" or "dmy"); an instant is taken where the person is.
    """
    if "T" in text and text[:4].isdigit():
        return _instant(text, zone)
    spelled = _WEEKDAY.sub("", text.strip(), count=1)
    for pattern, places in (
        (_ISO, ("y", "m", "d")),
        (_PARTS, ("d", None, "m", "y")),
        (_NAMED_MONTH_FIRST, ("m", "d", "y")),
        (_NAMED_DAY_FIRST, ("d", "m", "y")),
    ):
        if match := pattern.match(spelled):
            found = dict(zip(places, match.groups(), strict=True))
            if pattern is _PARTS and match[2] != "." and order == "mdy":
                found["d"], found["m"] = found["m"], found["d"]
            rest = spelled[match.end() :].strip(" ,")
            return _date(found["y"], found["m"], found["d"]), parse_clock(rest) if rest else None
    raise ValueError(_not_a("day", text, "2026-11-16 or 11/16/2026"))


def _instant(text: str, zone: ZoneInfo) -> tuple[date, int | None]:
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(_not_a("day", text, "2026-11-16 or 11/16/2026")) from None
    local = instant.astimezone(zone) if instant.tzinfo else instant
    return local.date(), local.hour * 60 + local.minute


def _date(year: str, month: str, day: str) -> date:
    number = int(year) + (0 if len(year) == 4 else 2000)
    named = _MONTHS.get(month[:3].lower())
    try:
        found = date(number, named or int(month), int(day))
    except ValueError:
        raise ValueError(
            "There is no such day in the calendar. Correct the line, or the order of day and month."
        ) from None
    if not 1950 <= found.year <= 2199:
        raise ValueError(f"The year {found.year} cannot be right. Correct the line.")
    return found


def parse_clock(text: str) -> int:
    """Minutes since midnight of a time in a file; raises ValueError with a sentence."""
    match = _CLOCK.fullmatch(text.strip())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if match and match[4]:
        hour = hour % 12 + (12 if match[4].lower() == "p" else 0) if 1 <= hour <= 12 else 99
    if hour > 23 or minute > 59:
        raise ValueError(_not_a("time of day", text, "9:30 or 2:15 pm"))
    return hour * 60 + minute


def parse_length(text: str, unit: str) -> int:
    """Whole minutes of a length in a file; raises ValueError with a sentence."""
    spelled = text.strip()
    if match := _WITH_SECONDS.fullmatch(spelled):
        spelled = match[1]
    if _BARE_NUMBER.fullmatch(spelled) and unit == "minutes":
        whole, _, fraction = spelled.replace(",", ".").partition(".")
        if fraction.strip("0"):
            raise ValueError(
                "The length is not a whole number of minutes. Correct the line, or choose hours."
            )
        return int(whole)
    try:
        return parse_minutes(spelled)
    except ValueError as error:
        # What could not be read is not said again: it might be a name.
        is_number = bool(_BARE_NUMBER.fullmatch(spelled))
        raise ValueError(str(error) if is_number else _not_a("length", text, "50, 0:50 or 1h 15m")) from None


def _not_a(what: str, text: str, like: str) -> str:
    if text == UNCALCULATED:
        return _NO_RESULT
    return f"The {what} cannot be read. Write it like {like}."


def _exists(day: date, minute: int, zone: ZoneInfo) -> bool:
    """Whether the clock showed this time that day; it does not where it is put forward."""
    wall = datetime.combine(day, time(minute // 60, minute % 60))
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall


def _elapsed(day: date, start: int, end: int, zone: ZoneInfo) -> int:
    """Minutes that pass between two times of a day, also on one on which the clocks change."""
    midnight = datetime.combine(day, time())
    begins, ends = (
        (midnight + timedelta(minutes=minute)).replace(tzinfo=zone).astimezone(UTC) for minute in (start, end)
    )
    return int((ends - begins) / timedelta(minutes=1))


# ---- deciding ----------------------------------------------------------------------------------------------------


def decide(
    rows: Sequence[Row],
    choices: Choices,
    *,
    place: Place,
    logged: Sequence[Logged],
    locked: Mapping[int, Sequence[tuple[Week, str]]],
    today: date,
    time_zone: str,
    places: Sequence[Place] = (),
) -> list[Decision]:
    """What becomes of each row beside what is logged: at ``place``, or at one of ``places`` that its text means.

    ``locked`` says by setting which days are closed, and why.
    """
    by_id = {str(one.setting_id): one for one in places}
    return _Desk(choices, place, by_id, logged, locked, today, ZoneInfo(time_zone)).decide(rows)


class _Desk:
    """Decides the rows of one file in their order, each beside those before it."""

    def __init__(
        self,
        choices: Choices,
        place: Place,
        places: Mapping[str, Place],
        logged: Sequence[Logged],
        locked: Mapping[int, Sequence[tuple[Week, str]]],
        today: date,
        zone: ZoneInfo,
    ) -> None:
        self.choices, self.place, self.today, self.zone = choices, place, today, zone
        self.locked = {
            (setting_id, day): sentence
            for setting_id, weeks in locked.items()
            for week, sentence in weeks
            for day in week.days
        }
        self.places = places
        self.days: dict[date, list[Stretch]] = {}
        self.known: dict[Key, str] = {}
        self.times: dict[Key, str] = {}
        self.loose: Counter[Key] = Counter()
        for one in logged:
            self._learn(one.stretch, one.client, "in your log" if one.in_log else "imported before")
            if one.in_log:
                self.days.setdefault(one.stretch.day, []).append(one.stretch)
                self.loose[_loosely(one.stretch, one.client)] += 1

    def decide(self, rows: Sequence[Row]) -> list[Decision]:
        return [self._decide(row) for row in rows]

    def _decide(self, row: Row) -> Decision:
        kind = self.choices.kinds.get(row.kind, ASK)
        held = self._held(row)
        if kind == NOT_WORK:
            return Decision(row, Outcome.NOT_WORK, "Left out, as you chose for its kind.")
        if held == Held.NONE:
            return Decision(row, Outcome.NOT_WORK, "It did not take place.")
        if row.problem:
            return Decision(row, Outcome.REFUSED, row.problem)
        try:
            stretch = self._stretch(row, kind)
        except ValueError as error:
            return Decision(row, Outcome.REFUSED, str(error))
        return self._place(row, stretch, held)

    def _held(self, row: Row) -> str:
        if not row.status:
            return Held.DONE if self.choices.took_place else Held.CONFIRM
        return self.choices.statuses.get(row.status, Held.CONFIRM)

    def _stretch(self, row: Row, kind: str) -> Stretch:
        if not row.day:
            raise ValueError("There is no day. Correct the line.")
        day, start = parse_day(row.day, self.choices.day_order, self.zone)
        if row.start:
            start = parse_clock(row.start)
        if start is not None and not _exists(day, start, self.zone):
            raise ValueError(
                f"{clock_text(start)} did not exist on {day_text(day)}: the clocks were put forward that night."
            )
        activity, _, client_unit = ("", "", "") if kind == ASK else kind.partition(":")
        in_group = activity == Activity.SUPERVISION_GROUP
        return completed(
            Stretch(
                place=self.places.get(self.choices.settings.get(row.setting, ""), self.place),
                day=day,
                minutes=self._length(row, day, start),
                activity=activity,
                client_unit=client_unit or None,
                delivery=self.choices.deliveries.get(row.delivery, self.choices.delivery),
                start_minute=start,
                head_count=int(row.head_count) if in_group and row.head_count else None,
            )
        )

    def _length(self, row: Row, day: date, start: int | None) -> int:
        if row.length:
            return parse_length(row.length, self.choices.unit)
        if start is None or not row.end:
            raise ValueError("There is neither a length nor a start and an end. Correct the line.")
        end = parse_clock(_time_part(row.end)) or 24 * 60
        if end <= start:
            raise ValueError(
                "The end is not after the start. If the work went past midnight, log it by hand as two entries."
            )
        return _elapsed(day, start, end, self.zone)

    def _place(self, row: Row, stretch: Stretch, held: str) -> Decision:
        known = self._known(stretch, row.client)
        if known:
            what = "day, time and activity" if stretch.activity else "day and time"
            return Decision(row, Outcome.KNOWN, f"The same {what} is {known}.", stretch)
        try:
            reason = self._question(row, stretch, held)
            self._check(stretch, asked=bool(reason))
        except DomainError as refusal:
            return Decision(row, Outcome.REFUSED, refusal.message, stretch)
        if not reason and self._may_be_known(stretch, row.client):
            reason = "You have logged as much of this that day, told less exactly: it may be the same."
        self._learn(stretch, row.client, f"on line {row.line}")
        if reason:
            return Decision(row, Outcome.CONFIRM, reason, stretch)
        self.days.setdefault(stretch.day, []).append(stretch)
        return Decision(row, Outcome.ENTRY, "", stretch)

    def _question(self, row: Row, stretch: Stretch, held: str) -> str:
        """Why the person must be asked about a row, or nothing."""
        if held == Held.CONFIRM:
            return (
                "The file does not prove that it took place." if row.status else "Say whether it took place."
            )
        if stretch.activity == UNKNOWN:
            return "Say what was done."
        if stretch.activity == Activity.SUPERVISION_GROUP and stretch.head_count is None:
            return "Say how many were supervised in the group."
        return ""

    def _may_be_known(self, stretch: Stretch, client: str) -> bool:
        """Whether an entry of the log that no earlier row was held against could be this row, told less exactly."""
        day, minutes, activity, *here = _loosely(stretch, client)
        for starts, names in product((False, True), repeat=2):
            told_alike = starts == here[0] and (starts or names == here[1])
            twin = (day, minutes, activity, starts, names)
            if not told_alike and self.loose[twin] > 0:
                self.loose[twin] -= 1
                return True
        return False

    def _check(self, stretch: Stretch, *, asked: bool) -> None:
        if sentence := self.locked.get((stretch.place.setting_id, stretch.day)):
            raise DomainError(sentence)
        if asked:
            if stretch.day > self.today + _AHEAD:
                raise DomainError("It is more than a year ahead. Import it when it is nearer.")
            check_stretch(_stand_in(stretch), (), max(self.today, stretch.day))
        else:
            # Two sessions of one day without a start are told apart by the client: the same again is known already.
            check_stretch(stretch, self.days.get(stretch.day, ()), self.today, alike_are_two=True)

    def _known(self, stretch: Stretch, client: str) -> str:
        if stretch.start_minute is not None:
            at = (stretch.day, stretch.start_minute, stretch.minutes)
            if stretch.activity == UNKNOWN:
                return self.times.get(at, "")
            return self.known.get((*at, stretch.activity)) or self.known.get((*at, UNKNOWN), "")
        return self.known.get(_key(stretch, client), "")

    def _learn(self, stretch: Stretch, client: str, where: str) -> None:
        self.known.setdefault(_key(stretch, client), where)
        if stretch.start_minute is not None:
            self.times.setdefault((stretch.day, stretch.start_minute, stretch.minutes), where)


def _key(stretch: Stretch, client: str) -> Key:
    """What makes two rows the same: day, start, length and activity; without a start also whom it was for."""
    if stretch.start_minute is not None:
        return stretch.day, stretch.start_minute, stretch.minutes, stretch.activity
    return stretch.day, stretch.minutes, stretch.activity, stretch.client_unit, client


def _loosely(stretch: Stretch, client: str) -> Key:
    """A stretch without its start and client, but whether it has them."""
    return stretch.day, stretch.minutes, stretch.activity, stretch.start_minute is not None, bool(client)


def _stand_in(stretch: Stretch) -> Stretch:
    """A stretch that asks nothing but whether its day and length can be."""
    return replace(stretch, activity=Activity.ADMINISTRATION, client_unit=None, head_count=None)


def _time_part(text: str) -> str:
    """The time in a text that may hold the day as well."""
    match = re.search(r"(\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?)\s*$", text, re.IGNORECASE)
    return match[1] if match else text
