"""The xAPI a cmi5 package speaks with the site: a token once, its own learner and lesson only, by the rules or not at all."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.db.events import deliver
from ceu.learning.models import Enrollment
from ceu.learning.queries import progress_of
from ceu.packages.cmi5 import Sitting
from ceu.packages.cmi5_queries import sitting_of
from ceu.packages.cmi5_services import MOST_DOCUMENTS
from ceu.packages.models import PackageLaunch, PackagePart
from ceu.statements.models import Statement
from ceu.wiring import HANDLERS
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW
from tests.packages.builders import make_launch, make_learner, make_packed_version
from tests.packages.cmi5_parts import make_allowed, make_statement
from tests.packages.samples import cmi5

FIRST, SECOND = "https://example.org/answering/au1", "https://example.org/answering/au2"
VERSION = {"X-Experience-API-Version": "1.0.3"}


@dataclass
class Part:
    """A part of a package at play, in a frame without anybody's cookies."""

    frame: FlaskClient
    session: Session
    launch: PackageLaunch
    sitting: Sitting
    token: str = ""

    def ask(self, method: str, path: str, **more: Any) -> Any:
        self.session.commit()
        headers = {"Authorization": f"Basic {self.token}", **VERSION, **more.pop("headers", {})}
        answer = self.frame.open(f"/xapi/{path}", method=method, headers=headers, **more)
        self.session.expire_all()
        return answer

    def begin(self) -> "Part":
        self.token = self.ask("POST", f"token/{self.launch.key}").json["auth-token"]
        return self

    def say(self, *statements: Any) -> Any:
        return self.ask("POST", "statements", json=list(statements))

    def says(self, *verbs: str, **more: Any) -> Any:
        return self.say(
            *(make_statement(self.sitting, verb, after, **more) for after, verb in enumerate(verbs))
        )

    def state(self, name: str | None = None, **more: str) -> dict[str, str]:
        asked = {
            "activityId": self.sitting.activity_id,
            "agent": json.dumps(self.sitting.agent),
            "registration": self.sitting.registration,
            **more,
        }
        return asked if name is None else {**asked, "stateId": name}


@pytest.fixture
def enrollment(session: Session, outside: Outside, carol: Person, dana: Person) -> Enrollment:
    """Carol in a course whose first lesson plays a cmi5 package of two parts."""
    version = make_packed_version(session, outside.content, dana, cmi5(), "satisfied")
    return make_learner(session, carol, version)


@pytest.fixture
def opens(
    client: InspectingClient, session: Session, outside: Outside, enrollment: Enrollment
) -> Callable[..., Part]:
    """Opens a part for Carol, or in another enrollment."""

    def make(item: str = FIRST, of: Enrollment | None = None) -> Part:
        launch = make_launch(session, of or enrollment, item)
        deliver(session, HANDLERS, outside.clock.now(), outside)
        account = outside.lrs.account(outside.pseudonyms.of(launch.attempt.enrollment.person_id, "xapi"))
        frame = FlaskClient(client.application, client.application.response_class, use_cookies=False)
        return Part(frame, session, launch, sitting_of(session, launch, account))

    return make


def _verbs(session: Session) -> list[str]:
    found = session.scalars(select(Statement.body).order_by(Statement.id))
    return [body["verb"]["id"].rpartition("/")[2] for body in found if "/packages/" in body["object"]["id"]]


def test_the_page_opens_a_part_with_everything_it_needs(
    client: InspectingClient, enrollment: Enrollment, carol: Person
) -> None:
    client.sign_in(carol)
    where = f"/learning/{enrollment.id}/lessons/1/package"
    assert "First block" in client.get(where).main
    page = client.get(client.post(where, data={"item": FIRST}).location)
    (frame,) = page.tree.iter("iframe")
    source = frame.get("src", "")
    assert "/au/index.html?start=1&endpoint=http%3A%2F%2Flocalhost%2Fxapi%2F&fetch=" in source
    assert "carol" not in source.casefold()
    assert client.get("/learning/packages/1/told").status_code in {200, 404}


