"""The pages of registration, sign-in and the profile."""

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person, SignInSession
from ceu.accounts.passwords import is_password
from ceu.accounts.queries import find_person_by_email, list_open_sessions
from ceu.accounts.services import open_session, register
from ceu.adapters.outside import Outside
from tests.client import InspectingClient, Page
from tests.factories import FROZEN_NOW, PASSWORD, make_person

NEW_PASSWORD = "seven quiet limestone quarries"
ANSWERS = {
    "name": "Erin Example",
    "email": "erin@example.org",
    "password": NEW_PASSWORD,
    "time_zone": "America/New_York",
}


def link_in(outside: Outside) -> str:
    """The path of the first link in the message sent last."""
    match = re.search(r"http://localhost(/\S+)", outside.mailer.sent[-1].text)
    assert match, outside.mailer.sent[-1].text
    return match[1]


def value_of(page: Page, name: str) -> str | None:
    """What a control of the page holds."""
    return next(control.get("value") for control in page.tree.iter("input") if control.get("name") == name)


class TestRegister:
    def test_it_works(self, client: InspectingClient, session: Session, outside: Outside) -> None:
        assert client.get("/register").h1 == "Create an account"
        response = client.post("/register", data=ANSWERS)
        assert response.location == "/check-mail"
        assert client.get("/check-mail").h1 == "Look into your mailbox"
        assert outside.mailer.sent[-1].to == "erin@example.org"
        assert outside.mailer.sent[-1].subject == "Confirm your address for Ceu"
        erin = find_person_by_email(session, "erin@example.org")
        assert erin is not None
        assert erin.confirmed_at is None

        link = link_in(outside)
        assert client.get(link).h1 == "Confirm your address"
        assert client.post(link, data={"password": NEW_PASSWORD}).location == "/home"
        assert "Erin Example" in client.get("/profile").get_data(as_text=True)
        assert client.get(link).status_code == 410

    def test_a_taken_address_looks_the_same_and_its_owner_is_told(
        self, client: InspectingClient, session: Session, outside: Outside
    ) -> None:
        make_person(session)
        fresh = client.post("/register", data=ANSWERS)
        taken = client.post("/register", data={**ANSWERS, "email": "alice@example.org"})
        assert (fresh.status_code, fresh.location, fresh.data) == (
            taken.status_code,
            taken.location,
            taken.data,
        )
        assert outside.mailer.sent[-1].to == "alice@example.org"
        assert outside.mailer.sent[-1].subject == "You have a Ceu account already"
        assert "Erin" not in outside.mailer.sent[-1].text

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("name", "", "Enter your legal name"),
            ("name", "   ", "Enter your legal name"),
            ("name", "x" * 200_000, "Use at most 120 characters"),
            ("email", "", "Enter your e-mail address"),
            ("email", "erin", "This is not an e-mail address"),
            ("email", "e" * 300 + "@example.org", "Use at most 254 characters"),
            ("password", "", "Choose a password"),
            ("password", "short", "Use at least 12 characters; this has 5"),
            ("password", "x" * 200_000, "Use at most 1,000 characters"),
            ("time_zone", "Mars/Olympus", "Choose one of the options offered"),
            ("time_zone", "", "Choose one of the options offered"),
        ],
    )
    def test_a_wrong_answer_gets_a_sentence_and_the_rest_is_kept(
        self,
        client: InspectingClient,
        session: Session,
        outside: Outside,
        field: str,
        value: str,
        sentence: str,
    ) -> None:
        page = client.post("/register", data={**ANSWERS, field: value})
        assert page.status_code == 422
        assert sentence in page.main
        for name in {"name", "email"} - {field}:
            assert value_of(page, name) == ANSWERS[name]
        assert value_of(page, "password") in {None, ""}
        assert session.scalar(select(func.count()).select_from(Person)) == 0
        assert outside.mailer.sent == []

    def test_an_empty_form_says_all_that_is_missing(self, client: InspectingClient) -> None:
        page = client.post("/register", data={})
        assert page.status_code == 422
        for sentence in ("Enter your legal name", "Enter your e-mail address", "Choose a password"):
            assert sentence in page.main

    def test_a_form_sent_twice_acts_once(self, client: InspectingClient, outside: Outside) -> None:
        once = value_of(client.get("/register"), "once")
        first = client.post("/register", data={**ANSWERS, "once": once})
        second = client.post("/register", data={**ANSWERS, "once": once})
        assert first.location == second.location == "/check-mail"
        assert len(outside.mailer.sent) == 1

    def test_a_mail_scanner_does_not_use_the_link_up(
        self, client: InspectingClient, session: Session, outside: Outside
    ) -> None:
        client.post("/register", data=ANSWERS)
        for _ in range(3):
            assert client.get(link_in(outside)).status_code == 200
        assert client.post(link_in(outside), data={"password": NEW_PASSWORD}).location == "/home"

    def test_a_wrong_password_does_not_confirm(
        self, client: InspectingClient, session: Session, outside: Outside
    ) -> None:
        client.post("/register", data=ANSWERS)
        page = client.post(link_in(outside), data={"password": "a stranger's words"})
        assert page.status_code == 422
        assert "not the password of your account" in page.main
        erin = find_person_by_email(session, "erin@example.org")
        assert erin is not None
        assert erin.confirmed_at is None

    def test_the_link_can_be_sent_again(self, client: InspectingClient, outside: Outside) -> None:
        client.post("/register", data=ANSWERS)
        first = link_in(outside)
        assert (
            client.post("/resend-confirmation", data={"email": "Erin@example.org"}).location == "/check-mail"
        )
        assert link_in(outside) != first
        assert client.post(link_in(outside), data={"password": NEW_PASSWORD}).location == "/home"

    def test_nothing_tells_whether_an_address_waits(
        self, client: InspectingClient, session: Session, outside: Outside
    ) -> None:
        make_person(session)
        for path in ("/resend-confirmation", "/forgot-password"):
            answers = [
                client.post(path, data={"email": f"{name}@example.org"}) for name in ("alice", "nobody")
            ]
            assert len({(answer.status_code, answer.location, answer.data) for answer in answers}) == 1
        assert [message.to for message in outside.mailer.sent] == ["alice@example.org"]

    def test_a_link_that_was_never_sent_is_dead(self, client: InspectingClient) -> None:
        for path in ("/confirm-email/guess", "/reset-password/guess"):
            assert client.get(path).status_code == client.post(path).status_code == 410
            assert client.get(path).h1 == "This link no longer works"


