"""What it means that one version of a pack takes the place of another: for one person in words, for many in numbers.

Both versions are asked about the same log, facts, readings and day, whichever of them governs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ceu.domain.dates import day_text
from ceu.rules.assessment import Answer, Assessment, Result
from ceu.rules.engine import assess, measure_people
from ceu.rules.facts import Facts
from ceu.rules.glance import ANSWERS, answers_of
from ceu.rules.ledger import Ints, Ledger
from ceu.rules.pack import Pack, Requirement, Version
from ceu.rules.situation import YES, Answers
from ceu.rules.words import LOGGED, quantity_text

# ---- one person, in words ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A requirement that reads differently; None on the side of a version that does not ask it.

    ``closer`` is by how much less is missing afterwards, in the requirement's unit; below zero more is missing, and zero
    where one of the amounts is not known.
    ``sentences`` say what changes, with the law of the text that says it.
    """

    id: str
    title: str
    before: Result | None
    after: Result | None
    closer: int
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Taken:
    """A rule that takes other minutes of the log than before, with the law of the text that takes more."""

    rule: str
    title: str
    before: int
    after: int
    sentence: str


@dataclass(frozen=True)
class Effect:
    """What changes for one person. ``gained`` are minutes of entries that are credited only afterwards, ``lost`` those
    credited only before."""

    from_version: Version
    to_version: Version
    before: Assessment
    after: Assessment
    gained: int
    lost: int
    differences: tuple[Difference, ...]
    taken: tuple[Taken, ...]

    @property
    def is_none(self) -> bool:
        """Whether nothing changes for this person."""
        return not (self.gained or self.lost or self.differences or self.taken)

    @property
    def gains(self) -> tuple[Difference, ...]:
        """The requirements of which less is missing afterwards."""
        return tuple(one for one in self.differences if one.closer > 0)

    @property
    def losses(self) -> tuple[Difference, ...]:
        """The requirements of which more is missing afterwards."""
        return tuple(one for one in self.differences if one.closer < 0)

    @property
    def answers(self) -> tuple[Difference, ...]:
        """The requirements that are answered otherwise."""
        return tuple(one for one in self.differences if _answer(one.before) != _answer(one.after))

    def sentences(self) -> Iterator[str]:
        """Everything that changes, in sentences the person can read."""
        yield from self._about_credit()
        for difference in self.differences:
            yield from difference.sentences
        for taken in self.taken:
            yield taken.sentence

    def _about_credit(self) -> Iterator[str]:
        before, after = (int(side.credited.sum()) for side in (self.before, self.after))
        if before != after:
            change = _less_or_more(after - before, LOGGED)
            yield (
                f"Of what you have logged, {change} {'counts' if abs(after - before) == 60 else 'count'}: {quantity_text(after, LOGGED)} instead of "
                f"{quantity_text(before, LOGGED)}."
            )
        if self.lost and self.gained:
            yield (
                f"{quantity_text(self.gained, LOGGED)} count that did not, and {quantity_text(self.lost, LOGGED)} "
                "that did count no longer do."
            )
        open_before, open_after = (int(side.undetermined.sum()) for side in (self.before, self.after))
        if open_before != open_after:
            yield (
                f"Whether {quantity_text(open_after, LOGGED)} count cannot be told; before, that was so of "
                f"{quantity_text(open_before, LOGGED)}."
            )


def text_name(version: Version) -> str:
    """How to speak of a version: "the text of 11 May 2023"."""
    return f"the text of {day_text(version.begins)}"


def effect(
    pack: Pack,
    from_version: Version,
    to_version: Version,
    ledger: Ledger,
    facts: Facts,
    as_of: date,
    policies: Mapping[str, str],
) -> Effect:
    """What changes for one person when ``to_version`` takes the place of ``from_version``."""
    before, after = (
        assess(_alone(pack, version), ledger, facts, as_of, policies)
        for version in (from_version, to_version)
    )
    change = after.credited - before.credited
    return Effect(
        from_version,
        to_version,
        before,
        after,
        gained=int(change[change > 0].sum()),
        lost=int(-change[change < 0].sum()),
        differences=tuple(_differences(from_version, to_version, before, after)),
        taken=tuple(_taken(from_version, to_version, before, after)),
    )


def _alone(pack: Pack, version: Version) -> Pack:
    """The pack as if this version had always been in force."""
    always = version.model_copy(update={"begins": date.min, "ends": None})
    return pack.model_copy(update={"versions": (always,)})


