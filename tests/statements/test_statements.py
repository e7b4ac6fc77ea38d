"""xAPI statements: said once of what happened, of nobody by name, and passed on so that nothing is lost."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.addresses import Answer, MemoryFetcher, Question
from ceu.adapters.lrs import Account, Lrs, LrsAway, lrs_from_url
from ceu.adapters.outside import Outside
from ceu.db.events import deliver
from ceu.domain.errors import DomainError
from ceu.packages.services import keep_state
from ceu.statements.building import Activity, Outcome, statement_of
from ceu.statements.checking import check_statement
from ceu.statements.models import Statement, StatementDelivery
from ceu.statements.queries import PAGE, list_waiting
from ceu.statements.services import BATCH, pass_on, record_statement
from ceu.statements.words import Told, told_of
from ceu.wiring import HANDLERS
from tests.catalog.builders import make_version
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW
from tests.learning.builders import make_passed
from tests.packages.builders import make_launch, make_learner, make_packed_version
from tests.packages.samples import scorm_12

ACTOR = Account("https://ceu.example.org", "f00d")
COURSE = Activity("/courses/listening-1", "course", "Listening")
REGISTRATION = UUID("6f1cb4b7-6a40-4b4b-9f55-0f2f0a4c1d11")
LRS = lrs_from_url("https://ceu.example.org", "https://user:p%40ss@lrs.example.org/xapi/")


class _Store(MemoryFetcher):
    """A record store that answers as it is told."""

    def __init__(self, refuses: Sequence[str] = (), status: int | None = None) -> None:
        super().__init__()
        self.refuses, self.status = refuses, status
        self.asked: list[Question] = []
        self.has: list[str] = []

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        if self.status:
            return Answer(self.status, {}, b"")
        ids = [statement["id"] for statement in json.loads(question.body)]
        if set(ids) & set(self.refuses):
            return Answer(400, {}, b"not this one")
        self.has += ids
        return Answer(200, {}, json.dumps(ids).encode())


class _Away(MemoryFetcher):
    def ask(self, question: Question) -> Answer:
        raise DomainError("Nobody answers there.")


def _statement(about: str = "x") -> dict[str, Any]:
    return statement_of(ACTOR, "passed", COURSE, FROZEN_NOW, about=about, registration=REGISTRATION)


def _record(session: Session, person: Person, count: int) -> list[str]:
    bodies = [_statement(str(number)) for number in range(count)]
    for body in bodies:
        record_statement(session, FROZEN_NOW, person.id, body)
    session.flush()
    return [body["id"] for body in bodies]


def _said(session: Session) -> list[tuple[str, str, dict[str, Any]]]:
    bodies = session.scalars(select(Statement.body).order_by(Statement.id)).all()
    return [
        (
            body["verb"]["display"]["en-US"],
            body["object"]["definition"]["name"]["en-US"],
            body.get("result", {}),
        )
        for body in bodies
    ]


def test_a_statement_has_what_the_standard_asks() -> None:
    statement = statement_of(
        ACTOR,
        "failed",
        Activity("/courses/listening-1/post-test", "assessment", "Post-test", parent=COURSE.path),
        datetime(2026, 11, 24, 17, tzinfo=UTC),
        about="attempts/1",
        registration=REGISTRATION,
        outcome=Outcome(Fraction(2, 3), success=False, completion=True),
    )
    assert UUID(statement["id"]).version == 5
    assert statement["actor"] == {
        "objectType": "Agent",
        "account": {"homePage": "https://ceu.example.org", "name": "f00d"},
    }
    assert statement["verb"]["id"] == "http://adlnet.gov/expapi/verbs/failed"
    assert statement["object"]["id"] == "https://ceu.example.org/courses/listening-1/post-test"
    assert statement["result"] == {"score": {"scaled": 0.6667}, "success": False, "completion": True}
    assert statement["context"]["contextActivities"]["parent"] == [
        {"id": "https://ceu.example.org/courses/listening-1"}
    ]
    assert statement["timestamp"] == "2026-11-24T17:00:00+00:00"


def test_the_same_said_twice_has_one_id_and_another_thing_another() -> None:
    assert _statement("a") == _statement("a")
    assert _statement("a")["id"] != _statement("b")["id"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"result": {"score": {"scaled": 1.5}}}, "from -1 to 1"),
        ({"object": {"id": "listening"}}, "no address"),
        ({"timestamp": "2026-11-24T17:00:00"}, "time with its zone"),
    ],
)
def test_what_no_store_would_take_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        check_statement({**_statement(), **change})


def test_a_course_is_told_step_by_step(session: Session, carol: Person, outside: Outside) -> None:
    enrollment = make_passed(session, carol, make_version(session))
    deliver(session, HANDLERS, FROZEN_NOW, outside)
    passed = {"score": {"scaled": 1.0}, "success": True, "completion": True}
    done = {"completion": True}
    assert sorted(_said(session), key=str) == sorted(
        [
            ("completed", "Hearing", done),
            ("completed", "Waiting", done),
            ("passed", "Post-test: Listening", passed),
        ],
        key=str,
    )
    text = json.dumps(list(session.scalars(select(Statement.body))))
    assert "carol" not in text.casefold()
    assert "example.org" not in text
    assert enrollment.person_id == carol.id


def test_a_package_is_told_once_for_each_thing_it_says(
    session: Session, carol: Person, dana: Person, outside: Outside
) -> None:
    version = make_packed_version(session, outside.content, dana, scorm_12())
    launch = make_launch(session, make_learner(session, carol, version))
    for status in ("incomplete", "failed", "failed", "passed", "passed"):
        state = {"cmi.core.lesson_status": status, "cmi.core.score.raw": "90" if status == "passed" else "10"}
        keep_state(session, FROZEN_NOW, launch, json.dumps(state))
        deliver(session, HANDLERS, FROZEN_NOW, outside)
    assert [(verb, name) for verb, name, _ in _said(session)] == [
        ("launched", "Hearing"),
        ("failed", "Hearing"),
        ("completed", "Hearing"),
        ("passed", "Hearing"),
    ]
    registrations = {body["context"]["registration"] for body in session.scalars(select(Statement.body))}
    assert registrations == {launch.attempt.registration}


def test_statements_reach_the_other_store_once(session: Session, carol: Person) -> None:
    ids = _record(session, carol, BATCH + 3)
    _record(session, carol, BATCH + 3)
    store = _Store()
    passed = pass_on(session, FROZEN_NOW, LRS, store)
    assert (passed.sent, passed.refused, passed.stopped) == (BATCH + 3, 0, None)
    assert store.has == ids
    assert len(store.asked) == 2
    assert store.asked[0].address == "https://lrs.example.org/xapi/statements"
    assert store.asked[0].headers["Authorization"] == "Basic dXNlcjpwQHNz"
    assert store.asked[0].headers["X-Experience-API-Version"] == "1.0.3"
    assert pass_on(session, FROZEN_NOW, LRS, store).sent == 0


@pytest.mark.parametrize("store", [_Away(), _Store(status=503), _Store(status=401)])
def test_nothing_is_lost_while_the_other_store_is_away(
    session: Session, carol: Person, store: MemoryFetcher
) -> None:
    ids = _record(session, carol, 3)
    passed = pass_on(session, FROZEN_NOW, LRS, store)
    assert (passed.sent, passed.refused) == (0, 0)
    assert passed.stopped
    assert [waiting.statement_id for waiting in list_waiting(session, 10)] == ids
    assert pass_on(session, FROZEN_NOW, LRS, _Store()).sent == 3


def test_one_that_is_refused_holds_up_no_other(session: Session, carol: Person) -> None:
    ids = _record(session, carol, 3)
    store = _Store(refuses=[ids[1]])
    passed = pass_on(session, FROZEN_NOW, LRS, store)
    assert (passed.sent, passed.refused, passed.stopped) == (2, 1, None)
    assert store.has == [ids[0], ids[2]]
    assert session.scalars(
        select(StatementDelivery.refused).where(StatementDelivery.refused.is_not(None))
    ).all() == ["400: not this one"]
    assert list_waiting(session, 10) == []


def test_one_the_store_has_already_counts_as_sent(session: Session, carol: Person) -> None:
    _record(session, carol, 2)
    assert pass_on(session, FROZEN_NOW, LRS, _Store(status=409)).sent == 2


def test_without_an_address_there_is_no_other_store() -> None:
    assert lrs_from_url("https://ceu.example.org", None) == Lrs("https://ceu.example.org")
    with pytest.raises(LrsAway):
        LRS.send(_Away(), [])


def test_everyone_sees_and_exports_what_was_recorded_of_them_alone(
    client: InspectingClient, session: Session, carol: Person, bob: Person
) -> None:
    ids = _record(session, carol, PAGE + 2)
    client.sign_in(carol)
    page = client.get("/learning/statements")
    assert page.main.count("Listening passed") == PAGE
    (older,) = (a.get("href") for a in page.tree.iter("a") if a.get("rel") == "next")
    assert client.get(older).main.count("Listening passed") == 2
    exported = client.get("/learning/statements.json")
    assert "attachment" in exported.headers["Content-Disposition"]
    assert [statement["id"] for statement in exported.json["statements"]] == ids
    client.sign_in(bob)
    assert "Nothing is noted yet" in client.get("/learning/statements").main
    assert client.get("/learning/statements.json").json == {"statements": []}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (_statement(), Told("passed", "Listening", "")),
        (
            {
                "verb": {"id": "https://x.example/verbs/answered/"},
                "object": {"id": "https://x.example/q1"},
                "result": {"score": {"scaled": 0.29}, "success": False, "completion": True},
            },
            Told("answered", "https://x.example/q1", "29 %, did not succeed, complete"),
        ),
        (
            {
                "verb": {"id": "https://x.example/v", "display": {"de": "beantwortete", "en-GB": "answered"}},
                "object": {"id": "https://x.example/q", "definition": {"name": {"de": "Eine  Frage"}}},
                "result": {"score": {"raw": 4.5}},
            },
            Told("answered", "Eine Frage", "4.5 points"),
        ),
        (
            {"verb": {"id": "v"}, "object": {"objectType": "Agent", "name": "A person"}},
            Told("v", "A person", ""),
        ),
    ],
)
def test_a_statement_in_words(body: dict[str, Any], told: Told) -> None:
    assert told_of(body) == told
