"""What asks for a supervisor's eye about each supervisee, the most urgent first. Pure.

Every risk has the day by which something must be done (or was to be), so that all of them can be put in one order: what
is overdue longest stands first, what nothing can mend any more stands last.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ceu.domain.dates import day_text, week_of
from ceu.domain.minutes import clock_text
from ceu.exporting.board_forms import EXPIRES, fact_day
from ceu.rules.language import Anchor, When, parts_of
from ceu.rules.pack import Pack, Version
from ceu.rules.situation import moved
from ceu.supervising.agreement_dues import SOON, Owed

WAITS = ((30, "lost"), (14, "mend"), (7, "note"))
"""Days after which a week that waits for the supervisor is a risk, and how grave."""
EXPIRES_SOON = timedelta(days=60)
LEAVES_SOON = timedelta(days=90)
_ORDER = {"lost": 0, "mend": 1, "note": 2}


@dataclass(frozen=True)
class Risk:
    """Something to see to: how grave (lost, mend or note), by which day (None: nothing can be done), and in words."""

    kind: str
    severity: str
    due: date | None
    sentence: str
    remedy: str = ""

    @property
    def key(self) -> tuple[int, date, str]:
        """Its place among all: by the day, then by gravity and words."""
        return (0 if self.due else 1, self.due or date.max, f"{_ORDER[self.severity]}{self.sentence}")


@dataclass(frozen=True)
class AtRisk:
    """A supervision and its risks, the most urgent first."""

    supervision_id: int
    trainee: str
    setting: str
    risks: tuple[Risk, ...]

    @property
    def key(self) -> tuple[int, int, date, str, str, int]:
        """Its place in the list: those with something to do, those with something lost, then the others by name."""
        first = self.risks[0] if self.risks else None
        rank = 2 if first is None else 0 if first.due else 1
        due = first.due if first and first.due else date.max
        words = first.key[2] if first else ""
        return (
            rank,
            _ORDER[first.severity] if first and rank else 0,
            due,
            words,
            self.trainee.casefold(),
            self.supervision_id,
        )


def waiting_risks(weeks: int, since: date, today: date) -> Iterator[Risk]:
    """That weeks wait for the signature for too long."""
    days = (today - since).days
    grave = next((severity for term, severity in WAITS if days >= term), None)
    if grave:
        number = "1 week waits" if weeks == 1 else f"{weeks} weeks wait"
        yield Risk(
            "waiting",
            grave,
            since + timedelta(days=WAITS[0][0]),
            f"{number} for your signature, the longest for {days} days.",
        )


def week_risks(findings: Iterable[Mapping[str, Any]], week_start: date, today: date) -> Iterator[Risk]:
    """What the rules say of a week in the setting: what is still to be had before it ends, and what is lost."""
    end = week_start + timedelta(days=6)
    for finding in findings:
        if finding["severity"] == "mend" and end >= today:
            yield Risk("week", "mend", end, finding["sentence"], finding["fix"] or "")
        elif finding["severity"] == "lost" or (finding["severity"] == "mend" and end < today):
            yield Risk(
                "week",
                "lost",
                None,
                f"Week of {day_text(week_start)}: {finding['sentence']}",
                finding["fix"] or "",
            )


def wider_risks(findings: Iterable[Mapping[str, Any]], today: date) -> Iterator[Risk]:
    """What the rules say of a longer period: supervision short of what the hours ask."""
    month_end = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    for finding in findings:
        if finding["severity"] == "mend":
            yield Risk("ratio", "mend", month_end, finding["sentence"], finding["fix"] or "")


def expiry_risks(what: str, expires_on: date | None, today: date, remedy: str) -> Iterator[Risk]:
    """That a license or a registration ends soon, or has ended."""
    if expires_on is not None and expires_on <= today + EXPIRES_SOON:
        has_ended = expires_on < today
        yield Risk(
            "expiry",
            "lost" if has_ended else "mend",
            expires_on,
            f"{what} {'expired' if has_ended else 'expires'} on {day_text(expires_on)}.",
            remedy,
        )


def registration_expires_on(pack: Pack, facts: Mapping[str, Any]) -> date | None:
    """The last day of the registration, permit or resident license that a pack asks about, where it is known."""
    return fact_day(pack, facts, EXPIRES)


def document_risks(owed: Iterable[Owed], today: date) -> Iterator[Risk]:
    """Agreements and evaluations that are overdue or due soon."""
    for one in owed:
        if one.done is None and one.due <= today + SOON:
            severity = "lost" if one.due < today else "mend"
            about = "" if one.period.first is None else f", {one.period.text}"
            verb = "was due" if one.due < today else "is due"
            yield Risk(
                "document", severity, one.due, f"{one.form.title}{about}: {verb} on {day_text(one.due)}."
            )


def window_risks(anchor: Anchor, weeks: Sequence[tuple[date, int]], as_of: date, what: str) -> Iterator[Risk]:
    """That signed weeks leave the look-back of the rules soon, or have left it, while nothing was applied for."""
    horizon = moved(as_of, anchor)
    soon = [(start, minutes) for start, minutes in weeks if horizon <= start < horizon + LEAVES_SOON]
    if soon:
        leaves = as_of + (soon[0][0] - horizon)
        yield Risk(
            "window",
            "mend",
            leaves,
            f"{clock_text(sum(minutes for _, minutes in soon))} hours you signed leave the {what} from {day_text(leaves)} on.",
            "They stay if the application is received before.",
        )


def look_back(version: Version, facts: Mapping[str, Any]) -> Anchor | None:
    """How far back from today entries count while no application was received, or None where no rule says."""
    for _, condition in version.conditions:
        for part in parts_of(condition):
            if (
                isinstance(part, When)
                and part.subject == "day"
                and part.anchor.backward
                and part.anchor.shift
            ):
                anchor = part.anchor
                named = str(anchor.of).removeprefix("person.")
                if anchor.of == "as_of" or (anchor.otherwise == "as_of" and facts.get(named) is None):
                    return anchor
    return None


def at_risk(supervision_id: int, trainee: str, setting: str, risks: Iterable[Risk]) -> AtRisk:
    """A supervision with its risks in order, each once."""
    return AtRisk(
        supervision_id, trainee, setting, tuple(sorted(dict.fromkeys(risks), key=lambda risk: risk.key))
    )


def stretch_of_weeks(today: date) -> date:
    """From which day on weeks are read: the one before this one, wherever its rules begin it."""
    return week_of(today).first - timedelta(days=13)
