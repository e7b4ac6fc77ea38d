"""What cannot be true of a log, said while it is typed: pure checks with a sentence and a field for each refusal.

Whether an hour counts is for the rules to say; here stands only what no rule could want in a log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from ceu.domain.dates import day_text
from ceu.domain.errors import DomainError
from ceu.domain.experience import (
    ACTIVITY_LABELS,
    CLIENT_UNIT_LABELS,
    DELIVERY_LABELS,
    EMPLOYMENT_LABELS,
    SETTING_KIND_LABELS,
    SUPERVISOR_LICENSE_LABELS,
    Activity,
)
from ceu.domain.minutes import clock_text
from ceu.rules.facts import Fact
from ceu.rules.pack import FactDeclaration

DAY = 24 * 60
LONGEST_ENTRY = 16 * 60
LARGEST_GROUP = 100
LONGEST_NOTE = 500
SUPERVISEES = {Activity.SUPERVISION_INDIVIDUAL: 1, Activity.SUPERVISION_TRIADIC: 2}
"""How many people receive supervision, where the kind of supervision says it already."""


@dataclass(frozen=True)
class Place:
    """A work setting as the checks need it: its name, and the first and last day of the work there."""

    setting_id: int
    name: str
    began_on: date
    ended_on: date | None


@dataclass(frozen=True)
class Stretch:
    """A stretch of work on one day; ``start_minute`` counts from midnight, ``head_count`` those who are supervised.

    ``under_id`` is the supervision under which it was done, where that is told; who supervised tells no two stretches apart.
    """

    place: Place
    day: date
    minutes: int
    activity: str
    client_unit: str | None = None
    delivery: str = "in_person"
    start_minute: int | None = None
    head_count: int | None = None
    note: str = ""
    under_id: int | None = field(default=None, compare=False)

    @property
    def times(self) -> str:
        """From when to when, or just the length when no start was given."""
        return span_text(self.start_minute, self.minutes) or clock_text(self.minutes)

    @property
    def label(self) -> str:
        """What was done, in the field's words."""
        return activity_text(self.activity, self.client_unit)


def activity_text(activity: str, client_unit: str | None) -> str:
    """An activity as people call it: "Direct counseling, couple"."""
    label = ACTIVITY_LABELS[activity]
    return f"{label}, {CLIENT_UNIT_LABELS[client_unit].lower()}" if client_unit else label


def span_text(start_minute: int | None, minutes: int) -> str:
    """From when to when: "9:00 to 10:15"; empty when no start was given."""
    if start_minute is None:
        return ""
    return f"{clock_text(start_minute)} to {clock_text(start_minute + minutes)}"


def completed(stretch: Stretch) -> Stretch:
    """The stretch with what follows from it filled in: who is supervised alone, and who in a pair."""
    if stretch.head_count is None and stretch.activity in SUPERVISEES:
        return replace(stretch, head_count=SUPERVISEES[Activity(stretch.activity)])
    return stretch


def check_stretch(
    stretch: Stretch, same_day: Sequence[Stretch], today: date, *, alike_are_two: bool = False
) -> None:
    """Refuse what cannot be true; ``same_day`` are the person's other entries of that day in all settings.

    ``alike_are_two`` lets two without a start be alike, where something else tells them apart (the client).
    Raises DomainError with a sentence that names the field.
    """
    check_pattern(stretch)
    _check_day(stretch, today)
    _check_against_the_day(stretch, same_day, alike_are_two)


def check_pattern(stretch: Stretch) -> None:
    """Refuse what no day could hold, whichever it is."""
    _check_words(stretch)
    _check_length(stretch)
    _check_supervisees(stretch)


