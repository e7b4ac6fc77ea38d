"""When rules change: both results side by side, and each person told once, in numbers of their own."""

from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.models import LogAssessment, Supervision, WorkSetting
from ceu.licenses.models import Goal
from ceu.licenses.packs import packs_of_kind
from ceu.licenses.services import choose_goal, record_facts
from ceu.requirements.change_commands import change_commands
from ceu.requirements.change_models import RuleNotice
from ceu.requirements.change_queries import list_last_readings, list_unread_notices
from ceu.requirements.change_rows import governs_text, pair_of
from ceu.requirements.change_services import goals_moved, notify, people_reached, reach_of
from ceu.rules.facts import Facts
from ceu.rules.pack import Pack, Version
from ceu.web.mail import forget_mail
from tests.client import InspectingClient, text_of
from tests.experience.builders import MONDAY, log, make_setting, make_supervision, settle
from tests.experience.goals import TODAY, make_weeks
from tests.factories import FROZEN_NOW, make_person

DEGREE = {"social_work_degree_awarded_on": date(2019, 5, 15)}
APPLIED = "wa_lswaic_application_completed_on"


@pytest.fixture
def washington(outside: Outside) -> Pack:
    """The Washington LICSW, in three versions."""
    return outside.packs.get("us-wa/licsw")


@pytest.fixture
def texts(washington: Pack) -> tuple[Version, Version]:
    """The text of 2021, and that of 2023 which asks less."""
    return washington.versions[1], washington.versions[2]


def goal_of(session: Session, person: Person, pack: Pack, **facts: Any) -> Goal:
    goal = choose_goal(session, FROZEN_NOW, person.id, pack)
    record_facts(session, FROZEN_NOW, person.id, {**DEGREE, **facts})
    return goal


@pytest.fixture
def goal(session: Session, outside: Outside, alice: Person, washington: Pack, bayview: WorkSetting,
         supervision: Supervision) -> Goal:  # fmt: skip
    """Alice works toward the Washington LICSW and has logged ten weeks."""
    made = goal_of(session, alice, washington)
    make_weeks(session, bayview, supervision, MONDAY, 10)
    settle(session, outside)
    return made


def read_by(session: Session, goal: Goal, version: str) -> None:
    """As if the log had last been assessed by this version."""
    row = session.scalars(select(LogAssessment).where(LogAssessment.goal_id == goal.id)).one()
    row.version_id = version
    session.flush()


# ---- which texts, and which governs ------------------------------------------------------------------------------


def test_today_decides_until_the_application_has_come(washington: Pack) -> None:
    assert governs_text(washington, Facts(), TODAY) == (
        "The text of 11 May 2023 governs for you. What is in force today decides, 24 Nov 2026, until the day your completed "
        "application as LSWAIC was submitted has come: then that day decides."
    )
    applied = Facts(person={APPLIED: date(2022, 3, 1)})
    assert governs_text(washington, applied, TODAY) == (
        "The text of 24 Jul 2021 governs for you. What was in force on the day your completed application as LSWAIC was "
        "submitted decides: 1 Mar 2022."
    )
    long_ago = Facts(person={APPLIED: date(2001, 3, 1)})
    assert governs_text(washington, long_ago, TODAY).startswith("No text at hand governs for you.")


def test_unasked_the_text_that_governs_stands_beside_the_one_before(washington: Pack) -> None:
    first, second, third = washington.versions
    assert pair_of(washington, (None, None), third) == (second, third)
    assert pair_of(washington, (None, None), first) == (first, second)
    assert pair_of(washington, (None, None), None) == (second, third)
    assert pair_of(washington, ("2014", "2023"), second) == (first, third)
    for wanted in (("2014", "2014"), ("2014", None), ("2014", "1999")):
        assert pair_of(washington, wanted, second) is None


# ---- the page ----------------------------------------------------------------------------------------------------


def test_both_results_stand_side_by_side(
    browser: InspectingClient, goal: Goal, statements: list[str]
) -> None:
    browser.get("/hours/weeks")
    statements.clear()
    page = browser.get(f"/hours/versions/{goal.id}")
    assert len(statements) <= 12, statements
    assert page.h1 == "The texts of your rules"
    assert (
        "You need 1,000 fewer hours of supervised experience: 3,000 hours instead of 4,000 hours" in page.main
    )
    [total] = [text_of(tr) for tr in page.tree.iter("tr") if text_of(tr).startswith("Supervised experience")]
    assert "of 4,000 h" in total
    assert "of 3,000 h" in total
    assert "verified" in page.main
    assert page.main.count("Governs") == 1


def test_the_page_of_requirements_leads_to_the_texts(browser: InspectingClient, goal: Goal) -> None:
    page = browser.get(f"/hours/requirements/{goal.id}")
    [link] = [link for link in page.tree.iter("a") if link.get("href") == f"/hours/versions/{goal.id}"]
    assert text_of(link) == "rules in force since 11 May 2023"


