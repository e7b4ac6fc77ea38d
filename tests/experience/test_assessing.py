"""What is stored about a log: both runs, a verdict per week, written only where something changed, read while it holds."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.adapters.rulepacks import PackLibrary
from ceu.db.events import deliver
from ceu.experience.assessing import (
    PAGE,
    Run,
    current_assessment,
    list_verdicts_about,
    reassess,
    verdict_of_week,
)
from ceu.experience.models import Entry, LogAssessment, Supervision, WeekVerdict, WorkSetting
from ceu.experience.services import remove_entry
from ceu.licenses.models import Goal
from ceu.licenses.services import choose_policies, record_facts
from ceu.rules.engine import assess
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger
from ceu.settings import ROOT
from ceu.wiring import HANDLERS
from tests.experience.builders import (
    MONDAY,
    log,
    make_setting,
    make_supervision,
    settle,
    sign,
    submitted_week,
)
from tests.experience.goals import FACTS, TODAY, make_goal, make_weeks
from tests.factories import FROZEN_NOW

THIS_MONDAY = date(2026, 11, 23)


@pytest.fixture
def goal(session: Session, outside: Outside, alice: Person) -> Goal:
    """Alice's goal."""
    return make_goal(session, outside, alice)


def stored(session: Session) -> LogAssessment:
    session.expire_all()
    return session.scalars(select(LogAssessment)).one()


def verdicts(session: Session) -> dict[date, WeekVerdict]:
    session.expire_all()
    return {row.week_start: row for row in session.scalars(select(WeekVerdict))}


def supervised_week(session: Session, outside: Outside, setting: WorkSetting) -> None:
    log(session, outside, setting, minutes=300)
    log(
        session,
        outside,
        setting,
        minutes=60,
        activity="supervision_individual",
        client_unit=None,
        head_count=1,
    )


def write_statements(statements: list[str], table: str) -> list[str]:
    return [one for one in statements if one.split()[0] in {"INSERT", "UPDATE", "DELETE"} and table in one]


def test_without_a_goal_nothing_is_assessed(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision
) -> None:
    log(session, outside, bayview)
    assert session.scalars(select(LogAssessment)).all() == []


def test_logged_and_signed_hours_are_assessed_apart(
    session: Session,
    outside: Outside,
    goal: Goal,
    bayview: WorkSetting,
    supervision: Supervision,
    dana: Person,
) -> None:
    supervised_week(session, outside, bayview)
    row = stored(session)
    assert (row.signed["minutes"], row.signed["credited"]) == (0, 0)
    assert (row.logged["minutes"], row.logged["credited"], row.logged["undetermined"]) == (360, 360, 0)
    sheet = submitted_week(session, outside, bayview, minutes=30, activity="notes", client_unit=None)
    assert stored(session).signed["credited"] == 0
    sign(session, outside, dana, sheet)
    assert stored(session).signed["credited"] == 390


def test_a_verdict_holds_settings_and_entries(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting, supervision: Supervision
) -> None:
    entry = log(session, outside, bayview, minutes=300)
    row = verdicts(session)[MONDAY]
    [setting] = row.verdict["settings"]
    assert (row.credited_minutes, row.lost_minutes) == (0, 300)
    assert (setting["setting"], setting["supervision_have"], setting["supervision_need"]) == (
        str(bayview.id),
        0,
        60,
    )
    assert setting["qualifies"] == []
    [finding] = setting["findings"]
    assert (finding["rule"], finding["severity"], finding["entries"]) == (
        "supervision.weekly_floor", "lost", [entry.id],
    )  # fmt: skip
    judged = row.verdict["entries"][str(entry.id)]
    assert (judged["logged"], judged["credited"], judged["reasons"]) == (300, 0, [])
    assert [(cut["rule"], cut["minutes"]) for cut in judged["cuts"]] == [("supervision.weekly_floor", 300)]


