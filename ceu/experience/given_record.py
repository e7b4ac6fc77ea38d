"""The supervisor's own record of supervision given, beside what the signed weeks of the trainees say. Pure.

A line is one supervisee in one session: as the supervisor entered it, as a signed week has it, or both. They differ where a
week was signed and tells the session otherwise, or not at all. What was signed and never entered is no difference: the
trainee logged it, and the signature says that it was so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ceu.adapters.spreadsheets import Cell
from ceu.domain.experience import ACTIVITY_LABELS, Activity
from ceu.domain.minutes import clock_text
from ceu.experience.given_meetings import Standing

KINDS = tuple(kind for kind in Activity if kind.is_supervision)
HEADINGS = (
    "Date", "Supervisee", "Setting", "Kind", "Duration", "Minutes", "Entered by you", "Signed minutes", "Standing",
    "Difference",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A supervisee and the setting."""

    trainee_id: int
    trainee: str
    setting: str


@dataclass(frozen=True)
class EnteredPart:
    """A supervisee's part of a session that was entered; the entry it is, and whether the week of that is signed."""

    place: Place
    session_id: int
    day: date
    activity: str
    minutes: int
    standing: Standing
    entry_id: int | None
    sheet_id: int | None
    is_signed: bool


@dataclass(frozen=True)
class SignedPart:
    """An entry of supervision in a signed week; without an id where the week is being amended."""

    place: Place
    day: date
    activity: str
    minutes: int
    sheet_id: int
    entry_id: int | None


@dataclass(frozen=True)
class Line:
    """A supervisee in a session, as entered and as signed."""

    place: Place
    day: date
    activity: str
    minutes: int
    session_id: int | None
    signed_minutes: int | None
    standing: str
    difference: str = ""

    @property
    def label(self) -> str:
        """The kind of supervision, in words."""
        return ACTIVITY_LABELS[self.activity]

    @property
    def counts(self) -> bool:
        """Whether it took place, as far as trainee and supervisor agree."""
        return self.standing not in {Standing.DECLINED, Standing.REMOVED}


@dataclass(frozen=True)
class Sums:
    """Minutes of one supervisee by kind, what of them is signed, and how many lines differ."""

    place: Place
    by_kind: Mapping[str, int]
    signed: int
    differences: int

    @property
    def minutes(self) -> int:
        """All kinds together."""
        return sum(self.by_kind.values())


def lines(entered: Iterable[EnteredPart], signed: Sequence[SignedPart]) -> list[Line]:
    """Both records as one, by day and supervisee; each signed entry stands beside at most one that was entered."""
    left = list(signed)
    found = []
    for part in entered:
        possible = [one for one in left if _is_twin(part, one)]
        twin = min(possible, key=lambda one: abs(one.minutes - part.minutes), default=None)
        if twin is not None:
            left.remove(twin)
        found.append(_line(part, twin))
    found += [
        Line(one.place, one.day, one.activity, one.minutes, None, one.minutes, "from_signed") for one in left
    ]
    return sorted(found, key=lambda line: (line.day, line.place.trainee.casefold(), line.activity))


def _is_twin(part: EnteredPart, signed: SignedPart) -> bool:
    if part.place.trainee_id != signed.place.trainee_id:
        return False
    if part.entry_id is not None and signed.entry_id is not None:
        return part.entry_id == signed.entry_id
    if (part.day, part.activity) != (signed.day, signed.activity):
        return False
    # What is signed of a week that is being amended is told by the record alone, which numbers no entries.
    return part.sheet_id == signed.sheet_id or (part.sheet_id is None and part.minutes == signed.minutes)


def _line(part: EnteredPart, twin: SignedPart | None) -> Line:
    standing = "signed" if twin is not None and part.standing.has_entry else part.standing.value
    return Line(
        part.place,
        part.day,
        part.activity,
        part.minutes,
        part.session_id,
        twin.minutes if twin else None,
        standing,
        _difference(part, twin),
    )


def _difference(part: EnteredPart, twin: SignedPart | None) -> str:
    if twin is None:
        if part.is_signed:
            return "The week was signed without it."
        return {
            Standing.DECLINED: "The trainee declined it.",
            Standing.REMOVED: "The trainee took it out of the log.",
        }.get(part.standing, "")
    told = []
    if twin.activity != part.activity:
        told.append(f"as {ACTIVITY_LABELS[twin.activity].lower()}")
    if twin.minutes != part.minutes:
        told.append(f"with {clock_text(twin.minutes)}")
    if twin.day != part.day:
        told.append(f"on {twin.day:%d %B}")
    return f"It was signed {', '.join(told)}." if told else ""


def sums(found: Iterable[Line]) -> list[Sums]:
    """The minutes of each supervisee, by name."""
    by_person: dict[tuple[str, int], list[Line]] = {}
    for line in found:
        by_person.setdefault((line.place.trainee.casefold(), line.place.trainee_id), []).append(line)
    return [
        Sums(
            theirs[0].place,
            {
                kind.value: sum(line.minutes for line in theirs if line.activity == kind and line.counts)
                for kind in KINDS
            },
            sum(line.signed_minutes or 0 for line in theirs),
            sum(1 for line in theirs if line.difference),
        )
        for _, theirs in sorted(by_person.items())
    ]


def table_rows(found: Iterable[Line], words: Mapping[str, str]) -> Iterator[list[Cell]]:
    """The record as rows of a table, one a line."""
    for line in found:
        yield [
            line.day,
            line.place.trainee,
            line.place.setting,
            line.label,
            clock_text(line.minutes),
            line.minutes,
            "Yes" if line.session_id is not None else "No",
            line.signed_minutes,
            words[line.standing],
            line.difference or None,
        ]
