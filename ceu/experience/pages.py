"""What several pages share: a week with what the rules say about it, and what the rules name."""

from collections.abc import Sequence
from datetime import date, timedelta

from ceu.db.extension import db
from ceu.experience.assessing import current_assessment
from ceu.experience.queries import list_verdicts
from ceu.experience.verdicts import Reading, labels_of, read_week
from ceu.licenses.models import Goal
from ceu.licenses.packs import find_pack, named_values
from ceu.licenses.queries import list_goals
from ceu.rules.pack import Pack
from ceu.web.outside import outside


def readings(person_id: int, week_start: date, as_of: date) -> list[Reading]:
    """What the rules of each of the person's goals say about the week from Monday to Sunday."""
    return readings_of(list_goals(db.session(), person_id), week_start, as_of)


def readings_of(goals: Sequence[Goal], week_start: date, as_of: date) -> list[Reading]:
    """What the rules of one person's goals say about the week from Monday to Sunday.

    The weeks of a goal may begin on Sunday, by its policy: then two of them touch the week shown.
    """
    session = db.session()
    first, last = week_start - timedelta(days=6), week_start + timedelta(days=6)
    found = (current_assessment(session, outside().packs, goal, as_of) for goal in goals)
    standings = [standing for standing in found if standing is not None]
    stored = list_verdicts(session, [goals[0].person_id], first, last) if standings else []
    return [
        read_week(
            standing.goal.id,
            label,
            [verdict.verdict for _, verdict in stored if verdict.goal_id == standing.goal.id]
            if standing.verdicts is None
            else [verdict for start, verdict in standing.verdicts.items() if first <= start <= last],
        )
        for standing, label in zip(standings, labels_of([one.pack for one in standings]), strict=True)
    ]


def named_activities(goals: Sequence[Goal]) -> frozenset[str]:
    """The activities that the rules of these goals name."""
    return frozenset().union(*(named_values(outside().packs, goal.pack_id, "activity") for goal in goals))


def packs_of(person_id: int) -> list[Pack]:
    """The rules of a person's goals, as far as they can be read."""
    goals = list_goals(db.session(), person_id)
    found = (find_pack(outside().packs, goal.pack_id) for goal in goals)
    return [pack for pack in found if pack is not None]