def test_what_is_stored_is_what_the_engine_says(
    session: Session,
    outside: Outside,
    goal: Goal,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    make_weeks(session, bayview, supervision, MONDAY, 6, entries=14)
    make_weeks(
        session, bayview, supervision, MONDAY - timedelta(weeks=6), 2, state="submitted", supervised=False
    )
    reassess(session, outside.packs, alice.id, TODAY)
    rows = [
        {
            "id": entry.id,
            "day": entry.day,
            "minutes": entry.minutes,
            "activity": entry.activity,
            "client_unit": entry.client_unit,
            "delivery": entry.delivery,
            "head_count": entry.head_count,
            "setting": "here",
            "supervisor": "her",
            "practicum": False,
        }
        for entry in session.scalars(select(Entry).order_by(Entry.id))
    ]
    facts = Facts(
        person=FACTS,
        settings={"here": {"name": bayview.name, "kind": bayview.kind, "employment": bayview.employment}},
        supervisors={
            "her": {
                "license_type": "LMFT",
                "licensed_on": supervision.licensed_on,
                "license_expires_on": supervision.license_expires_on,
                "related": False,
            }
        },
    )
    said = assess(outside.packs.get("us-ca/lmft"), Ledger.from_rows(rows), facts, TODAY)
    run = Run.from_json(stored(session).logged)
    assert [(one.id, one.have, one.answer) for one in run.assessment.requirements] == [
        (one.id, one.have, one.answer) for one in said.requirements
    ]
    assert (run.minutes, run.credited) == (sum(said.logged), sum(said.credited_minutes))
    assert sum(run.cuts.values()) == run.minutes - run.credited - run.undetermined > 0
    assert [week.start for week in run.weeks] == sorted(verdicts(session))
    for row in verdicts(session).values():
        judged = row.verdict["entries"].values()
        assert row.credited_minutes == sum(one["credited"] for one in judged)
        assert row.lost_minutes == sum(cut["minutes"] for one in judged for cut in one["cuts"])
        for one in judged:
            cut = sum(cut["minutes"] for cut in one["cuts"])
            assert one["credited"] + one["undetermined"] + cut == one["logged"]


def test_only_weeks_that_changed_are_written(
    session: Session,
    outside: Outside,
    goal: Goal,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
    statements: list[str],
) -> None:
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=1), 30)
    reassess(session, outside.packs, alice.id, TODAY)
    log(session, outside, bayview)
    before = {start: row.id for start, row in verdicts(session).items()}
    statements.clear()
    log(session, outside, bayview, minutes=60)
    assert len(write_statements(statements, "week_verdict")) == 1
    assert {start: row.id for start, row in verdicts(session).items()} == before


def test_a_log_is_read_in_one_statement(
    session: Session,
    outside: Outside,
    goal: Goal,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
    statements: list[str],
) -> None:
    make_weeks(session, bayview, supervision, MONDAY, 40)
    statements.clear()
    reassess(session, outside.packs, alice.id, TODAY)
    assert len([one for one in statements if "FROM entry" in one]) == 1


def test_a_week_that_is_empty_again_has_no_verdict(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting, supervision: Supervision
) -> None:
    entry = log(session, outside, bayview)
    assert list(verdicts(session)) == [MONDAY]
    remove_entry(session, FROZEN_NOW, entry)
    settle(session, outside)
    assert verdicts(session) == {}


def test_without_a_supervisor_nothing_can_be_told(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting
) -> None:
    supervised_week(session, outside, bayview)
    assert (stored(session).logged["credited"], stored(session).logged["undetermined"]) == (0, 360)


def test_what_is_stored_is_read_while_it_holds(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting, supervision: Supervision
) -> None:
    supervised_week(session, outside, bayview)
    standing = current_assessment(session, outside.packs, goal, TODAY)
    assert standing is not None
    assert standing.anew == {}
    assert standing.logged.credited == 360
    assert verdict_of_week(session, standing, MONDAY + timedelta(days=6)) == verdicts(session)[MONDAY].verdict
    assert verdict_of_week(session, standing, MONDAY - timedelta(days=1)) is None


def test_another_pack_is_assessed_in_memory_and_nothing_is_written(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting, supervision: Supervision, tmp_path: Path,
    statements: list[str],
) -> None:  # fmt: skip
    supervised_week(session, outside, bayview)
    before = stored(session).pack_digest
    statements.clear()
    standing = current_assessment(session, other_packs(tmp_path, "1750 hours", "1751 hours"), goal, TODAY)
    assert standing is not None
    assert list(standing.anew) == [MONDAY]
    assert verdict_of_week(session, standing, MONDAY) == standing.anew[MONDAY]
    assert standing.logged.assessment.requirement("hours.direct").need == 1751 * 60
    assert write_statements(statements, "") == []
    assert stored(session).pack_digest == before


def other_packs(folder: Path, found: str, instead: str) -> PackLibrary:
    """The packs of this site with one change."""
    text = (ROOT / "ceu" / "rulepacks" / "us-ca" / "lmft.yaml").read_text()
    assert found in text
    (folder / "us-ca").mkdir()
    (folder / "us-ca" / "lmft.yaml").write_text(text.replace(found, instead))
    return PackLibrary(folder)


def test_a_verdict_that_can_change_holds_until_the_day_it_does(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting, supervision: Supervision
) -> None:
    log(session, outside, bayview, day=TODAY, minutes=120)
    assert stored(session).good_until == THIS_MONDAY + timedelta(weeks=1)
    for day, severity in ((date(2026, 11, 29), "mend"), (date(2026, 11, 30), "lost")):
        standing = current_assessment(session, outside.packs, goal, day)
        assert standing is not None
        verdict = verdict_of_week(session, standing, TODAY)
        assert verdict is not None
        assert [found["severity"] for found in verdict["settings"][0]["findings"]] == [severity]


