"""Totals of earlier logs in the forecast, under other rules and between two texts: measured where totals suffice, else told."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.assessing import current_assessment
from ceu.experience.models import Supervision, WorkSetting
from ceu.licenses.packs import packs_of_kind
from ceu.requirements.elsewhere import every_pack, what_if
from ceu.requirements.elsewhere_queries import WholeLog, whole_log
from ceu.requirements.forecast_queries import read_log
from ceu.signoff.backlog_services import Total, Totals, note_backlog
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, settle
from tests.experience.goals import TODAY, make_goal, make_weeks
from tests.factories import FROZEN_NOW

COUNSELING, SUPERVISION = 30_000, 1_500


@pytest.fixture
def log(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, supervision: Supervision
) -> WholeLog:
    """Twelve weeks in the log, and half a year on paper before."""
    make_weeks(session, bayview, supervision, MONDAY, 12)
    note_backlog(
        session, FROZEN_NOW, alice.id, bayview.id,
        Totals(
            first_day=date(2025, 4, 1),
            last_day=date(2025, 9, 30),
            source="Paper logs",
            supervisor_name="Pat Gray",
            license_type="LMFT",
            license_number="5",
            totals=[
                Total("counseling", "individual", COUNSELING),
                Total("supervision_individual", None, SUPERVISION),
            ],
        ),
    )  # fmt: skip
    settle(session, outside)
    return whole_log(session, alice.id)


def entries(log: WholeLog) -> int:
    return int(log.ledger.minutes.sum())


def test_every_pack_accounts_for_every_minute_of_paper(outside: Outside, log: WholeLog) -> None:
    packs = packs_of_kind(outside.packs, "experience")
    told = 0
    for pack in packs:
        ledger, untold = log.under(pack, TODAY, {})
        found = what_if(pack, ledger, log.facts, TODAY, untold)
        left = sum(one.total.minutes for one in untold)
        told += not untold
        assert found.whole.logged == entries(log) + COUNSELING + SUPERVISION, pack.id
        assert found.whole.undetermined >= left, pack.id
        for name in ("logged", "credited", "undetermined", "lost"):
            assert sum(getattr(one, name) for one in found.by_activity) == getattr(found.whole, name), pack.id
    assert 0 < told < len(packs), "some rules can be answered by totals, and some cannot"


def test_all_packs_at_a_glance_say_what_each_says_alone(outside: Outside, log: WholeLog) -> None:
    packs = packs_of_kind(outside.packs, "experience")
    for line in every_pack(packs, log, TODAY, {}):
        ledger, untold = log.under(line.pack, TODAY, {})
        alone = what_if(line.pack, ledger, log.facts, TODAY, untold)
        seen = line.glance
        assert seen is not None
        assert (seen.credited, seen.undetermined, seen.met, seen.asked) == (
            alone.whole.credited, alone.whole.undetermined, alone.met, alone.asked,
        ), line.pack.id  # fmt: skip


def test_a_forecast_starts_from_totals_that_suffice_and_keeps_its_pace(
    session: Session, outside: Outside, alice: Person, log: WholeLog
) -> None:
    read = read_log(session, alice.id)
    starts = {
        pack.id: int(read.start(pack, TODAY, {}, signed=False).minutes.sum())
        for pack in packs_of_kind(outside.packs, "experience")
    }
    assert set(starts.values()) == {entries(log), entries(log) + COUNSELING + SUPERVISION}
    assert starts["us-ca/lmft"] == entries(log), "it asks for supervision week by week"
    assert int(read.logged.minutes.sum()) == entries(log), "the pace is of entries alone"


def test_a_forecast_from_signed_hours_takes_no_unsigned_totals(
    session: Session, outside: Outside, alice: Person, log: WholeLog
) -> None:
    read = read_log(session, alice.id)
    for pack in packs_of_kind(outside.packs, "experience"):
        assert len(read.start(pack, TODAY, {}, signed=True)) == len(read.signed)


@pytest.mark.usefixtures("log")
def test_the_pages_say_what_is_left_out(
    session: Session, outside: Outside, alice: Person, browser: InspectingClient
) -> None:
    goal = make_goal(session, outside, alice)
    settle(session, outside)
    standing: Any = current_assessment(session, outside.packs, goal, TODAY)
    assert standing.logged.undetermined >= COUNSELING + SUPERVISION
    assert "hours that cannot be told yet are left out" in browser.get("/hours/forecast").main
    page = browser.get("/hours/elsewhere?pack=us-ca/lmft").main
    assert "known in total only" in page
    assert (
        "known only as totals of earlier logs are not in it" in browser.get(f"/hours/versions/{goal.id}").main
    )
