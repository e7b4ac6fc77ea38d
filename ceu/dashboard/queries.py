"""What a person's home page shows."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ceu.domain.principal import Principal
from ceu.experience.queries import HoursByState, count_waiting, hours_by_state
from ceu.licenses.models import Goal, License
from ceu.licenses.queries import list_goals, list_licenses


@dataclass(frozen=True)
class Home:
    """Each part a person plays, as far as they play it."""

    goals: list[Goal]
    hours: HoursByState
    waiting: int
    licenses: list[License]


def home_of(session: Session, principal: Principal) -> Home:
    """What the home page shows this person."""
    person_id = principal.person_id
    return Home(
        goals=list_goals(session, person_id),
        hours=hours_by_state(session, person_id),
        waiting=count_waiting(session, person_id),
        licenses=list_licenses(session, person_id),
    )