def test_a_missing_or_broken_pack_is_no_standing(
    session: Session,
    outside: Outside,
    goal: Goal,
    bayview: WorkSetting,
    supervision: Supervision,
    tmp_path: Path,
) -> None:
    log(session, outside, bayview)
    before = stored(session).as_of
    empty = PackLibrary(tmp_path / "none")
    broken = other_packs(tmp_path, "kind: experience", "kind: [")
    for packs in (empty, broken):
        assert current_assessment(session, packs, goal, TODAY) is None
        reassess(session, packs, goal.person_id, TODAY + timedelta(days=1))
    assert stored(session).as_of == before


def test_a_change_of_facts_or_readings_is_assessed_at_once(
    session: Session,
    outside: Outside,
    goal: Goal,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    make_weeks(session, bayview, supervision, MONDAY, 1, entries=20)
    reassess(session, outside.packs, alice.id, TODAY)
    assert stored(session).logged["credited"] == 0
    choose_policies(
        session, FROZEN_NOW, goal, outside.packs.get("us-ca/lmft"), {"second_unit_shortfall": "cap10"}
    )
    deliver(session, HANDLERS, FROZEN_NOW, outside)
    assert stored(session).logged["credited"] == 600 + 60
    record_facts(session, FROZEN_NOW, alice.id, {"registration_expires_on": MONDAY - timedelta(days=1)})
    deliver(session, HANDLERS, FROZEN_NOW, outside)
    assert stored(session).logged["cuts"] == {"registration": 20 * 50 + 10}


def test_a_reading_that_is_gone_falls_back_to_the_default(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting, supervision: Supervision
) -> None:
    goal.policies = {"week_start": "friday", "gone": "yes"}
    log(session, outside, bayview)
    used = {policy["id"]: policy["option"] for policy in stored(session).logged["assessment"]["policies"]}
    assert used["week_start"] == "monday"


def test_weeks_begin_where_the_reading_says(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting, supervision: Supervision
) -> None:
    goal.policies = {"week_start": "sunday"}
    log(session, outside, bayview, day=MONDAY + timedelta(days=6))
    log(session, outside, bayview, day=MONDAY)
    assert sorted(verdicts(session)) == [MONDAY - timedelta(days=1), MONDAY + timedelta(days=6)]
    standing = current_assessment(session, outside.packs, goal, TODAY)
    assert standing is not None
    sunday = verdict_of_week(session, standing, MONDAY + timedelta(days=6))
    assert sunday == verdicts(session)[MONDAY + timedelta(days=6)].verdict


def test_weeks_of_a_rule_are_listed_by_key(
    session: Session,
    outside: Outside,
    goal: Goal,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    make_weeks(session, bayview, supervision, MONDAY, PAGE + 5, supervised=False)
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=PAGE + 5), 3)
    reassess(session, outside.packs, alice.id, TODAY)
    standing = current_assessment(session, outside.packs, goal, TODAY)
    assert standing is not None
    in_memory = replace(standing, anew={start: row.verdict for start, row in verdicts(session).items()})
    for each in (standing, in_memory):
        cut = list_verdicts_about(session, each, "supervision.weekly_floor", failed=False, before=None)
        assert [start for start, _ in cut] == [MONDAY - timedelta(weeks=back) for back in range(PAGE + 1)]
        older = list_verdicts_about(
            session, each, "supervision.weekly_floor", failed=False, before=cut[PAGE - 1][0]
        )
        assert len(older) == 5
        failed = list_verdicts_about(session, each, "weeks.supervised", failed=True, before=cut[-1][0])
        assert len(failed) == 4
        assert list_verdicts_about(session, each, "weeks_supervised", failed=False, before=None) == []


def test_settings_are_judged_apart(
    session: Session, outside: Outside, goal: Goal, alice: Person, bayview: WorkSetting, supervision: Supervision,
    dana: Person,
) -> None:  # fmt: skip
    school = make_setting(session, alice, "Harbor High School")
    make_supervision(session, school, dana)
    supervised_week(session, outside, bayview)
    lost = log(session, outside, school, day=MONDAY + timedelta(days=1))
    row = verdicts(session)[MONDAY]
    assert (row.credited_minutes, row.lost_minutes) == (360, 50)
    assert row.verdict["entries"][str(lost.id)]["credited"] == 0


def test_another_persons_log_is_left_alone(
    session: Session,
    outside: Outside,
    goal: Goal,
    bob: Person,
    dana: Person,
    bayview: WorkSetting,
    supervision: Supervision,
) -> None:
    other = make_goal(session, outside, bob)
    log(session, outside, bayview)
    elsewhere = make_setting(session, bob, "Elsewhere")
    make_supervision(session, elsewhere, dana)
    log(session, outside, elsewhere)
    rows = session.scalars(select(LogAssessment)).all()
    assert {row.goal_id: row.logged["minutes"] for row in rows} == {goal.id: 50, other.id: 50}