class TestSignIn:
    def test_it_works(self, client: InspectingClient, session: Session) -> None:
        make_person(session)
        assert client.get("/sign-in").h1 == "Sign in"
        response = client.post("/sign-in", data={"email": "Alice@example.org", "password": PASSWORD})
        assert response.location == "/home"
        assert client.get("/profile").status_code == 200

    def test_it_goes_on_to_where_the_person_wanted_to_be(
        self, client: InspectingClient, session: Session
    ) -> None:
        make_person(session)
        asked = client.get("/organizations?page=2").location
        assert asked == "/sign-in?next=/organizations?page%3D2"
        form = next(form for form in client.get(asked).tree.iter("form"))
        response = client.post(form.get("action"), data={"email": "alice@example.org", "password": PASSWORD})
        assert response.location == "/organizations?page=2"

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "",
        ],
    )
    def test_it_sends_nobody_elsewhere(self, client: InspectingClient, session: Session, target: str) -> None:
        make_person(session)
        response = client.post(
            "/sign-in",
            query_string={"next": target},
            data={"email": "alice@example.org", "password": PASSWORD},
        )
        assert response.location == "/home"

    def test_the_session_is_a_new_one(self, client: InspectingClient, session: Session) -> None:
        make_person(session)
        with client.session_transaction() as cookie:
            cookie["planted"] = "by somebody else"
        client.post("/sign-in", data={"email": "alice@example.org", "password": PASSWORD})
        with client.session_transaction() as cookie:
            assert "planted" not in cookie
            assert cookie.permanent

    def test_a_wrong_password_keeps_the_address_only(
        self, client: InspectingClient, session: Session
    ) -> None:
        make_person(session)
        page = client.post("/sign-in", data={"email": "alice@example.org", "password": "not my password"})
        assert page.status_code == 422
        assert "do not go together" in page.main
        assert value_of(page, "email") == "alice@example.org"
        assert "not my password" not in page.get_data(as_text=True)

    def test_failures_stay_counted_although_the_request_is_refused(
        self, client: InspectingClient, session: Session
    ) -> None:
        make_person(session)
        for _ in range(5):
            client.post("/sign-in", data={"email": "alice@example.org", "password": "wrong"})
        page = client.post("/sign-in", data={"email": "alice@example.org", "password": PASSWORD})
        assert page.status_code == 429
        assert "Try again in 15 minutes" in page.main

    def test_an_unconfirmed_account_is_offered_a_new_link(
        self, client: InspectingClient, session: Session
    ) -> None:
        make_person(session, confirmed=False)
        page = client.post("/sign-in", data={"email": "alice@example.org", "password": PASSWORD})
        assert page.status_code == 422
        assert "not confirmed yet" in page.main
        assert "Send the confirmation link again" in page.texts("a")

    @pytest.mark.parametrize(
        "answers", [{}, {"email": " ", "password": ""}, {"email": "x" * 100_000, "password": "y"}]
    )
    def test_nonsense_gets_a_sentence(self, client: InspectingClient, answers: dict[str, str]) -> None:
        assert client.post("/sign-in", data=answers).status_code == 422

    def test_an_old_page_signs_in_again(self, client: InspectingClient, session: Session) -> None:
        make_person(session)
        answers = {"email": "alice@example.org", "password": PASSWORD, "once": "abc"}
        client.post("/sign-in", data=answers)
        client.post("/sign-out")
        client.post("/sign-in", data=answers)
        assert client.get("/profile").status_code == 200

    def test_whoever_is_signed_in_goes_on(self, client: InspectingClient, session: Session) -> None:
        client.sign_in(make_person(session))
        assert client.get("/sign-in?next=/profile").location == "/profile"

    def test_the_page_asks_the_database_nothing(
        self, client: InspectingClient, statements: list[str]
    ) -> None:
        client.get("/sign-in")
        statements.clear()
        client.get("/sign-in")
        assert statements == []