def _check_words(stretch: Stretch) -> None:
    if stretch.activity not in ACTIVITY_LABELS:
        raise DomainError("Choose what you did from the list.", field="activity")
    if stretch.delivery not in DELIVERY_LABELS:
        raise DomainError(
            "Choose how you met: in person, by video, by phone or in writing.", field="delivery"
        )
    if stretch.activity == Activity.COUNSELING:
        if stretch.client_unit not in CLIENT_UNIT_LABELS:
            raise DomainError(
                "Say whom you counseled: an individual, a couple, a family, a child or a group.",
                field="activity",
            )
    elif stretch.client_unit is not None:
        raise DomainError(
            f"{ACTIVITY_LABELS[stretch.activity]} has no clients in the room; only counseling names whom you saw.",
            field="activity",
        )
    if len(stretch.note) > LONGEST_NOTE:
        raise DomainError(f"Use at most {LONGEST_NOTE} characters for the note.", field="note")


def _check_day(stretch: Stretch, today: date) -> None:
    place = stretch.place
    if stretch.day > today:
        raise DomainError(
            f"{day_text(stretch.day)} is still to come. Log time once you have worked it.", field="day"
        )
    if stretch.day < place.began_on:
        raise DomainError(
            f"Your work at {place.name} began on {day_text(place.began_on)}, after {day_text(stretch.day)}. "
            "Correct the day, or the setting's first day.",
            field="day",
        )
    if place.ended_on is not None and stretch.day > place.ended_on:
        raise DomainError(
            f"Your work at {place.name} ended on {day_text(place.ended_on)}, before {day_text(stretch.day)}. "
            "Correct the day, or the setting's last day.",
            field="day",
        )


def _check_length(stretch: Stretch) -> None:
    if stretch.minutes < 1:
        raise DomainError("Enter how long it took, at least one minute.", field="minutes")
    if stretch.minutes > LONGEST_ENTRY:
        raise DomainError(
            f"{clock_text(stretch.minutes)} hours are too long for one entry; the most is "
            f"{clock_text(LONGEST_ENTRY)}. If you meant minutes, write {min(stretch.minutes // 60, 999)}m.",
            field="minutes",
        )
    if stretch.start_minute is None:
        return
    if not 0 <= stretch.start_minute < DAY:
        raise DomainError("The start must be a time between 0:00 and 23:59.", field="start")
    if stretch.start_minute + stretch.minutes > DAY:
        following = stretch.day + timedelta(days=1)
        raise DomainError(
            f"It would end after midnight. Log the part after midnight as an entry of {day_text(following)}.",
            field="minutes",
        )


def _check_supervisees(stretch: Stretch) -> None:
    count = stretch.head_count
    if stretch.activity == Activity.SUPERVISION_GROUP:
        if count is None:
            raise DomainError("Enter how many of you were supervised in the group.", field="head_count")
        if count < 1 or count > LARGEST_GROUP:
            raise DomainError("Enter the number of people supervised, yourself included.", field="head_count")
        if count in SUPERVISEES.values():
            fitting = "Individual" if count == 1 else "Triadic"
            raise DomainError(
                f"A group begins with three. Choose {fitting.lower()} supervision, or correct the number.",
                field="head_count",
            )
    elif count is not None and count != SUPERVISEES.get(Activity(stretch.activity)):
        raise DomainError(
            f"{ACTIVITY_LABELS[stretch.activity]} does not take a number of supervisees. Leave it empty.",
            field="head_count",
        )


def _check_against_the_day(stretch: Stretch, same_day: Sequence[Stretch], alike_are_two: bool) -> None:
    for other in same_day:
        if _overlap(stretch, other):
            raise DomainError(_overlap_sentence(stretch, other), field="start")
        if stretch == other and not alike_are_two:
            raise DomainError(
                f"You have logged this already: {stretch.label}, {stretch.times}, on {day_text(stretch.day)}. "
                "If it was another session, give it a start time.",
                field="minutes",
            )
    total = stretch.minutes + sum(other.minutes for other in same_day)
    if total > DAY:
        raise DomainError(
            f"With this, {day_text(stretch.day)} would have {clock_text(total)} hours in all your settings. "
            "A day has 24: correct the time or the day.",
            field="minutes",
        )