def test_any_two_texts_can_be_compared(browser: InspectingClient, goal: Goal) -> None:
    page = browser.get(f"/hours/versions/{goal.id}", query_string={"from": "2014", "to": "2021"})
    assert "Nothing: both texts say the same of your log." in page.main
    for query in ({"from": "2014", "to": "2014"}, {"from": "1999", "to": "2021"}, {"to": "2021"}):
        assert browser.get(f"/hours/versions/{goal.id}", query_string=query).status_code == 404


def test_one_text_is_compared_with_nothing(
    browser: InspectingClient, session: Session, outside: Outside, alice: Person
) -> None:
    [alone, *_] = [pack for pack in packs_of_kind(outside.packs, "experience") if len(pack.versions) == 1]
    made = goal_of(session, alice, alone)
    assert "There is one text" in browser.get(f"/hours/versions/{made.id}").texts("h2")


def test_without_rules_the_page_says_so(browser: InspectingClient, session: Session, goal: Goal) -> None:
    goal.pack_id = "us-xx/gone"
    assert browser.get(f"/hours/versions/{goal.id}").h1 == "The rules of this goal cannot be read"


def test_texts_and_notices_of_another_are_not_there(
    client: InspectingClient, session: Session, goal: Goal, bob: Person, told: RuleNotice
) -> None:
    client.sign_in(bob)
    assert client.get(f"/hours/versions/{goal.id}").status_code == 404
    assert client.post(f"/hours/notices/{told.id}").status_code == 404
    session.refresh(told)
    assert told.read_at is None


# ---- being told --------------------------------------------------------------------------------------------------


@pytest.fixture
def told(
    app: Flask, session: Session, goal: Goal, washington: Pack, texts: tuple[Version, Version]
) -> RuleNotice:
    """Alice's notice that the text of 2023 has taken the place of that of 2021."""
    with app.test_request_context():
        notice = notify(session, FROZEN_NOW, washington, goal, *texts)
        forget_mail()
    assert notice is not None
    return notice


def test_a_notice_says_in_numbers_what_changes_and_what_to_do(told: RuleNotice) -> None:
    assert told.title == "The rules of the Washington LICSW have changed"
    assert told.sentences[0].startswith("Since 11 May 2023 there is a newer text")
    assert (
        "You need 1,000 fewer hours of supervised experience: 3,000 hours instead of 4,000 hours "
        "(RCW 18.225.090(1)(a)(ii)(C))."
    ) in told.sentences
    assert told.sentences[-1] == "There is nothing you have to do."


def test_who_loses_reads_the_smallest_thing_to_do(
    app: Flask, session: Session, goal: Goal, washington: Pack, texts: tuple[Version, Version]
) -> None:
    with app.test_request_context():
        notice = notify(session, FROZEN_NOW, washington, goal, *reversed(texts))
        forget_mail()
    assert notice is not None
    assert notice.sentences[-1].startswith("What to do: ")
    assert "more hours of supervised experience" in notice.sentences[-1]


def test_a_text_still_to_come_is_announced_to_whom_it_will_govern(
    app: Flask, session: Session, goal: Goal, washington: Pack, texts: tuple[Version, Version], bob: Person
) -> None:
    now, later = (
        texts[0].model_copy(update={"ends": date(2026, 12, 31)}),
        texts[1].model_copy(update={"begins": date(2027, 1, 1)}),
    )
    pack = washington.model_copy(update={"versions": (now, later)})
    goal_of(session, bob, washington, **{APPLIED: date(2026, 3, 1)})
    assert [one.id for one in people_reached(session, pack, later, TODAY)] == [goal.id]
    with app.test_request_context():
        notice = notify(session, FROZEN_NOW, pack, goal, now, later)
        forget_mail()
    assert notice is not None
    assert notice.sentences[0].startswith(
        "From 1 Jan 2027 there is a newer text, and your hours will be counted by it."
    )


def test_nobody_is_told_twice_or_of_nothing(
    app: Flask,
    session: Session,
    goal: Goal,
    washington: Pack,
    texts: tuple[Version, Version],
    told: RuleNotice,
) -> None:
    with app.test_request_context():
        assert notify(session, FROZEN_NOW, washington, goal, *texts) is None
        assert notify(session, FROZEN_NOW, washington, goal, *washington.versions[:2]) is None
    assert session.scalar(select(func.count(RuleNotice.id))) == 1


def test_the_notice_stands_at_home_until_it_is_put_away(
    browser: InspectingClient, session: Session, goal: Goal, told: RuleNotice
) -> None:
    home = browser.get("/home")
    assert told.title in home.texts("h2")
    both = f"/hours/versions/{goal.id}?from=2021&to=2023"
    assert both in {link.get("href") for link in home.tree.iter("a")}
    assert told.title in browser.get(both).texts("h2")
    assert browser.post(f"/hours/notices/{told.id}").location == "/home"
    assert told.title not in browser.get("/home").texts("h2")
    page = browser.get(both)
    assert "What you were told before (1)" in page.main
    session.refresh(told)
    assert told.read_at == FROZEN_NOW