def test_a_token_is_given_once_and_a_page_that_is_loaded_again_leads_back(
    client: InspectingClient, opens: Callable[..., Part], carol: Person
) -> None:
    part = opens()
    assert part.ask("GET", f"token/{part.launch.key}").status_code == 405
    part.begin()
    again = part.ask("POST", f"token/{part.launch.key}")
    assert (again.status_code, again.json["error-code"]) == (200, "1")
    unknown = part.ask("POST", "token/nothing")
    assert (unknown.status_code, unknown.json["error-code"]) == (200, "2")
    client.sign_in(carol)
    assert client.get(f"/learning/packages/{part.launch.id}").status_code == 303


def test_from_launch_to_a_lesson_that_is_done(
    session: Session, opens: Callable[..., Part], enrollment: Enrollment
) -> None:
    part = opens().begin()
    assert part.says("initialized", "completed").status_code == 200
    assert part.says("passed", score=0.9).status_code == 200
    assert part.says("terminated").status_code == 403, "the timestamp is before the beginning"
    assert part.say(make_statement(part.sitting, "terminated", 60)).status_code == 200
    told = session.scalars(select(PackagePart)).one().told
    assert (told.completion, told.success, float(told.score or 0)) == ("completed", "passed", 0.9)
    assert session.scalars(select(PackageLaunch.seconds)).one() == 30
    assert progress_of(session, enrollment).read_count == 0, "the second part was never opened"
    second = opens(SECOND).begin()
    assert second.says("initialized").status_code == 200
    assert progress_of(session, enrollment).read_count == 1
    assert _verbs(session) == [
        *("launched", "initialized", "completed", "passed", "satisfied", "satisfied", "terminated"),
        *("launched", "initialized"),
    ]
    assert {
        body["context"]["registration"]
        for body in session.scalars(
            select(Statement.body).where(Statement.registration == part.sitting.registration)
        )
    } == {part.sitting.registration}


def test_what_breaks_a_rule_keeps_nothing_of_what_came_with_it(
    session: Session, opens: Callable[..., Part]
) -> None:
    part = opens().begin()
    refused = part.says("initialized", "completed", "completed")
    assert refused.status_code == 403
    assert "cannot follow" in refused.text
    assert _verbs(session) == ["launched"]
    assert session.scalars(select(PackagePart)).all() == []


def test_the_same_statement_counts_once_and_another_under_its_id_is_refused(
    session: Session, opens: Callable[..., Part]
) -> None:
    part = opens().begin()
    begun = make_statement(part.sitting, "initialized", 0)
    for _ in range(2):
        assert part.ask("PUT", f"statements?statementId={begun['id']}", json=begun).status_code == 204
    other = {**begun, "timestamp": "2026-11-24T18:00:00Z"}
    assert part.say(other).status_code == 409
    assert part.ask("PUT", f"statements?statementId={uuid4()}", json=begun).status_code == 400
    assert _verbs(session) == ["launched", "initialized"]


def test_an_opening_that_was_left_is_abandoned_and_says_nothing_more(
    session: Session, opens: Callable[..., Part], outside: Outside
) -> None:
    left = opens().begin()
    outside.clock.set(FROZEN_NOW + timedelta(seconds=40))  # type: ignore[attr-defined]
    assert left.says("initialized").status_code == 200
    opens(SECOND).begin().says("initialized")
    assert left.says("completed").status_code == 403
    assert left.ask("PUT", "activities/state", query_string=left.state("x"), data=b"1").status_code == 403
    (abandoned,) = (
        body for body in session.scalars(select(Statement.body)) if body["verb"]["id"].endswith("abandoned")
    )
    assert abandoned["result"] == {"duration": "PT40S"}
    assert abandoned["context"]["extensions"] == {
        "https://w3id.org/xapi/cmi5/context/extensions/sessionid": left.sitting.session_id
    }


@pytest.mark.parametrize(
    "headers", [{"Authorization": ""}, {"Authorization": "Basic x"}, {"Authorization": "Bearer x"}]
)
def test_without_a_good_token_nothing_is_told(opens: Callable[..., Part], headers: dict[str, str]) -> None:
    part = opens()
    for method, path in (
        ("GET", "statements"),
        ("POST", "statements"),
        ("GET", "activities/state?activityId=x"),
    ):
        assert part.ask(method, path, headers=headers).status_code == 401


