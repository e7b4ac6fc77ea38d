"""Offering, choosing, changing and stopping; what is noted; and when a forecast is made."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Organization, Person
from ceu.adapters.outside import Outside
from ceu.audit.models import AuditEntry
from ceu.audit.services import verify
from ceu.domain.errors import DomainError
from ceu.experience.models import Supervision, WorkSetting
from ceu.licenses.models import Goal
from ceu.programs.commands import program_commands
from ceu.programs.models import Cohort, Seat
from ceu.programs.outlook import Scope, State
from ceu.programs.queries import find_offer, has_opened, list_looks, list_shared_weeks, list_stale_seats
from ceu.programs.services import (
    CohortFacts,
    add_cohort,
    change_cohort,
    change_scope,
    decline_offer,
    note_export,
    note_look,
    offer_seats,
    plan_finish,
    refresh,
    share_log,
    stop_sharing,
    withdraw_offer,
)
from tests.experience.builders import MONDAY, log
from tests.experience.goals import TODAY, make_weeks
from tests.factories import FROZEN_NOW
from tests.programs.builders import make_seat

NOW = FROZEN_NOW
FACTS = CohortFacts("Fall 2026", "us-ca/lmft", date(2026, 9, 1), date(2029, 6, 30))


@pytest.fixture
def year(session: Session, bayview: WorkSetting, supervision: Supervision) -> None:
    """A hundred and twenty signed weeks of ten hours, as full as one unit of supervision allows."""
    make_weeks(session, bayview, supervision, MONDAY, 120, entries=12)


class TestCohorts:
    def test_it_works(self, session: Session, harbor: Organization) -> None:
        cohort = add_cohort(session, NOW, harbor.id, FACTS)
        assert (cohort.name, cohort.ends_on) == ("Fall 2026", date(2029, 6, 30))

    def test_an_end_before_the_start_is_refused(self, session: Session, harbor: Organization) -> None:
        with pytest.raises(DomainError, match="after the start") as refused:
            add_cohort(
                session, NOW, harbor.id, CohortFacts("Fall", "us-ca/lmft", date(2026, 9, 1), date(2026, 9, 1))
            )
        assert refused.value.field == "ends_on"

    def test_a_name_is_given_once(self, session: Session, harbor: Organization, cohort: Cohort) -> None:
        twin = CohortFacts("FALL 2025", "us-ca/lmft", date(2026, 9, 1), date(2027, 9, 1))
        with pytest.raises(DomainError, match="already") as refused:
            add_cohort(session, NOW, harbor.id, twin)
        assert refused.value.field == "name"
        change_cohort(
            session, NOW, cohort, CohortFacts("Fall 2025", "us-ca/lmft", cohort.starts_on, date(2030, 1, 1))
        )
        assert cohort.ends_on == date(2030, 1, 1)

    def test_other_rules_make_forecasts_void(self, session: Session, cohort: Cohort, seat: Seat) -> None:
        seat.outlook, seat.foreseen_on = State.ON_TRACK, TODAY
        change_cohort(session, NOW, cohort, CohortFacts("F", "us-tx/lpc", cohort.starts_on, cohort.ends_on))
        assert seat.outlook == State.CANNOT_TELL
        assert list_stale_seats(session, TODAY, cohort.id) == [seat.id]


class TestOffers:
    def test_it_works(self, session: Session, cohort: Cohort) -> None:
        [(seat, token), _] = offer_seats(
            session, NOW, cohort, ["New@Example.org", "two@example.org", "new@example.org"], cohort.ends_on
        )
        assert seat.email == "new@example.org"
        assert find_offer(session, token, NOW) is seat
        assert find_offer(session, token, NOW + timedelta(days=30)) is None

    def test_asking_again_renews_the_link(self, session: Session, cohort: Cohort) -> None:
        [(seat, old)] = offer_seats(session, NOW, cohort, ["new@example.org"], cohort.ends_on)
        [(again, new)] = offer_seats(session, NOW, cohort, ["new@example.org"], date(2028, 1, 1))
        assert again is seat
        assert find_offer(session, old, NOW) is None
        assert find_offer(session, new, NOW) is seat
        assert seat.planned_on == date(2028, 1, 1)

    def test_who_shares_is_not_asked(self, session: Session, cohort: Cohort, seat: Seat) -> None:
        with pytest.raises(DomainError, match="already") as refused:
            offer_seats(session, NOW, cohort, [seat.email], cohort.ends_on)
        assert refused.value.field == "emails"

    def test_an_answered_offer_cannot_be_withdrawn(self, session: Session, seat: Seat) -> None:
        with pytest.raises(DomainError, match="answered"):
            withdraw_offer(session, NOW, seat)


class TestTheChoice:
    def test_it_works(
        self, session: Session, outside: Outside, cohort: Cohort, alice: Person, goal: Goal, year: None
    ) -> None:
        seat = make_seat(session, cohort)
        share_log(session, NOW, outside.packs, seat, alice, Scope.WEEKS, date(2026, 11, 1))
        assert seat.is_shared
        assert (seat.scope, seat.weeks_from) == ("weeks", date(2026, 11, 1))
        assert seat.foreseen_on == TODAY
        assert seat.likely_on is not None
        assert seat.outlook in (State.BEHIND, State.AT_RISK, State.ON_TRACK)
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "cohort_seat")).all()
        assert (entry.action, entry.actor_person_id) == ("cohort_seat.shared", alice.id)
        assert verify(session) == []

    def test_a_link_works_once(
        self, session: Session, outside: Outside, cohort: Cohort, alice: Person, bob: Person
    ) -> None:
        seat = make_seat(session, cohort)
        share_log(session, NOW, outside.packs, seat, alice, Scope.TOTALS, None)
        assert find_offer(session, "token", NOW) is None
        with pytest.raises(DomainError, match="no longer open"):
            share_log(session, NOW, outside.packs, seat, bob, Scope.TOTALS, None)

    def test_a_declined_link_is_dead(
        self, session: Session, outside: Outside, cohort: Cohort, alice: Person
    ) -> None:
        seat = make_seat(session, cohort)
        decline_offer(session, NOW, seat)
        assert find_offer(session, "token", NOW) is None
        with pytest.raises(DomainError, match="no longer open"):
            share_log(session, NOW, outside.packs, seat, alice, Scope.TOTALS, None)

    def test_one_seat_a_person(
        self, session: Session, outside: Outside, cohort: Cohort, seat: Seat, alice: Person
    ) -> None:
        other = make_seat(session, cohort)
        with pytest.raises(DomainError, match="already"):
            share_log(session, NOW, outside.packs, other, alice, Scope.TOTALS, None)

    def test_weeks_need_a_day(
        self, session: Session, outside: Outside, cohort: Cohort, alice: Person
    ) -> None:
        with pytest.raises(DomainError) as refused:
            share_log(session, NOW, outside.packs, make_seat(session, cohort), alice, Scope.WEEKS, None)
        assert refused.value.field == "weeks_from"

    def test_without_the_goal_nothing_is_told(
        self, session: Session, outside: Outside, cohort: Cohort, alice: Person
    ) -> None:
        seat = make_seat(session, cohort)
        share_log(session, NOW, outside.packs, seat, alice, Scope.TOTALS, None)
        assert seat.outlook == State.CANNOT_TELL
        assert "goals" in seat.reason

    def test_weeks_are_shown_as_far_as_they_are_shared(
        self, session: Session, outside: Outside, cohort: Cohort, seat: Seat, year: None
    ) -> None:
        shown, more = list_shared_weeks(session, seat)
        assert more
        assert shown[0].week_start == MONDAY
        rest, _ = list_shared_weeks(session, seat, (shown[-1].week_start, shown[-1].id))
        assert {sheet.week_start for sheet in rest}.isdisjoint(sheet.week_start for sheet in shown)
        assert min(sheet.week_start for sheet in rest) == date(2026, 1, 5)
        change_scope(session, NOW, seat, Scope.TOTALS, date(2026, 1, 1))
        assert seat.weeks_from is None
        assert list_shared_weeks(session, seat) == ([], False)

    def test_stopping_forgets_at_once(
        self, session: Session, outside: Outside, cohort: Cohort, seat: Seat, goal: Goal, year: None
    ) -> None:
        refresh(session, NOW, outside.packs, seat)
        assert seat.likely_on is not None
        stop_sharing(session, NOW, seat)
        assert not seat.is_shared
        assert (seat.early_on, seat.likely_on, seat.late_on, seat.foreseen_on) == (None,) * 4
        assert seat.outlook == State.CANNOT_TELL
        assert list_shared_weeks(session, seat) == ([], False)
        assert list_stale_seats(session, TODAY) == []
        with pytest.raises(DomainError):
            change_scope(session, NOW, seat, Scope.TOTALS, None)
        # A new question may be asked afterwards; the old consent stays as it was.
        [(again, _)] = offer_seats(session, NOW, cohort, [seat.email], cohort.ends_on)
        assert again.id != seat.id


class TestLooks:
    def test_every_look_is_listed(
        self, session: Session, cohort: Cohort, seat: Seat, erin: Person, bob: Person
    ) -> None:
        assert not has_opened(session, seat, erin.id, NOW)
        note_look(session, NOW, erin.id, seat)
        note_export(session, NOW + timedelta(minutes=1), erin.id, cohort, None, None)
        looks, more = list_looks(session, seat)
        assert [(look.who, look.is_export) for look in looks] == [
            ("Erin Example", True),
            ("Erin Example", False),
        ]
        assert not more
        assert has_opened(session, seat, erin.id, NOW + timedelta(minutes=29))
        assert not has_opened(session, seat, erin.id, NOW + timedelta(minutes=31))
        assert not has_opened(session, seat, bob.id, NOW)

    def test_exports_before_and_after_the_consent_are_not_about_the_person(
        self, session: Session, cohort: Cohort, seat: Seat, erin: Person
    ) -> None:
        assert seat.shared_at
        note_export(session, seat.shared_at - timedelta(minutes=1), erin.id, cohort, None, None)
        stop_sharing(session, NOW, seat)
        note_export(session, NOW + timedelta(minutes=1), erin.id, cohort, None, None)
        assert list_looks(session, seat) == ([], False)


class TestForecasts:
    def test_a_saved_entry_only_ages_the_forecast(
        self, session: Session, outside: Outside, seat: Seat, goal: Goal, bayview: WorkSetting, year: None
    ) -> None:
        refresh(session, NOW, outside.packs, seat)
        before = seat.dates
        assert list_stale_seats(session, TODAY) == []
        log(session, outside, bayview, day=MONDAY + timedelta(days=7))
        session.refresh(seat)
        assert seat.log_changed_at == NOW
        assert seat.dates == before
        assert list_stale_seats(session, TODAY) == [seat.id]
        refresh(session, NOW, outside.packs, seat)
        assert list_stale_seats(session, TODAY) == []

    def test_a_new_week_ages_it_too(
        self, session: Session, outside: Outside, seat: Seat, goal: Goal, year: None
    ) -> None:
        refresh(session, NOW, outside.packs, seat)
        assert list_stale_seats(session, TODAY + timedelta(days=5)) == []
        assert list_stale_seats(session, TODAY + timedelta(days=6)) == [seat.id]

    def test_the_plan_is_judged_anew(
        self, session: Session, outside: Outside, seat: Seat, goal: Goal, erin: Person, year: None
    ) -> None:
        plan_finish(session, NOW, outside.packs, seat, date(2026, 12, 31), erin.id)
        assert seat.outlook == State.BEHIND
        assert seat.likely_on is not None
        assert seat.slack < 0
        plan_finish(session, NOW, outside.packs, seat, date(2039, 12, 31), erin.id)
        assert seat.outlook == State.ON_TRACK


def test_the_nightly_command_makes_what_has_aged(
    app: Flask, session: Session, seat: Seat, goal: Goal, year: None
) -> None:
    session.commit()
    command = program_commands(lambda: app)
    said = CliRunner().invoke(command, ["refresh"], catch_exceptions=False)
    assert said.output == "1 forecast was made.\n"
    session.refresh(seat)
    assert seat.foreseen_on == TODAY
    assert (
        CliRunner().invoke(command, ["refresh"], catch_exceptions=False).output == "0 forecasts were made.\n"
    )
