"""A request is saved once, whole, or not at all; tried with real requests on a real file, side by side."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, redirect, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ceu.accounts.models import Organization, PasswordFailure
from ceu.adapters.mail import MailError, Message
from ceu.db.events import emit
from ceu.db.extension import db
from ceu.db.lasting import add_lasting
from ceu.db.once import FormReceipt
from ceu.domain.errors import NotFound
from ceu.domain.events import CourseCompleted
from ceu.web.access import public
from ceu.web.mail import send_mail
from ceu.web.outside import now
from ceu.web.transactions import commits
from tests.web.site import browser, build_site

Answer = str | Response | tuple[str, int]


def rooms() -> Blueprint:
    rooms = Blueprint("rooms", __name__)

    def found(name: str) -> Organization:
        organization = Organization(name=name, created_at=now())
        db.session.add(organization)
        db.session.flush()
        return organization

    @rooms.route("/found", methods=["GET", "POST"])
    @public
    @commits
    def found_() -> Response:
        send_mail("alice@example.org", "hello", name="Alice")
        return redirect(f"/organizations/{found(request.values.get('name', 'Harbor')).id}")

    @rooms.post("/refuse")
    @public
    @commits
    def refuse() -> Answer:
        add_lasting(db.session(), PasswordFailure(bucket="b", at=now()))
        found("refused")
        send_mail("alice@example.org", "hello", name="Alice")
        emit(db.session(), CourseCompleted(1))
        return "refused", 422

    @rooms.post("/break/<how>")
    @public
    @commits
    def break_(how: str) -> Answer:
        add_lasting(db.session(), PasswordFailure(bucket="b", at=now()))
        found("broken")
        send_mail("alice@example.org", "hello", name="Alice")
        raise NotFound if how == "not-found" else ZeroDivisionError

    @rooms.post("/complete")
    @public
    @commits
    def complete() -> str:
        found("completed")
        emit(db.session(), CourseCompleted(int(request.form["enrollment"])))
        return "completed"

    @rooms.post("/again")
    @public
    @commits(once=False)
    def again() -> Response:
        return redirect(f"/organizations/{found('again').id}")

    @rooms.post("/count")
    @public
    @commits
    def count() -> str:
        organization = db.session.scalars(select(Organization)).one()
        organization.name = str(int(organization.name) + 1)
        return organization.name

    return rooms


def issue(session: Session, event: CourseCompleted, at: datetime, outside: Any) -> None:
    if event.enrollment_id < 0:
        raise ZeroDivisionError
    session.add(Organization(name=f"issued {event.enrollment_id}", created_at=at))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Flask]:
    site = build_site(tmp_path, rooms(), {CourseCompleted: (issue,)})
    yield site
    with site.app_context():
        db.engine.dispose()


def saved(site: Flask, column: Any) -> list[Any]:
    with site.app_context():
        return list(db.session.scalars(select(column).order_by(column)))


def sent(site: Flask) -> list[Message]:
    messages: list[Message] = site.extensions["ceu.outside"].mailer.sent
    return messages


class TestSaving:
    def test_a_success_is_saved_and_mailed(self, site: Flask) -> None:
        assert browser(site).post("/found", data={"name": "Harbor"}).status_code == 302
        assert saved(site, Organization.name) == ["Harbor"]
        assert [(message.subject, message.text) for message in sent(site)] == [("Hello Alice", "Hello Alice")]

    def test_of_a_refusal_only_what_is_to_last_is_saved(self, site: Flask) -> None:
        assert browser(site).post("/refuse", data={"once": "abc"}).status_code == 422
        assert saved(site, Organization.name) == []
        assert saved(site, FormReceipt.token) == []
        assert saved(site, PasswordFailure.bucket) == ["b"]
        assert sent(site) == []

    @pytest.mark.parametrize(("how", "status"), [("not-found", 404), ("badly", 500)])
    def test_of_an_error_nothing_is_saved(self, site: Flask, how: str, status: int) -> None:
        assert browser(site).post(f"/break/{how}", data={"once": "abc"}).status_code == status
        for column in (Organization.name, FormReceipt.token, PasswordFailure.bucket):
            assert saved(site, column) == []
        assert sent(site) == []

    def test_a_get_saves_nothing(self, site: Flask) -> None:
        assert browser(site).get("/found?once=abc").status_code == 302
        assert saved(site, Organization.name) == []
        assert saved(site, FormReceipt.token) == []
        assert sent(site) == []

    def test_what_a_refusal_left_behind_does_not_reach_the_next_request(self, site: Flask) -> None:
        visitor = browser(site)
        visitor.post("/refuse")
        visitor.post("/found")
        assert saved(site, Organization.name) == ["Harbor"]
        assert saved(site, PasswordFailure.bucket) == ["b"]
        assert len(sent(site)) == 1

    def test_mail_that_cannot_be_sent_undoes_nothing(
        self, site: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(message: Message) -> None:
            raise MailError("The mail server is away.")

        monkeypatch.setattr(site.extensions["ceu.outside"].mailer, "send", fail)
        assert browser(site).post("/found").status_code == 302
        assert saved(site, Organization.name) == ["Harbor"]


class TestEvents:
    def test_they_are_heard_in_the_same_transaction(self, site: Flask) -> None:
        assert browser(site).post("/complete", data={"enrollment": "5"}).text == "completed"
        assert saved(site, Organization.name) == ["completed", "issued 5"]

    def test_when_a_handler_fails_nothing_is_saved(self, site: Flask) -> None:
        assert browser(site).post("/complete", data={"enrollment": "-5"}).status_code == 500
        assert saved(site, Organization.name) == []

    def test_of_a_refusal_nobody_hears(self, site: Flask) -> None:
        browser(site).post("/refuse")
        browser(site).post("/complete", data={"enrollment": "6"})
        assert saved(site, Organization.name) == ["completed", "issued 6"]


class TestOnce:
    def test_a_form_sent_again_gets_the_first_answer(self, site: Flask) -> None:
        visitor = browser(site)
        first, second = (visitor.post("/found", data={"once": "abc"}) for _ in range(2))
        assert (first.status_code, second.status_code) == (302, 303)
        assert first.location == second.location == "/organizations/1"
        assert saved(site, Organization.name) == ["Harbor"]
        assert len(sent(site)) == 1

    def test_another_form_acts_again(self, site: Flask) -> None:
        for once in ("abc", "abd"):
            browser(site).post("/found", data={"once": once})
        assert len(saved(site, Organization.name)) == 2

    def test_a_refused_form_may_be_sent_again(self, site: Flask) -> None:
        visitor = browser(site)
        assert visitor.post("/refuse", data={"once": "abc"}).status_code == 422
        assert visitor.post("/found", data={"once": "abc"}).status_code == 302
        assert len(saved(site, Organization.name)) == 1

    def test_another_person_does_not_learn_the_first_answer(self, site: Flask) -> None:
        browser(site, "alice").post("/found", data={"once": "abc"})
        answer = browser(site, "bob").post("/found", data={"once": "abc"})
        assert answer.location == "/found"
        assert saved(site, Organization.name) == ["Harbor"]

    @pytest.mark.parametrize("token", ["", "x" * 10_000, "not-a-token", "\x1b"])
    def test_a_strange_token_breaks_nothing(self, site: Flask, token: str) -> None:
        assert browser(site).post("/found", data={"once": token}).status_code == 302

    def test_sign_in_is_answered_afresh(self, site: Flask) -> None:
        visitor = browser(site)
        assert [visitor.post("/again", data={"once": "abc"}).location for _ in range(2)] == [
            "/organizations/1",
            "/organizations/2",
        ]


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Act so many times at the same moment, each in a thread of its own."""
    barrier = threading.Barrier(count)

    def run(number: int) -> Any:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


class TestSideBySide:
    def test_a_form_clicked_eight_times_acts_once(self, site: Flask) -> None:
        answers = at_once(8, lambda _: browser(site, "alice").post("/found", data={"once": "abc"}))
        assert sorted(answer.status_code for answer in answers) == [302] + [303] * 7
        assert {answer.location for answer in answers} == {"/organizations/1"}
        assert saved(site, Organization.name) == ["Harbor"]
        assert len(sent(site)) == 1

    def test_no_update_is_lost(self, site: Flask) -> None:
        with site.app_context():
            db.session.add(Organization(name="0", created_at=now()))
            db.session.commit()
        answers = at_once(8, lambda _: [browser(site).post("/count").status_code for _ in range(5)])
        assert answers == [[200] * 5] * 8
        assert saved(site, Organization.name) == ["40"]

    def test_eight_forms_found_eight(self, site: Flask) -> None:
        at_once(8, lambda number: browser(site).post("/found", data={"once": f"form{number}"}))
        with site.app_context():
            assert db.session.scalar(select(func.count()).select_from(Organization)) == 8