def test_a_token_dies_after_half_a_day(opens: Callable[..., Part], outside: Outside) -> None:
    part = opens().begin()
    outside.clock.set(FROZEN_NOW + timedelta(hours=13))  # type: ignore[attr-defined]
    assert part.ask("GET", "statements").status_code == 401


def test_a_part_reaches_its_own_learner_and_lesson_only(
    session: Session, opens: Callable[..., Part], enrollment: Enrollment, bob: Person
) -> None:
    mine = opens().begin()
    begun = make_statement(mine.sitting, "initialized", 0)
    mine.say(begun)
    mine.ask("PUT", "activities/state", query_string=mine.state("place"), data=b"page 3")
    others = opens(of=make_learner(session, bob, enrollment.version)).begin()
    assert others.ask("GET", f"statements?statementId={begun['id']}").status_code == 404
    verbs = [
        each["verb"]["id"].rpartition("/")[2] for each in others.ask("GET", "statements").json["statements"]
    ]
    assert verbs == ["launched"]
    asked = others.ask("GET", "statements", query_string={"registration": mine.sitting.registration})
    assert asked.json["statements"] == []
    assert others.ask("GET", "activities/state", query_string=mine.state("place")).status_code == 403
    assert others.ask("GET", "activities/state", query_string=others.state("place")).status_code == 404
    for resource in ("agents/profile", "activities/profile"):
        path = resource
        place = {"agent": json.dumps(mine.sitting.agent), "activityId": "https://x.example/a"}
        theirs = {**place, "agent": json.dumps(others.sitting.agent)}
        mine.ask(
            "PUT", path, query_string={**place, "profileId": "p"}, data=b"1", headers={"If-None-Match": "*"}
        )
        assert others.ask("GET", path, query_string={**theirs, "profileId": "p"}).status_code == 404


def test_launch_data_are_read_and_not_changed(opens: Callable[..., Part]) -> None:
    part = opens().begin()
    asked = part.state("LMS.LaunchData")
    found = part.ask("GET", "activities/state", query_string=asked)
    assert found.json["contextTemplate"]["extensions"] == part.sitting.template["extensions"]
    assert part.ask("GET", "activities/state", query_string=part.state()).json == ["LMS.LaunchData"]
    for method in ("PUT", "POST", "DELETE"):
        assert part.ask(method, "activities/state", query_string=asked, data=b"{}").status_code == 403


def test_documents_are_kept_merged_and_deleted(opens: Callable[..., Part]) -> None:
    part = opens().begin()
    asked = part.state("kept")
    as_json = {"content_type": "application/json"}
    assert part.ask("GET", "activities/state", query_string=asked).status_code == 404
    assert (
        part.ask(
            "POST", "activities/state", query_string=asked, data='{"a": 1, "b": 1}', **as_json
        ).status_code
        == 204
    )
    assert (
        part.ask("POST", "activities/state", query_string=asked, data='{"b": 2}', **as_json).status_code
        == 204
    )
    found = part.ask("GET", "activities/state", query_string=asked)
    assert found.json == {"a": 1, "b": 2}
    assert "sandbox" in found.headers["Content-Security-Policy"]
    tag = found.headers["ETag"]
    stale = part.ask(
        "PUT", "activities/state", query_string=asked, data=b"x", headers={"If-Match": '"other"'}
    )
    assert stale.status_code == 412
    assert (
        part.ask(
            "PUT",
            "activities/state",
            query_string=asked,
            data=b"<p>",
            content_type="text/html",
            headers={"If-Match": tag},
        ).status_code
        == 204
    )
    assert (
        part.ask("POST", "activities/state", query_string=asked, data='{"b": 2}', **as_json).status_code
        == 400
    )
    assert part.ask("GET", "activities/state", query_string=part.state()).json == ["LMS.LaunchData", "kept"]
    assert part.ask("DELETE", "activities/state", query_string=part.state()).status_code == 204
    assert part.ask("GET", "activities/state", query_string=asked).status_code == 404


