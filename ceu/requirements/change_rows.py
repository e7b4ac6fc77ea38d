"""Two texts of one pack side by side, as a page and the command line show them. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ceu.domain.dates import day_text
from ceu.domain.minutes import hours_text
from ceu.licenses.rule_clauses import subject_text
from ceu.licenses.rule_library import SHORT_LABELS, counts, counts_text, range_text
from ceu.requirements.rows import amount_text, need_text
from ceu.rules.assessment import Assessment, Result
from ceu.rules.change import Effect, PersonEffect, text_name
from ceu.rules.engine import choose_version, governing_date
from ceu.rules.facts import Facts
from ceu.rules.pack import Pack, Version

# ---- one person's page -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Side:
    """One text: when it is in force, how sure it is, and what it makes of the log."""

    id: str
    name: str
    range: str
    sure: str
    governs: bool
    credited: int
    undetermined: int
    met: int
    asked: int

    @property
    def heading(self) -> str:
        """The name, to head a column."""
        return f"{self.name[:1].upper()}{self.name[1:]}"


@dataclass(frozen=True)
class Line:
    """One requirement under both texts: what there is of what is asked, and the answer; None where it is not asked."""

    title: str
    before: str | None
    before_answer: str
    after: str | None
    after_answer: str
    differs: bool


@dataclass(frozen=True)
class BothTexts:
    """Both results side by side, and in sentences what differs."""

    before: Side
    after: Side
    lines: tuple[Line, ...]
    sentences: tuple[str, ...]


def both_texts(pack: Pack, found: Effect, governing: Version | None) -> BothTexts:
    """Lay an effect out as a page shows it."""
    old = {one.id: one for one in found.before.minimums if one.applies}
    new = {one.id: one for one in found.after.minimums if one.applies}
    differing = {one.id for one in found.differences}
    return BothTexts(
        _side(pack, found.from_version, found.before, governing),
        _side(pack, found.to_version, found.after, governing),
        tuple(
            Line(
                (new | old)[rule_id].title,
                _text(old.get(rule_id)),
                old[rule_id].answer if rule_id in old else "",
                _text(new.get(rule_id)),
                new[rule_id].answer if rule_id in new else "",
                rule_id in differing,
            )
            for rule_id in {**old, **new}
        ),
        tuple(found.sentences()),
    )


def _side(pack: Pack, version: Version, assessment: Assessment, governing: Version | None) -> Side:
    asked = [one for one in assessment.minimums if one.applies and not one.option]
    return Side(
        version.id,
        text_name(version),
        range_text(version),
        counts_text(counts(pack, version), SHORT_LABELS),
        governing is not None and governing.id == version.id,
        sum(assessment.credited_minutes),
        sum(assessment.undetermined_minutes),
        sum(one.answer == "met" for one in asked),
        len(asked),
    )


def _text(result: Result | None) -> str | None:
    if result is None:
        return None
    if result.unit == "confirmations":
        return "a confirmation"
    have = amount_text(result.have, result.unit)
    return f"{have} of {need_text(result.need, result.unit) if result.need is not None else 'an amount not known'}"


def governs_text(pack: Pack, facts: Facts, as_of: date) -> str:
    """Which text governs, and by which date."""
    version = choose_version(pack, facts, as_of)
    day = governing_date(pack, facts, as_of)
    said = f"{text_name(version)} governs for you" if version else "no text at hand governs for you"
    said = f"{said[:1].upper()}{said[1:]}."
    for name in pack.governed_by:
        if name != "as_of" and facts.person.get(name.removeprefix("person.")) == day:
            return f"{said} What was in force on {subject_text(pack, name)} decides: {day_text(day)}."
    later = next((name for name in pack.governed_by if name != "as_of"), None)
    then = f", until {subject_text(pack, later)} has come: then that day decides" if later else ""
    return f"{said} What is in force today decides, {day_text(day)}{then}."


def pair_of(
    pack: Pack, wanted: tuple[str | None, str | None], governing: Version | None
) -> tuple[Version, Version] | None:
    """The two versions asked for; unasked, the one that governs with the one before it (after it, where it is the
    first). None where a version asked for does not exist, or both are the same."""
    versions = {version.id: version for version in pack.versions}
    if wanted != (None, None):
        first, second = (versions.get(each or "") for each in wanted)
        return (first, second) if first and second and first is not second else None
    at = max(pack.versions.index(governing) if governing else len(versions) - 1, 1)
    return pack.versions[at - 1], pack.versions[at]


# ---- everyone, on the command line -------------------------------------------------------------------------------


def reach_lines(
    pack: Pack, from_version: Version, to_version: Version, people: int, effects: Sequence[PersonEffect]
) -> Iterator[str]:
    """Who is affected by how much: numbers of people, never who they are."""
    yield (
        f"{pack.id}: from {from_version.id} ({range_text(from_version)}) to {to_version.id} ({range_text(to_version)})"
    )
    yield f"People with this goal: {people}. Governed by {to_version.id}: {len(effects)}. By another text: {people - len(effects)}."
    kinds = Counter((one.gains, one.loses) for one in effects if one.is_affected)
    yield (
        f"Of the {len(effects)}: {kinds[True, False]} gain, {kinds[False, True]} lose, {kinds[True, True]} gain in one thing "
        f"and lose in another, {kinds[False, False]} are answered otherwise with the same amounts, "
        f"{sum(not one.is_affected for one in effects)} see no change."
    )
    if changes := [one.credited_after - one.credited_before for one in effects]:
        yield f"Hours credited: {_spread(changes, 'minutes')}."
    yield from _requirement_lines(from_version, to_version, effects)


def _requirement_lines(
    from_version: Version, to_version: Version, effects: Sequence[PersonEffect]
) -> Iterator[str]:
    rules = {rule.id: rule for version in (from_version, to_version) for rule in version.requirements}
    for rule_id, rule in rules.items():
        changes = [one.changes[rule_id] for one in effects if rule_id in one.changes]
        if not changes:
            continue
        closer = [change.closer for change in changes if change.closer]
        turns = Counter(
            (change.answer_before, change.answer_after)
            for change in changes
            if change.answer_before != change.answer_after
        )
        said = [f"missing less: {_spread(closer, rule.unit or 'minutes')}"] if closer else []
        said += [
            f"{number} from {_WORDS[was]} to {_WORDS[now]}" for (was, now), number in sorted(turns.items())
        ]
        yield f"{rule_id} ({rule.title}): {'; '.join(said)}."


_WORDS: Mapping[str, str] = {"met": "met", "short": "not met", "cannot_tell": "cannot tell"}


def _spread(changes: Sequence[int], unit: str) -> str:
    """How changes are spread: "3 people by more than 0 (median +40 h, most +60 h), 2 by less, 5 by nothing"."""
    more, less = sorted(one for one in changes if one > 0), sorted(-one for one in changes if one < 0)
    said = []
    for sign, found in (("+", more), ("-", less)):
        if found:
            middle, most = found[len(found) // 2], found[-1]
            said.append(
                f"{_people(len(found))} {sign} (half of them {sign}{_short(middle, unit)} or more, at most {sign}{_short(most, unit)})"
            )
    same = len(changes) - len(more) - len(less)
    if same:
        said.append(f"{_people(same)} unchanged")
    return ", ".join(said)


def _people(number: int) -> str:
    return f"{number} {'person' if number == 1 else 'people'}"


def _short(amount: int, unit: str) -> str:
    return f"{hours_text(amount).removesuffix('.0')} h" if unit == "minutes" else f"{amount:,} {unit}"
