"""What a package tells of a learner, read with doubt, and whether that makes its lesson done. Pure.

The elements are those of the SCORM run-time data models: 1.2 (``cmi.core...``) and 2004 (IEEE 1484.11.1). The time they report is
kept as reported and decides nothing.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from ceu.adapters.content import Item
from ceu.domain.errors import DomainError

LARGEST_STATE = 400_000
"""Characters of everything a package keeps of one part, spelled as JSON."""

LONGEST_SUSPEND_DATA = 64_000
"""Characters of ``cmi.suspend_data`` in SCORM 2004; packages for 1.2 (4,096) exceed theirs so often that it holds for both."""

LONGEST_LOCATION = 1_000
MOST_ELEMENTS = 6_000
LONGEST_SESSION = 7 * 24 * 3600
"""Seconds; a package that reports more for one sitting is not believed further."""

_ELEMENT = re.compile(r"cmi(\.[a-z0-9_]{1,40}){1,8}")
_TIME_12 = re.compile(r"(\d{2,4}):(\d{2}):(\d{2})(\.\d{1,2})?")
_TIME_2004 = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?"
    r"(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})(?:\.\d{1,2})?S)?)?"
)
_SECONDS_2004 = (365 * 86_400, 30 * 86_400, 86_400, 3_600, 60, 1)
_COMPLETIONS = frozenset({"completed", "incomplete", "not attempted", "unknown"})
_SUCCESSES = frozenset({"passed", "failed", "unknown"})


@dataclass(frozen=True)
class Told:
    """What a package says of one part: two axes, a score from -1 to 1, progress from 0 to 1, and seconds of this sitting."""

    completion: str = "not attempted"
    success: str = "unknown"
    score: Fraction | None = None
    progress: Fraction | None = None
    location: str = ""
    seconds: int = 0
    suspended: bool = False

    @property
    def completed(self) -> bool:
        return self.completion == "completed"

    @property
    def passed(self) -> bool:
        return self.success == "passed"


def parse_state(text: str) -> dict[str, str]:
    """The elements a page sends as changed, each a text. Raises DomainError for anything no run-time would send."""
    if len(text) > LARGEST_STATE:
        raise DomainError(
            f"The package wants to keep {len(text):,} characters; the most is {LARGEST_STATE:,}. Nothing of it is saved."
        )
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DomainError("What the package wants to keep cannot be read.") from error
    if not isinstance(data, dict) or len(data) > MOST_ELEMENTS:
        raise DomainError("What the package wants to keep is no list of elements.")
    for element, value in data.items():
        if not _ELEMENT.fullmatch(element) or not isinstance(value, str) or "\0" in value:
            raise DomainError(f"The package wants to keep {element[:60]!a}, which no run-time knows.")
    _check_lengths(data)
    return data


def merged(kept: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """What a package keeps once it has changed some elements; an empty one is none. Raises DomainError when it grows too large."""
    data = {element: value for element, value in {**kept, **changes}.items() if value}
    size = sum(len(element) + len(value) for element, value in data.items())
    if len(data) > MOST_ELEMENTS or size > LARGEST_STATE:
        raise DomainError(
            f"The package wants to keep {size:,} characters in {len(data):,} elements; the most is {LARGEST_STATE:,} in "
            f"{MOST_ELEMENTS:,}. Nothing of it is saved."
        )
    return data


def of_earlier_sittings(standard: str, kept: Mapping[str, str]) -> dict[str, str]:
    """What was kept, without the elements that speak of one sitting only."""
    last = (
        {"cmi.core.session_time", "cmi.core.exit"}
        if standard == "scorm12"
        else {"cmi.session_time", "cmi.exit"}
    )
    return {element: value for element, value in kept.items() if element not in last}


def _check_lengths(data: Mapping[str, str]) -> None:
    for element, most in (
        ("cmi.suspend_data", LONGEST_SUSPEND_DATA),
        ("cmi.location", LONGEST_LOCATION),
        ("cmi.core.lesson_location", LONGEST_LOCATION),
    ):
        if len(data.get(element, "")) > most:
            raise DomainError(f"{element} is longer than {most:,} characters. Nothing of it is saved.")


def read_told(standard: str, item: Item, cmi: Mapping[str, str]) -> Told:
    """What the elements say of a part; the scores its manifest asks for decide over what it says itself."""
    return _told_12(item, cmi) if standard == "scorm12" else _told_2004(item, cmi)


def _told_12(item: Item, cmi: Mapping[str, str]) -> Told:
    status = cmi.get("cmi.core.lesson_status", "")
    raw = _number(cmi.get("cmi.core.score.raw"))
    success = status if status in {"passed", "failed"} else "unknown"
    mastery = _number(item.mastery)
    if mastery is not None and raw is not None and status in {"passed", "failed", "completed"}:
        success = "passed" if raw >= mastery else "failed"
    completion = {"passed": "completed", "failed": "completed", "browsed": "incomplete"}.get(status, status)
    return Told(
        completion=completion if completion in _COMPLETIONS else "unknown",
        success=success,
        score=_scaled(raw, _number(cmi.get("cmi.core.score.min")), _number(cmi.get("cmi.core.score.max"))),
        location=cmi.get("cmi.core.lesson_location", ""),
        seconds=seconds_of_12(cmi.get("cmi.core.session_time", "")),
        suspended=cmi.get("cmi.core.exit") == "suspend",
    )


def _scaled(raw: Fraction | None, least: Fraction | None, most: Fraction | None) -> Fraction | None:
    """A raw score between its least and most, from 0 to 1; SCORM 1.2 means 0 and 100 where a package names neither."""
    if raw is None:
        return None
    least, most = least or Fraction(0), Fraction(100) if most is None else most
    if most <= least:
        least, most = Fraction(0), Fraction(100)
    return min(Fraction(1), max(Fraction(0), (raw - least) / (most - least)))


def _told_2004(item: Item, cmi: Mapping[str, str]) -> Told:
    completion, success = (
        cmi.get("cmi.completion_status", "unknown"),
        cmi.get("cmi.success_status", "unknown"),
    )
    score = _within(_number(cmi.get("cmi.score.scaled")), -1, 1)
    progress = _within(_number(cmi.get("cmi.progress_measure")), 0, 1)
    mastery, threshold = _number(item.mastery), _number(item.completion_threshold)
    if mastery is not None:
        success = "unknown" if score is None else "passed" if score >= mastery else "failed"
    if threshold is not None and progress is not None:
        completion = "completed" if progress >= threshold else "incomplete"
    return Told(
        completion=completion if completion in _COMPLETIONS else "unknown",
        success=success if success in _SUCCESSES else "unknown",
        score=score,
        progress=progress,
        location=cmi.get("cmi.location", ""),
        seconds=seconds_of_2004(cmi.get("cmi.session_time", "")),
        suspended=cmi.get("cmi.exit") == "suspend",
    )


def _number(text: str | None) -> Fraction | None:
    if not text or len(text) > 40:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return Fraction(value) if value.is_finite() and abs(value.adjusted()) < 40 else None


def _within(value: Fraction | None, least: int, most: int) -> Fraction | None:
    return value if value is not None and least <= value <= most else None


def seconds_of_12(text: str) -> int:
    """Whole seconds of a CMITimespan, HHHH:MM:SS.SS; 0 for what is none.

    >>> seconds_of_12("0001:02:03.50"), seconds_of_12("an hour")
    (3723, 0)
    """
    found = _TIME_12.fullmatch(text)
    if not found:
        return 0
    hours, minutes, seconds = (int(part) for part in found.groups()[:3])
    return min(hours * 3600 + minutes * 60 + seconds, LONGEST_SESSION)


def seconds_of_2004(text: str) -> int:
    """Whole seconds of a timeinterval(second,10,2), as ISO 8601 spells it; 0 for what is none.

    >>> seconds_of_2004("PT1H2M3.5S"), seconds_of_2004("P1DT1S"), seconds_of_2004("PT")
    (3723, 86401, 0)
    """
    found = _TIME_2004.fullmatch(text)
    if not found:
        return 0
    parts = (int(part or 0) for part in found.groups())
    return min(sum(number * unit for number, unit in zip(parts, _SECONDS_2004, strict=True)), LONGEST_SESSION)


def time_text(standard: str, seconds: int) -> str:
    """Seconds as the run-time of a standard spells them.

    >>> time_text("scorm12", 3723), time_text("scorm2004", 3723)
    ('0001:02:03', 'PT1H2M3S')
    """
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if standard == "scorm12":
        return f"{min(hours, 9999):04d}:{minutes:02d}:{seconds:02d}"
    return f"PT{hours}H{minutes}M{seconds}S"


@dataclass(frozen=True)
class Learner:
    """Whom a package is told it has before it: a number that means nothing elsewhere, and a name to greet them by."""

    id: str
    name: str


def state_to_begin(
    standard: str, item: Item, kept: Mapping[str, str], told: Told | None, learner: Learner, seconds: int
) -> dict[str, str]:
    """The elements a part finds when it is opened: what it kept, and what only the site may say.

    Whoever has not finished a part goes on where they were, also when the window was closed without a word.
    """
    if standard == "scorm12":
        core, ours = "cmi.core.", _ours_12(item)
        learner_at = ("student_id", "student_name", "lesson_mode")
    else:
        core, ours = "cmi.", _ours_2004(item)
        learner_at = ("learner_id", "learner_name", "mode")
    entry = "ab-initio" if told is None else "resume" if told.suspended or not told.completed else ""
    ours |= dict(zip((core + name for name in learner_at), (learner.id, learner.name, "normal"), strict=True))
    ours |= {
        core + "credit": "credit",
        core + "entry": entry,
        core + "total_time": time_text(standard, seconds),
    }
    return of_earlier_sittings(standard, kept) | ours


def _ours_12(item: Item) -> dict[str, str]:
    return {
        "cmi.launch_data": item.launch_data,
        "cmi.student_data.mastery_score": item.mastery or "",
        "cmi.student_data.max_time_allowed": item.max_time,
        "cmi.student_data.time_limit_action": item.time_limit_action,
    }


def _ours_2004(item: Item) -> dict[str, str]:
    return {
        "cmi.launch_data": item.launch_data,
        "cmi.scaled_passing_score": item.mastery or "",
        "cmi.completion_threshold": item.completion_threshold or "",
        "cmi.max_time_allowed": item.max_time,
        "cmi.time_limit_action": item.time_limit_action or "continue,no message",
    }


def is_done(done_when: str, parts: Iterable[tuple[Item, Told | None]]) -> bool:
    """Whether every part was opened and says of itself what the course asks."""
    return all(told is not None and is_part_done(done_when, item, told) for item, told in parts)


def is_part_done(done_when: str, item: Item, told: Told) -> bool:
    """Whether a part says of itself what the course asks; ``satisfied`` leaves it to the part's own moveOn."""
    match done_when:
        case "completed":
            return told.completed
        case "passed":
            return told.passed
        case "completed_and_passed":
            return told.completed and told.passed
        case "satisfied":
            return is_satisfied(item, told)
        case _:
            return told.completed or told.passed


def is_satisfied(item: Item, told: Told) -> bool:
    """Whether a part has met its moveOn (cmi5, 13.1.4); SCORM knows none, and its parts have one of the two to say."""
    match item.move_on if item.kind == "au" else "CompletedOrPassed":
        case "Passed":
            return told.passed
        case "Completed":
            return told.completed
        case "CompletedAndPassed":
            return told.completed and told.passed
        case "CompletedOrPassed":
            return told.completed or told.passed
        case _:
            return True


def told_words(told: Told) -> str:
    """What a package says of a part, for a person: "completed, passed, 85 %"."""
    words = [told.completion] if told.completion != "unknown" else []
    words += [told.success] if told.success != "unknown" else []
    if told.score is not None:
        words.append(f"{int(told.score * 100)} %")
    elif told.progress is not None and not told.completed:
        words.append(f"{int(told.progress * 100)} % through")
    return ", ".join(words) or "begun"