def test_signing_out_ends_the_session_itself(client: InspectingClient, session: Session) -> None:
    client.sign_in(make_person(session))
    with client.session_transaction() as cookie:
        stolen = dict(cookie)
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/profile").location.startswith("/sign-in")
    with client.session_transaction() as cookie:
        cookie.update(stolen)
    assert client.get("/profile").location.startswith("/sign-in")


def test_a_visitor_may_sign_out(client: InspectingClient) -> None:
    assert client.post("/sign-out").location == "/sign-in"


class TestForgottenPassword:
    def test_it_works(self, client: InspectingClient, session: Session, outside: Outside) -> None:
        alice = make_person(session)
        open_session(session, alice, FROZEN_NOW, "elsewhere")
        assert client.get("/forgot-password").h1 == "Forgot your password?"
        client.post("/forgot-password", data={"email": "alice@example.org"})
        link = link_in(outside)
        assert client.get(link).h1 == "Choose a new password"
        assert client.post(link, data={"new_password": NEW_PASSWORD}).location == "/sign-in"
        assert outside.mailer.sent[-1].subject == "Your Ceu password was changed"
        assert list_open_sessions(session, alice.id, FROZEN_NOW) == []
        assert (
            client.post("/sign-in", data={"email": alice.email, "password": NEW_PASSWORD}).location == "/home"
        )
        assert client.get(link).status_code == 410

    def test_a_weak_password_leaves_the_link_usable(
        self, client: InspectingClient, session: Session, outside: Outside
    ) -> None:
        make_person(session)
        client.post("/forgot-password", data={"email": "alice@example.org"})
        page = client.post(link_in(outside), data={"new_password": "password1234"})
        assert page.status_code == 422
        assert "easy to guess" in page.main
        assert client.get(link_in(outside)).status_code == 200

    def test_it_needs_an_address(self, client: InspectingClient) -> None:
        page = client.post("/forgot-password", data={"email": "alice"})
        assert page.status_code == 422
        assert "not an e-mail address" in page.main


