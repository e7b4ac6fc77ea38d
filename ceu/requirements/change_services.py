"""When one text of a pack takes the place of another: who is affected, and telling each of them once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.accounts.queries import get_person
from ceu.adapters.rulepacks import PackLibrary
from ceu.domain.dates import day_text, local_date
from ceu.domain.minutes import log_hours_text
from ceu.experience.assessing import Asked
from ceu.licenses.models import Goal
from ceu.licenses.packs import find_pack, pack_name, taken
from ceu.licenses.queries import facts_of
from ceu.requirements.change_models import RuleNotice
from ceu.requirements.change_queries import LastReading, find_notice, list_goals_under
from ceu.requirements.elsewhere_queries import WholeLog, ledger_of, whole_log
from ceu.rules.change import Effect, PersonEffect, effect, effect_on_people
from ceu.rules.engine import choose_version
from ceu.rules.facts import Facts
from ceu.rules.pack import Pack, Version
from ceu.web.mail import send_mail

BATCH = 100
"""Logs that are measured together."""

NOTHING: Mapping[int, Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Reach:
    """Whom a change reaches: everyone with a goal under the pack, and what changes for those whom the newer text governs."""

    people: int
    effects: tuple[PersonEffect, ...]

    @property
    def elsewhere(self) -> int:
        """People whom another text governs: nothing changes for them."""
        return self.people - len(self.effects)


def reach_of(session: Session, pack: Pack, from_version: Version, to_version: Version, as_of: date) -> Reach:
    """Measure a change over the entries of everyone with a goal under the pack, without totals of earlier logs; nothing is stored."""
    governed = people_reached(session, pack, to_version, as_of)
    by_reading: dict[tuple[tuple[str, str], ...], list[Goal]] = {}
    for goal in governed:
        by_reading.setdefault(tuple(sorted(taken(pack, goal.readings).items())), []).append(goal)
    effects: list[PersonEffect] = []
    for policies, alike in by_reading.items():
        for first in range(0, len(alike), BATCH):
            logs = {
                str(goal.person_id): whole_log(session, goal.person_id)
                for goal in alike[first : first + BATCH]
            }
            facts = {person: log.facts for person, log in logs.items()}
            effects += effect_on_people(
                pack, from_version, to_version, ledger_of(logs), facts, as_of, dict(policies)
            )
    return Reach(len(list_goals_under(session, pack.id)), tuple(effects))


def people_reached(session: Session, pack: Pack, version: Version, as_of: date) -> list[Goal]:
    """The goals under the pack that a version governs: today, or on the day it takes effect."""
    return [
        goal for goal in list_goals_under(session, pack.id) if _governs(session, pack, version, goal, as_of)
    ]


def _governs(session: Session, pack: Pack, version: Version, goal: Goal, as_of: date) -> bool:
    facts = Facts(person=facts_of(session, goal.person_id))
    return choose_version(pack, facts, max(as_of, version.begins)) == version


def goals_moved(
    session: Session,
    packs: PackLibrary,
    readings: Sequence[LastReading],
    as_of: date,
    told: Mapping[int, Mapping[str, Any]] = NOTHING,
) -> Iterator[tuple[Goal, Version, Version]]:
    """The goals that another text governs than the one by which they were last assessed, with both texts.

    ``told`` are the facts of people whose facts have been read already.

    What a person tells is assessed at once, so only the rules themselves or the passing of a day can have moved them.
    A text that the pack does not hold any more can be compared with nothing.
    """
    for reading in readings:
        pack = find_pack(packs, reading.goal.pack_id)
        if pack is None or len(pack.versions) < 2:
            continue
        person_id = reading.goal.person_id
        facts = Facts(person=told[person_id] if person_id in told else facts_of(session, person_id))
        now = choose_version(pack, facts, as_of)
        before = next((version for version in pack.versions if version.id == reading.version_id), None)
        if now is not None and before is not None and now is not before:
            yield reading.goal, before, now


def notify(
    session: Session, now: datetime, pack: Pack, goal: Goal, from_version: Version, to_version: Version
) -> RuleNotice | None:
    """Tell the person of a goal, by a notice and by mail, what the change means for them.

    None where nothing changes for them, or where they have been told already.
    """
    if find_notice(session, goal, from_version.id, to_version.id):
        return None
    person = get_person(session, goal.person_id)
    log = whole_log(session, goal.person_id)
    as_of = local_date(now, person.time_zone)
    found = effect(pack, from_version, to_version, log.ledger, log.facts, as_of, taken(pack, goal.readings))
    if found.is_none:
        return None
    notice = RuleNotice(
        goal_id=goal.id,
        from_version=from_version.id,
        to_version=to_version.id,
        title=f"The rules of the {pack_name(pack)} have changed",
        sentences=[*_sentences(found, as_of), *earlier_sentence(log)],
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(notice)
    except IntegrityError:
        return None
    send_mail(person.email, "rules_changed", name=person.name, notice=notice)
    return notice


def earlier_sentence(log: WholeLog) -> list[str]:
    """That totals of earlier logs are not in a comparison of texts, where there are any.

    Each text would have to be asked on its own which totals suffice for it, and two such answers compare nothing.
    """
    minutes = sum(one.minutes for one in log.earlier)
    if not minutes:
        return []
    return [
        f"The comparison is of your entries. {log_hours_text(minutes)} hours known only as totals of earlier logs are not in it."
    ]


def _sentences(found: Effect, as_of: date) -> Iterator[str]:
    begins = found.to_version.begins
    since = "Since" if begins <= as_of else "From"
    on = "are" if begins <= as_of else "will be"
    yield (
        f"{since} {day_text(begins)} there is a newer text, and your hours {on} counted by it. Compared with the text of "
        f"{day_text(found.from_version.begins)}, on {day_text(as_of)} and with everything you have logged:"
    )
    yield from found.sentences()
    fixes = [one.after.smallest_fix for one in found.losses if one.after and one.after.smallest_fix]
    yield f"What to do: {' '.join(fixes)}" if fixes else "There is nothing you have to do."


def put_away(now: datetime, notice: RuleNotice) -> None:
    """The person has read it: it leaves their home page and stays with the texts of the goal."""
    notice.read_at = notice.read_at or now


def tell_of_changed_rules(session: Session, now: datetime, packs: PackLibrary, asked: Asked) -> None:
    """Tell a person whose log is about to be assessed by another text than last time."""
    readings = [LastReading(goal, row.version_id) for goal, row in asked.goals if row is not None]
    told = {asked.person_id: asked.facts}
    for goal, before, after in goals_moved(session, packs, readings, asked.as_of, told):
        notify(session, now, packs.get(goal.pack_id), goal, before, after)
