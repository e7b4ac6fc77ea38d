"""Item analysis: for the provider's staff, honest about few answers, right about a wrong key."""

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.catalog.models import CourseVersion
from ceu.domain.permissions import Role
from ceu.learning.analysis import Record, report
from ceu.learning.queries import get_test, list_records
from ceu.learning.services import start_attempt, submit_attempt
from ceu.questions.analysis import FEWEST
from tests.catalog.builders import make_provider, make_version
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, make_person
from tests.learning.builders import answers, make_reader, right_answers
from tests.learning.test_attempts import every_kind


@pytest.fixture
def version(session: Session, alice: Person) -> CourseVersion:
    return make_version(session, make_provider(session, (alice, Role.CE_DIRECTOR)), more=every_kind())


def take(session: Session, version: CourseVersion, people: int) -> None:
    """So many people, of whom a later one knows more; nobody fails the questions of other kinds but the last third."""
    for number in range(people):
        person = make_person(session, f"learner{number}")
        attempt = start_attempt(session, FROZEN_NOW, make_reader(session, person, version))
        given = right_answers(attempt)
        plain = sorted((name for name in given if name.startswith("q")), key=lambda name: int(name[1:]))
        given |= {name: "off" for place, name in enumerate(plain) if place * people >= number * 10}
        if number < people // 3:
            given |= {
                "tf": "false",
                "short": "board",
                "several": ["c"],
                "match": {"p1": "apa", "p2": "apa", "p3": "apa"},
            }
            given["order"] = {"one": "4", "two": "3", "three": "2", "four": "1"}
        submit_attempt(session, FROZEN_NOW, attempt, given)


def test_few_answers_say_nothing(
    client: InspectingClient, session: Session, alice: Person, version: CourseVersion
) -> None:
    take(session, version, 3)
    page = client.sign_in(alice).get(f"/shelf/versions/{version.id}/questions")
    assert "3 attempts are too few to tell" in page.main
    assert "Facility" not in page.main


def test_enough_answers_say_what_works(
    client: InspectingClient, session: Session, alice: Person, version: CourseVersion, statements: list[str]
) -> None:
    take(session, version, FEWEST + 4)
    session.expire_all()
    statements.clear()
    page = client.sign_in(alice).get(f"/shelf/versions/{version.id}/questions")
    assert len(statements) <= 9
    for text in (
        "Facility",
        "Reliability",
        "Look at these first",
        "Distracts nobody: “Choice 2 of 1”",
        "Board of Behavioral Sciences",
    ):
        assert text in page.main, text


def test_a_wrong_key_is_found(session: Session, version: CourseVersion) -> None:
    """Those who know everything else choose what the key calls wrong."""
    test = get_test(version)
    names = [question.id for question in test.questions]
    records = []
    for number in range(40):
        marks = {name: str(int(number >= 20)) for name in names} | {"q1": str(int(number < 20))}
        records.append(Record(marks, {"q1": "right" if number < 20 else "near"}))
    _, items = report(test, records)
    (item,) = [item for item in items if item.question.id == "q1"]
    assert item.flags[0] == "Those who do well otherwise do worse here: check the key."
    assert "The best choose “Choice 2 of 1” more than the last: check whether it is right too." in item.flags


def test_only_first_and_submitted_attempts_count(
    session: Session, carol: Person, version: CourseVersion
) -> None:
    enrollment = make_reader(session, carol, version)
    first = start_attempt(session, FROZEN_NOW, enrollment)
    assert list_records(session, version.id) == []
    submit_attempt(
        session,
        FROZEN_NOW,
        first,
        right_answers(first) | {name: "off" for name in answers(first) if name.startswith("q")},
    )
    second = start_attempt(session, FROZEN_NOW, enrollment)
    submit_attempt(session, FROZEN_NOW, second, right_answers(second))
    (record,) = list_records(session, version.id)
    assert record.marks["q1"] == "0"


def test_it_is_for_the_providers_staff(
    client: InspectingClient, session: Session, alice: Person, carol: Person, version: CourseVersion
) -> None:
    url = f"/shelf/versions/{version.id}/questions"
    assert client.sign_in(carol).get(url).status_code == 404
    other = make_person(session, "bob")
    make_provider(session, (other, Role.CE_DIRECTOR), name="Elsewhere")
    assert client.sign_in(other).get(url).status_code == 404
    assert client.sign_in(alice).get("/shelf/versions/999/questions").status_code == 404