def _overlap(one: Stretch, other: Stretch) -> bool:
    if one.start_minute is None or other.start_minute is None:
        return False
    return (
        one.start_minute < other.start_minute + other.minutes
        and other.start_minute < one.start_minute + one.minutes
    )


def _overlap_sentence(stretch: Stretch, other: Stretch) -> str:
    logged = f"{other.label} at {other.place.name}, {other.times}"
    kinds = {Activity(stretch.activity).is_supervision, Activity(other.activity).is_supervision}
    if kinds == {True, False}:
        return f"You cannot be in supervision and at other work at the same time: it overlaps {logged}."
    return f"You cannot be in two places at once: it overlaps {logged}. Correct the start or the length."


@dataclass(frozen=True)
class SettingFacts:
    """What a person tells about a work setting, whatever the rules."""

    name: str
    kind: str
    employment: str
    began_on: date
    ended_on: date | None = None
    practicum: bool = False


def check_setting(facts: SettingFacts, logged: tuple[date, date] | None) -> None:
    """Refuse facts that cannot be; ``logged`` are the first and the last day logged there, if any."""
    if not facts.name:
        raise DomainError("Enter the name of the place, as its letterhead has it.", field="name")
    if facts.kind not in SETTING_KIND_LABELS:
        raise DomainError("Choose what kind of setting it is.", field="kind")
    if facts.employment not in EMPLOYMENT_LABELS:
        raise DomainError("Choose how you work there.", field="employment")
    if facts.ended_on is not None and facts.ended_on < facts.began_on:
        raise DomainError(
            f"The last day is before the first, {day_text(facts.began_on)}. Correct one of them.",
            field="ended_on",
        )
    _check_logged_days(facts, logged)


def _check_logged_days(facts: SettingFacts, logged: tuple[date, date] | None) -> None:
    if logged is None:
        return
    first, last = logged
    if first < facts.began_on:
        raise DomainError(
            f"You logged time there on {day_text(first)}. Choose that day or an earlier one, or change the entry.",
            field="began_on",
        )
    if facts.ended_on is not None and last > facts.ended_on:
        raise DomainError(
            f"You logged time there on {day_text(last)}. Choose that day or a later one, or change the entry.",
            field="ended_on",
        )


def check_answers(questions: Mapping[str, FactDeclaration], answers: Mapping[str, Fact], today: date) -> None:
    """Refuse a day that may not have come yet, entered although it is still to come."""
    for name, question in questions.items():
        answer = answers.get(name)
        if question.not_yet and isinstance(answer, date) and answer > today:
            raise DomainError(
                f"{day_text(answer)} is still to come. Say “not yet” until it has come.", field=name
            )


@dataclass(frozen=True)
class LicenseFacts:
    """The license under which somebody supervises."""

    license_type: str
    license_number: str
    licensed_on: date
    license_expires_on: date


def check_license(facts: LicenseFacts, today: date) -> None:
    """Refuse a license that cannot be, or that is no longer one."""
    if facts.license_type not in SUPERVISOR_LICENSE_LABELS:
        raise DomainError("Choose the license under which you supervise.", field="license_type")
    if not facts.license_number:
        raise DomainError("Enter the number of your license.", field="license_number")
    if facts.licensed_on > today:
        raise DomainError(
            f"{day_text(facts.licensed_on)} is still to come. Enter the day your license was first issued.",
            field="licensed_on",
        )
    if facts.license_expires_on <= facts.licensed_on:
        raise DomainError(
            f"The license would end before it was issued, {day_text(facts.licensed_on)}. Correct one of the dates.",
            field="license_expires_on",
        )
    if facts.license_expires_on < today:
        raise DomainError(
            f"This license expired on {day_text(facts.license_expires_on)}. Enter the new date once it is renewed.",
            field="license_expires_on",
        )


def lapsed_day(expires_on: date | None, days: Sequence[date]) -> date | None:
    """The first of the worked days that lies after the license's last day, or None."""
    return min((day for day in days if expires_on is not None and day > expires_on), default=None)
