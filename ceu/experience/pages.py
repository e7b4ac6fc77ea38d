"""What several pages share: a week with what the rules say about it, and what the rules name."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from ceu.db.extension import db
from ceu.domain.dates import Week
from ceu.experience.assessing import Json, current_assessments
from ceu.experience.given_meetings import Standing
from ceu.experience.given_models import GivenAttendance
from ceu.experience.queries import list_verdicts
from ceu.experience.verdicts import Reading, labels_of, read_week
from ceu.licenses.models import Goal
from ceu.licenses.packs import find_pack, named_values
from ceu.licenses.queries import list_goals
from ceu.rules.pack import Pack
from ceu.web.outside import outside


def readings_of(goals: Sequence[Goal], week: Week, as_of: date) -> list[Reading]:
    """What the rules of one person's goals say about a week of the log."""
    return readings_of_weeks(goals, [week], as_of)[week]


def readings_of_weeks(goals: Sequence[Goal], weeks: Sequence[Week], as_of: date) -> dict[Week, list[Reading]]:
    """What the rules of one person's goals say about each of these weeks, in as many queries as about one.

    The weeks of a goal may begin on another weekday, by its policy: then two of them touch a week shown.
    """
    session = db.session()
    found = current_assessments(session, outside().packs, goals, as_of)
    standings = [standing for standing in found if standing is not None]
    first, last = min(week.first for week in weeks) - timedelta(days=6), max(week.last for week in weeks)
    stored = list_verdicts(session, [goals[0].person_id], first, last) if standings else []
    labels = labels_of([one.pack for one in standings])
    verdicts = [
        {
            **{one.week_start: one.verdict for _, one in stored if one.goal_id == standing.goal.id},
            **standing.anew,
        }
        for standing in standings
    ]
    return {
        week: [
            read_week(standing.goal.id, label, _touching(of_goal, week))
            for standing, label, of_goal in zip(standings, labels, verdicts, strict=True)
        ]
        for week in weeks
    }


def _touching(verdicts: Mapping[date, Json | None], week: Week) -> list[Json]:
    """The verdicts on the one or two calendar weeks that touch a week of the log, the earlier first."""
    days = Week(week.first - timedelta(days=6), week.last).days
    found = (verdicts.get(day) for day in days)
    return [verdict for verdict in found if verdict is not None]


def named_activities(goals: Sequence[Goal]) -> frozenset[str]:
    """The activities that the rules of these goals name."""
    return frozenset().union(*(named_values(outside().packs, goal.pack_id, "activity") for goal in goals))


def packs_of(person_id: int) -> list[Pack]:
    """The rules of a person's goals, as far as they can be read."""
    goals = list_goals(db.session(), person_id)
    found = (find_pack(outside().packs, goal.pack_id) for goal in goals)
    return [pack for pack in found if pack is not None]


def who_entered(found: Sequence[GivenAttendance]) -> dict[int, str]:
    """By the entry's id, which supervisor entered it or has confirmed it."""
    words = {Standing.LOGGED: "Entered by", Standing.LINKED: "Confirmed by"}
    return {
        one.entry_id: f"{words[one.stands]} {one.supervision.name}"
        for one in found
        if one.entry_id is not None and one.stands in words
    }