def _differences(
    from_version: Version, to_version: Version, before: Assessment, after: Assessment
) -> Iterator[Difference]:
    old = {result.id: result for result in before.minimums}
    new = {result.id: result for result in after.minimums}
    nouns = {rule.id: rule.noun for version in (from_version, to_version) for rule in version.requirements}
    for rule_id in {**old, **new}:
        had, has = old.get(rule_id), new.get(rule_id)
        if sentences := tuple(_sentences(had, has, nouns[rule_id])):
            yield Difference(rule_id, (old | new)[rule_id].title, had, has, _closer(had, has), sentences)


def _sentences(had: Result | None, has: Result | None, noun: str) -> Iterator[str]:
    if had is None or not had.applies:
        if has is not None and has.applies:
            yield f"Now asked: {_asked(has, noun)} ({has.citation}). {has.sentence}"
    elif has is None or not has.applies:
        yield f"No longer asked: {_asked(had, noun)} ({had.citation})."
    elif had.unit != has.unit:
        yield (
            f"Asked otherwise: {_asked(has, noun)} ({has.citation}) instead of {_asked(had, noun)} ({had.citation}). "
            f"{has.sentence}"
        )
    else:
        yield from _sentences_of_both(had, has, noun)


def _sentences_of_both(had: Result, has: Result, noun: str) -> Iterator[str]:
    """What differs where both ask, in the same unit."""
    unit = _spoken(has)
    known = had.need is not None, has.need is not None
    if known == (True, False):
        yield f"{has.title}: how much is asked is not known any more ({has.citation}). {has.sentence}"
    elif known == (False, True):
        yield f"{has.title}: how much is asked is known now ({has.citation}). {has.sentence}"
    elif had.need is not None and has.need is not None and had.need != has.need:
        yield f"You need {_less_or_more(has.need - had.need, unit)} {noun}: {_instead(had, has, had.need, has.need)}."
    if had.have != has.have and unit not in ("options", "confirmations"):
        counts = "counts" if quantity_text(abs(has.have - had.have), unit).startswith("1 ") else "count"
        yield (
            f"{has.title}: {_less_or_more(has.have - had.have, unit)} of yours {counts} toward it, "
            f"{_instead(had, has, had.have, has.have)}."
        )
    if had.answer != has.answer and known[0] is known[1]:
        yield f"{has.title}: {_TURNS[has.answer]} {has.sentence}"


def _instead(had: Result, has: Result, before: int, after: int) -> str:
    """The new amount with its law, then the old one with its own where that is another."""
    now, then = (quantity_text(amount, _spoken(has)) for amount in (after, before))
    if had.citation == has.citation:
        return f"{now} instead of {then} ({has.citation})"
    return f"{now} ({has.citation}) instead of {then} ({had.citation})"


_TURNS: Mapping[Answer, str] = {
    "met": "it is met now.",
    "short": "it is not met now.",
    "cannot_tell": "whether it is met cannot be told now.",
}


def _asked(result: Result, noun: str) -> str:
    if result.unit == "confirmations":
        return noun
    if result.unit == "options":
        return f"{result.need} of the ways to “{result.title}”"
    return f"{quantity_text(result.need, _spoken(result))} {noun}" if result.need is not None else noun


def _spoken(result: Result) -> str:
    return LOGGED if result.unit == "minutes" else result.unit


def _less_or_more(change: int, unit: str) -> str:
    """So much less or more of something: "750 fewer hours", "one more week"."""
    number, _, name = quantity_text(abs(change), unit).partition(" ")
    return f"{'one' if number == '1' else number} {'more' if change > 0 else 'fewer'} {name}"


def _closer(had: Result | None, has: Result | None) -> int:
    if any(side is not None and side.need is None for side in (had, has)):
        return 0
    before, after = (0 if side is None or side.answer == "met" else side.missing for side in (had, has))
    return before - after


def _answer(result: Result | None) -> Answer:
    return "met" if result is None else result.answer


def _taken(
    from_version: Version, to_version: Version, before: Assessment, after: Assessment
) -> Iterator[Taken]:
    took, takes = _minutes_by_rule(before), _minutes_by_rule(after)
    for rule_id in {**took, **takes}:
        had, has = took.get(rule_id, 0), takes.get(rule_id, 0)
        rule = (to_version if has >= had else from_version).rule(rule_id)
        if had != has and rule is not None:
            yield Taken(rule_id, rule.title, had, has, _taken_sentence(rule.title, had, has, rule.citation))