def test_saving_hours_tells_what_has_changed_since_the_last_reading(
    app: Flask, session: Session, outside: Outside, goal: Goal, bayview: WorkSetting
) -> None:
    read_by(session, goal, "2021")
    with app.test_request_context():
        log(session, outside, bayview, day=TODAY)
        log(session, outside, bayview, day=TODAY, start_minute=600)
        forget_mail()
    [notice] = list_unread_notices(session, goal.person_id)
    assert (notice.from_version, notice.to_version) == ("2021", "2023")


def test_saving_hours_under_the_same_text_tells_nothing(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting
) -> None:
    log(session, outside, bayview, day=TODAY)
    assert list_unread_notices(session, goal.person_id) == []


def test_a_text_that_is_gone_can_be_compared_with_nothing(
    session: Session, outside: Outside, goal: Goal
) -> None:
    read_by(session, goal, "1999")
    assert list(goals_moved(session, outside.packs, list_last_readings(session), TODAY)) == []


# ---- the operator ------------------------------------------------------------------------------------------------


@pytest.fixture
def several(session: Session, outside: Outside, goal: Goal, washington: Pack) -> None:
    """Bert applied under the text of 2021, Cleo has logged nothing, Dirk chose another license."""
    people = {name: make_person(session, name) for name in ("bert", "cleo", "dirk")}
    goal_of(session, people["bert"], washington, **{APPLIED: date(2022, 3, 1)})
    goal_of(session, people["cleo"], washington)
    goal_of(session, people["dirk"], outside.packs.get("us-ca/lmft"))
    setting = make_setting(session, people["bert"])
    make_weeks(session, setting, make_supervision(session, setting, make_person(session, "erin")), MONDAY, 3)


@pytest.mark.usefixtures("several")
def test_whom_a_change_reaches_is_counted_without_names(
    session: Session, goal: Goal, washington: Pack, texts: tuple[Version, Version]
) -> None:
    reach = reach_of(session, washington, *texts, TODAY)
    assert (reach.people, reach.elsewhere) == (3, 1)
    assert {one.changes["hours.total"].closer for one in reach.effects} == {60_000}
    ahead = reach_of(session, washington, *reversed(texts), TODAY)
    assert [one.person for one in ahead.effects] == [
        str(person) for person in session.scalars(select(Person.id).where(Person.email == "bert@example.org"))
    ]


@pytest.fixture
def run(app: Flask, session: Session) -> Any:
    """The commands on the site under test: exit code and what was said."""
    commands = {command.name: command for command in change_commands(lambda: app)}

    def invoke(name: str, *words: str) -> tuple[int, str]:
        session.commit()
        result = CliRunner().invoke(commands[name], words)
        session.expire_all()
        return result.exit_code, result.output

    return invoke


@pytest.mark.usefixtures("several")
def test_effect_says_numbers_and_nothing_that_names_a_person(run: Any) -> None:
    code, said = run("effect", "us-wa/licsw", "2021", "2023")
    assert code == 0
    assert "People with this goal: 3. Governed by 2023: 2. By another text: 1." in said
    assert "Of the 2: 2 gain, 0 lose" in said
    assert (
        "hours.total (Supervised experience): missing less: 2 people + (half of them +1,000 h or more" in said
    )
    assert "@" not in said
    assert "Alice" not in said


@pytest.mark.usefixtures("several")
def test_notify_tells_each_person_once_by_mail_too(run: Any, session: Session, outside: Outside) -> None:
    assert run("notify", "us-wa/licsw", "2021", "2023") == (
        0, "2 people were told. Whoever had been told was not told again.\n",
    )  # fmt: skip
    sent = outside.mailer.sent  # type: ignore[attr-defined]
    assert sorted(mail.to for mail in sent) == ["alice@example.org", "cleo@example.org"]
    assert "3,000 hours instead of 4,000 hours" in sent[0].text
    assert "/hours/versions/" in sent[0].text
    assert run("notify", "us-wa/licsw", "2021", "2023")[1].startswith("0 people were told.")
    assert len(sent) == 2


def test_notify_alone_finds_what_has_changed_since_the_last_reading(
    run: Any, session: Session, outside: Outside, goal: Goal
) -> None:
    assert run("notify")[1].startswith("0 people were told.")
    read_by(session, goal, "2021")
    assert run("notify")[1].startswith("1 person was told.")
    assert run("notify")[1].startswith("0 people were told.")
    assert len(outside.mailer.sent) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("effect", "us-wa/none", "a", "b"), "There is no usable pack “us-wa/none”"),
        (("effect", "us-wa/licsw", "2021", "1999"), "has no version “1999”. It has 2014, 2021, 2023."),
        (("notify", "us-wa/licsw"), "Name the pack and both of its versions, or nothing at all."),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_ones(run: Any, words: tuple[str, ...], said: str) -> None:
    code, output = run(*words)
    assert code != 0
    assert said in output