class TestProfile:
    def test_it_works(self, client: InspectingClient, session: Session) -> None:
        alice = make_person(session)
        client.sign_in(alice)
        assert client.get("/profile").h1 == "Profile and sign-in"
        answers = {"name": "  Alice   B. Example ", "time_zone": "America/New_York"}
        assert client.post("/profile", data=answers).location == "/profile"
        changed = session.get_one(Person, alice.id)
        assert (changed.name, changed.time_zone) == ("Alice B. Example", "America/New_York")

    def test_a_refusal_saves_nothing(self, client: InspectingClient, session: Session) -> None:
        alice = make_person(session)
        client.sign_in(alice)
        page = client.post("/profile", data={"name": "", "time_zone": "America/New_York"})
        assert page.status_code == 422
        assert session.get_one(Person, alice.id).time_zone == "America/Los_Angeles"

    def test_it_lists_the_browsers_and_ends_the_others(
        self, client: InspectingClient, session: Session
    ) -> None:
        alice = make_person(session)
        open_session(session, alice, FROZEN_NOW, "Mozilla/5.0 (iPhone) Safari/604.1")
        client.sign_in(alice)
        assert "Safari on iPhone" in client.get("/profile").main
        assert client.post("/profile/sign-out-elsewhere").location == "/profile"
        page = client.get("/profile")
        assert "Signed out elsewhere: 1." in page.main
        assert "Safari on iPhone" not in page.main

    def test_visitors_are_asked_to_sign_in(self, client: InspectingClient) -> None:
        for path in ("/profile", "/profile/password", "/organizations"):
            assert client.get(path).location == f"/sign-in?next={path}"
        assert client.post("/profile/sign-out-elsewhere").location == "/sign-in"

    def test_the_password_changes(self, client: InspectingClient, session: Session, outside: Outside) -> None:
        alice = make_person(session)
        open_session(session, alice, FROZEN_NOW, "elsewhere")
        client.sign_in(alice)
        assert client.get("/profile/password").h1 == "Change password"
        answers = {"password": PASSWORD, "new_password": NEW_PASSWORD}
        assert client.post("/profile/password", data=answers).location == "/profile"
        assert client.get("/profile").status_code == 200
        assert len(list_open_sessions(session, alice.id, FROZEN_NOW)) == 1
        assert outside.mailer.sent[-1].subject == "Your Ceu password was changed"

    @pytest.mark.parametrize(
        ("answers", "sentence"),
        [
            ({"password": "wrong", "new_password": NEW_PASSWORD}, "not the password of your account"),
            ({"password": PASSWORD, "new_password": "short"}, "at least 12"),
            ({"password": PASSWORD, "new_password": "alice's new password"}, "your name"),
            ({}, "Type your present password"),
        ],
    )
    def test_a_refused_change_changes_nothing(
        self,
        client: InspectingClient,
        session: Session,
        outside: Outside,
        answers: dict[str, str],
        sentence: str,
    ) -> None:
        alice = make_person(session)
        open_session(session, alice, FROZEN_NOW, "elsewhere")
        client.sign_in(alice)
        page = client.post("/profile/password", data=answers)
        assert page.status_code == 422
        assert sentence in page.main
        assert is_password(PASSWORD, session.get_one(Person, alice.id).password_hash)
        assert session.scalar(select(func.count()).where(SignInSession.ended_at.is_not(None))) == 0
        assert outside.mailer.sent == []

    def test_guessing_the_present_password_is_slowed(
        self, client: InspectingClient, session: Session
    ) -> None:
        client.sign_in(make_person(session))
        answers = {"password": "wrong", "new_password": NEW_PASSWORD}
        assert [client.post("/profile/password", data=answers).status_code for _ in range(6)] == [422] * 5 + [
            429
        ]


def test_messages_are_short_plain_text(client: InspectingClient, session: Session, outside: Outside) -> None:
    register(session, FROZEN_NOW, **{**ANSWERS, "name": "Erin <O'Example> & Co"})
    client.post("/resend-confirmation", data={"email": "erin@example.org"})
    text = outside.mailer.sent[-1].text
    assert "Hello Erin <O'Example> & Co," in text
    assert "&lt;" not in text
    assert len(text) < 800