def _taken_sentence(title: str, had: int, has: int, citation: str) -> str:
    if not has:
        return f"“{title}” took {quantity_text(had, LOGGED)} of your log and takes none now ({citation})."
    if not had:
        return f"“{title}” takes {quantity_text(has, LOGGED)} of your log and took none before ({citation})."
    return f"“{title}” takes {quantity_text(has, LOGGED)} of your log instead of {quantity_text(had, LOGGED)} ({citation})."


def _minutes_by_rule(assessment: Assessment) -> dict[str, int]:
    minutes: dict[str, int] = {}
    for cuts in assessment.cuts.values():
        for cut in cuts:
            minutes[cut.rule] = minutes.get(cut.rule, 0) + cut.minutes
    return minutes


# ---- many people, in numbers -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A requirement of which this person misses another amount, or which is answered otherwise.

    ``closer`` is by how much less is missing afterwards, as in ``Difference``.
    """

    closer: int
    answer_before: Answer
    answer_after: Answer


@dataclass(frozen=True)
class PersonEffect:
    """What changes for one of many: credited minutes before and after, and the requirements that change, by id."""

    person: str
    credited_before: int
    credited_after: int
    changes: Mapping[str, Change]

    @property
    def gains(self) -> bool:
        """Whether something counts for more, or less is missing."""
        closer = any(one.closer > 0 for one in self.changes.values())
        return closer or self.credited_after > self.credited_before

    @property
    def loses(self) -> bool:
        """Whether something counts for less, or more is missing."""
        farther = any(one.closer < 0 for one in self.changes.values())
        return farther or self.credited_after < self.credited_before

    @property
    def is_affected(self) -> bool:
        """Whether anything changes."""
        return bool(self.changes) or self.credited_before != self.credited_after


def effect_on_people(
    pack: Pack,
    from_version: Version,
    to_version: Version,
    ledger: Ledger,
    people: Mapping[str, Facts],
    as_of: date,
    policies: Mapping[str, str],
) -> list[PersonEffect]:
    """What changes for everyone in ``people`` (facts by the ledger's names of people), all reading the law alike.

    People without entries are among them: what they need changes, too. Raises ValueError for entries of somebody else.
    """
    unknown = set(ledger.person.values) - set(people)
    if unknown:
        raise ValueError(f"The ledger holds people without facts: {', '.join(map(str, sorted(unknown)))}.")
    order = [*ledger.person.values, *(person for person in people if person not in ledger.person.values)]
    facts = [people[person] for person in order]
    before, after = (
        _many(pack, version, ledger, facts, as_of, policies) for version in (from_version, to_version)
    )
    return [
        PersonEffect(
            person,
            int(before.credited[place]),
            int(after.credited[place]),
            dict(_changes(before, after, place)),
        )
        for place, person in enumerate(order)
    ]


@dataclass(frozen=True)
class _Many:
    """What everyone has under one version: credited minutes, and per requirement what is missing (where the amount is
    known) and the answer."""

    credited: Ints
    missing: Mapping[str, Ints]
    answers: Mapping[str, Answers]

    def of(self, rule_id: str, place: int) -> tuple[int | None, Answer]:
        """What one person misses of a requirement, and its answer; a version that does not ask it is met."""
        if rule_id not in self.answers:
            return 0, "met"
        missing = int(self.missing[rule_id][place]) if rule_id in self.missing else None
        return missing, ANSWERS[int(self.answers[rule_id][place])]


def _many(
    pack: Pack,
    version: Version,
    ledger: Ledger,
    facts: Sequence[Facts],
    as_of: date,
    policies: Mapping[str, str],
) -> _Many:
    measured = measure_people(pack, version, ledger, facts, as_of, policies=policies)
    credited = np.zeros(len(facts), dtype=np.int64)
    np.add.at(credited, ledger.person.codes, measured.credited)

    answers = answers_of(measured)

    def missing(rule: Requirement) -> Ints:
        without, with_ = (reading.levels[rule.id] for reading in (measured.without, measured.with_))
        lack = np.maximum(without.need - np.minimum(without.have, with_.have), 0)
        return np.where(answers[rule.id] == YES, 0, lack)

    known = [rule for rule in version.requirements if rule.value is not None and rule.status != "unknown"]
    return _Many(credited, {rule.id: missing(rule) for rule in known}, answers)


def _changes(before: _Many, after: _Many, place: int) -> Iterator[tuple[str, Change]]:
    for rule_id in {**before.answers, **after.answers}:
        (lacked, was), (lacks, is_) = before.of(rule_id, place), after.of(rule_id, place)
        closer = 0 if lacked is None or lacks is None else lacked - lacks
        if closer or was != is_:
            yield rule_id, Change(closer, was, is_)
