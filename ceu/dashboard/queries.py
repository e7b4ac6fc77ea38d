"""What a person's home page shows."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ceu.adapters.rulepacks import PackLibrary
from ceu.domain.principal import Principal
from ceu.experience.assessing import Json, Standing, current_assessments, verdict_of_week
from ceu.experience.models import WeekSheet
from ceu.experience.queries import HoursByState, hours_by_state, list_waiting
from ceu.learning.models import Enrollment
from ceu.learning.queries import list_enrollments
from ceu.licenses.progress import LicenseProgress, ce_progress
from ceu.licenses.queries import list_credits, list_goals, list_licenses
from ceu.requirements.change_models import RuleNotice
from ceu.requirements.change_queries import list_unread_notices


@dataclass(frozen=True)
class Training:
    """A goal on the home page: where the log stands, and what the rules say of the current week."""

    standing: Standing
    this_week: Json | None


@dataclass(frozen=True)
class Home:
    """Each part a person plays, as far as they play it."""

    training: list[Training]
    notices: list[RuleNotice]
    hours: HoursByState
    waiting: list[WeekSheet]
    more_waiting: bool
    renewals: list[LicenseProgress]
    courses: list[Enrollment]

    @property
    def is_empty(self) -> bool:
        """Whether the person has begun nothing yet."""
        return not (self.training or self.hours.logged or self.waiting or self.renewals or self.courses)


def home_of(session: Session, packs: PackLibrary, principal: Principal, today: date) -> Home:
    """What the home page shows this person, in at most ten queries for one goal."""
    person_id = principal.person_id
    standings = current_assessments(session, packs, list_goals(session, person_id), today)
    waiting, more_waiting = list_waiting(session, person_id)
    licenses = list_licenses(session, person_id)
    credits = list_credits(session, person_id) if licenses else []
    return Home(
        training=[
            Training(standing, verdict_of_week(session, standing, today))
            for standing in standings
            if standing
        ],
        notices=list_unread_notices(session, person_id) if standings else [],
        hours=hours_by_state(session, person_id),
        waiting=waiting,
        more_waiting=more_waiting,
        renewals=[ce_progress(packs, license_, credits, today) for license_ in licenses],
        courses=[one for one in list_enrollments(session, person_id) if one.completed_at is None],
    )