def test_a_profile_is_not_replaced_unseen(opens: Callable[..., Part]) -> None:
    part = opens().begin()
    asked = {"agent": json.dumps(part.sitting.agent), "profileId": "cmi5LearnerPreferences"}
    assert part.ask("GET", "agents/profile", query_string=asked).status_code == 404
    first = part.ask(
        "PUT",
        "agents/profile",
        query_string=asked,
        json={"audioPreference": "off"},
        headers={"If-None-Match": "*"},
    )
    assert first.status_code == 204
    assert part.ask("PUT", "agents/profile", query_string=asked, json={}).status_code == 409
    assert (
        part.ask(
            "PUT", "agents/profile", query_string=asked, json={}, headers={"If-None-Match": "*"}
        ).status_code
        == 412
    )
    assert part.ask("GET", "agents/profile", query_string=asked).json == {"audioPreference": "off"}


def test_a_package_cannot_fill_the_disk(session: Session, opens: Callable[..., Part]) -> None:
    part = opens().begin()
    large = part.ask("PUT", "activities/state", query_string=part.state("large"), data=bytes(600_000))
    assert large.status_code == 400
    for number in range(MOST_DOCUMENTS):
        part.ask("PUT", "activities/state", query_string=part.state(f"d{number}"), data=b"x")
    assert part.ask("PUT", "activities/state", query_string=part.state("more"), data=b"x").status_code == 400
    part.says("initialized")
    much = make_allowed(part.sitting, result={"response": "x" * 70_000})
    much["result"] = {"response": "x" * 70_000}
    assert part.say(much).status_code == 400
    assert part.say(*([make_allowed(part.sitting)] * 201)).status_code == 400


def test_statements_are_found_by_what_they_say(opens: Callable[..., Part]) -> None:
    part = opens().begin()
    part.says("initialized")
    part.say(*(make_allowed(part.sitting, 5 + number) for number in range(4)))

    def found(**asked: str) -> list[str]:
        answer = part.ask("GET", "statements", query_string=asked)
        return [each["timestamp"][17:19] for each in answer.json["statements"]]

    experienced = "http://adlnet.gov/expapi/verbs/experienced"
    assert found(verb=experienced) == ["08", "07", "06", "05"]
    assert found(verb=experienced, ascending="true", limit="2") == ["05", "06"]
    assert found(activity="https://example.org/answering/au1") == []
    assert len(found(activity="https://example.org/answering/au1", related_activities="true")) == 6
    assert found(since="2026-11-24T17:00:00Z") == []
    first = part.ask("GET", "statements", query_string={"verb": experienced, "limit": "3"}).json
    rest = part.ask("GET", first["more"].removeprefix("/xapi/")).json
    assert (len(first["statements"]), len(rest["statements"]), rest["more"]) == (3, 1, "")
    for asked in ({"nonsense": "1"}, {"limit": "x"}, {"since": "x"}, {"format": "ids"}, {"ascending": "yes"}):
        assert part.ask("GET", "statements", query_string=asked).status_code == 400


def test_a_frame_without_an_origin_may_read_every_answer(opens: Callable[..., Part]) -> None:
    part = opens()
    asked = part.ask(
        "OPTIONS", "statements", headers={"Origin": "null", "Access-Control-Request-Method": "PUT"}
    )
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in asked.headers
    assert part.ask("GET", "about").json == {"version": ["1.0.3"]}


@pytest.mark.parametrize("body", [b"{", b'[{"id": NaN}]', b"[1]", b'{"id": "x"}', b"[" * 100_000, b"\xff"])
def test_what_is_no_statement_is_refused_in_words(opens: Callable[..., Part], body: bytes) -> None:
    part = opens().begin()
    answer = part.ask("POST", "statements", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.text.endswith(".")
    assert part.ask("POST", "statements", data=body, content_type="multipart/mixed").status_code == 400
    assert (
        part.ask("POST", "statements", json=[], headers={"X-Experience-API-Version": "0.9"}).status_code
        == 400
    )
    assert part.ask("GET", "activities/state", query_string=part.state("a\0b")).status_code == 400


def test_a_request_asks_a_fixed_number_of_questions(
    opens: Callable[..., Part], statements: list[str]
) -> None:
    part = opens().begin()
    part.says("initialized")
    counts = []
    for after in (5, 6):
        statements.clear()
        part.say(make_allowed(part.sitting, after))
        counts.append(len([one for one in statements if one.startswith("SELECT")]))
    assert counts == [6, 6]
