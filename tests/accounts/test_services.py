"""Registration, sign-in and passwords, with a database."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts import services
from ceu.accounts.models import OneTimeLink, PasswordFailure, Person, SignInSession
from ceu.accounts.passwords import is_password, needs_rehash
from ceu.accounts.queries import (
    find_link,
    find_person_by_email,
    find_principal_by_session_key,
    list_open_sessions,
)
from ceu.domain.errors import DomainError, TooManyAttempts
from ceu.domain.permissions import Role
from tests.factories import FROZEN_NOW, PASSWORD, make_organization, make_person

NEW_PASSWORD = "seven quiet limestone quarries"
MINUTE = timedelta(minutes=1)


def register(session: Session, **changes: str) -> tuple[Person, str]:
    answers = {
        "email": "Erin@Example.org",
        "name": "Erin Example",
        "password": NEW_PASSWORD,
        "time_zone": "America/New_York",
    }
    return services.register(session, FROZEN_NOW, **{**answers, **changes})


def sign_in(
    session: Session,
    email: str = "alice@example.org",
    password: str = PASSWORD,
    after: timedelta = MINUTE * 0,
):
    return services.sign_in(
        session,
        FROZEN_NOW + after,
        email=email,
        password=password,
        network_address="203.0.113.7",
        user_agent="tests",
    )


class TestRegister:
    def test_it_works(self, session: Session) -> None:
        person, token = register(session)
        assert (person.email, person.name, person.time_zone) == (
            "erin@example.org",
            "Erin Example",
            "America/New_York",
        )
        assert person.confirmed_at is None
        assert is_password(NEW_PASSWORD, person.password_hash)
        link = find_link(session, "confirm_email", token, FROZEN_NOW)
        assert link is not None
        assert link.person_id == person.id
        assert token not in (link.token_hash, person.password_hash)

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("email", "erin", "not an e-mail address"),
            ("name", "12", "legal name"),
            ("name", "", "legal name"),
            ("password", "short", "at least 12"),
            ("password", "erin, my example", "your name"),
            ("time_zone", "Mars/Olympus", "time zones offered"),
        ],
    )
    def test_it_refuses_with_a_sentence(
        self, session: Session, field: str, value: str, sentence: str
    ) -> None:
        with pytest.raises(DomainError, match=sentence) as refusal:
            register(session, **{field: value})
        assert refusal.value.field == field
        assert find_person_by_email(session, "erin@example.org") is None

    def test_a_confirmed_address_is_taken(self, session: Session) -> None:
        alice = make_person(session)
        with pytest.raises(services.AddressTaken) as taken:
            register(session, email="ALICE@example.org")
        assert taken.value.email == "alice@example.org"
        assert is_password(PASSWORD, alice.password_hash)

    def test_an_unconfirmed_address_starts_over(self, session: Session) -> None:
        first, old_token = register(session, name="Somebody Else", password="a stranger chose these words")
        again, new_token = register(session)
        assert again.id == first.id
        assert again.name == "Erin Example"
        assert not is_password("a stranger chose these words", again.password_hash)
        assert old_token != new_token

    def test_a_lost_race_looks_like_a_taken_address(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_person(session)
        monkeypatch.setattr(services, "find_person_by_email", lambda *_: None)
        with pytest.raises(services.AddressTaken):
            register(session, email="alice@example.org")
        assert session.scalars(select(Person)).one().name == "Alice Example"


class TestConfirm:
    def test_it_works(self, session: Session) -> None:
        person, token = register(session)
        principal, key = services.confirm_and_sign_in(session, FROZEN_NOW, token, NEW_PASSWORD, "tests")
        assert person.confirmed_at == FROZEN_NOW
        assert find_principal_by_session_key(session, key, FROZEN_NOW) == principal

    def test_the_link_works_once(self, session: Session) -> None:
        _, token = register(session)
        services.confirm_email(session, FROZEN_NOW, token)
        with pytest.raises(DomainError, match="no longer works"):
            services.confirm_email(session, FROZEN_NOW, token)

    def test_one_use_ends_all_links_of_its_kind(self, session: Session) -> None:
        person, token = register(session)
        _, other = services.request_confirmation(session, FROZEN_NOW, person.email)
        services.confirm_email(session, FROZEN_NOW, other)
        assert find_link(session, "confirm_email", token, FROZEN_NOW) is None

    @pytest.mark.parametrize(("hours", "works"), [(47, True), (48, False)])
    def test_the_link_works_for_two_days(self, session: Session, hours: int, works: bool) -> None:
        _, token = register(session)
        found = find_link(session, "confirm_email", token, FROZEN_NOW + timedelta(hours=hours))
        assert (found is not None) == works

    def test_whoever_registered_it_with_another_password_gains_nothing(self, session: Session) -> None:
        person, token = register(session, password="a stranger chose these words")
        with pytest.raises(DomainError, match="not the password"):
            services.confirm_and_sign_in(session, FROZEN_NOW, token, NEW_PASSWORD, "tests")
        assert person.confirmed_at is None

    def test_a_link_of_another_kind_does_not_confirm(self, session: Session) -> None:
        person, _ = register(session)
        _, reset = services.request_password_reset(session, FROZEN_NOW, person.email)
        with pytest.raises(DomainError, match="no longer works"):
            services.confirm_email(session, FROZEN_NOW, reset)

    def test_nothing_is_resent_where_nothing_waits(self, session: Session) -> None:
        make_person(session)
        assert services.request_confirmation(session, FROZEN_NOW, "alice@example.org") is None
        assert services.request_confirmation(session, FROZEN_NOW, "nobody@example.org") is None

    def test_a_mailbox_is_not_flooded(self, session: Session) -> None:
        register(session)
        sent = [
            services.request_confirmation(session, FROZEN_NOW + MINUTE * i, "erin@example.org")
            for i in range(10)
        ]
        assert sum(link is not None for link in sent) == 4
        assert (
            services.request_confirmation(session, FROZEN_NOW + MINUTE * 90, "erin@example.org") is not None
        )


class TestSignIn:
    def test_it_works(self, session: Session) -> None:
        alice = make_person(session)
        organization = make_organization(session, (alice, Role.CE_DIRECTOR))
        principal, key = sign_in(session, " ALICE@example.org ")
        assert principal.person_id == alice.id
        assert principal.roles == {organization.id: Role.CE_DIRECTOR}
        assert find_principal_by_session_key(session, key, FROZEN_NOW) == principal
        assert session.scalars(select(SignInSession)).one().key_hash != key

    def test_an_outdated_hash_is_renewed(self, session: Session) -> None:
        alice = make_person(session)
        sign_in(session)
        assert not needs_rehash(alice.password_hash)
        assert is_password(PASSWORD, alice.password_hash)

    def test_unknown_and_wrong_sound_alike(self, session: Session) -> None:
        make_person(session)
        sentences = set()
        for email, password in (
            ("alice@example.org", "wrong"),
            ("nobody@example.org", PASSWORD),
            ("\x1f", "x"),
        ):
            with pytest.raises(DomainError) as refusal:
                sign_in(session, email, password)
            sentences.add((type(refusal.value), refusal.value.message, refusal.value.field))
        assert len(sentences) == 1

    def test_an_unconfirmed_account_is_told_so_after_the_right_password_only(self, session: Session) -> None:
        make_person(session, confirmed=False)
        with pytest.raises(DomainError, match="do not go together"):
            sign_in(session, password="wrong")
        with pytest.raises(services.AddressUnconfirmed, match="not confirmed"):
            sign_in(session)

    @pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org"])
    def test_the_sixth_attempt_in_a_quarter_of_an_hour_waits(self, session: Session, email: str) -> None:
        make_person(session)
        for _ in range(5):
            with pytest.raises(DomainError, match="do not go together"):
                sign_in(session, email, "wrong")
        with pytest.raises(TooManyAttempts, match="in 15 minutes"):
            sign_in(session, email)

    def test_after_a_quarter_of_an_hour_the_owner_gets_in(self, session: Session) -> None:
        alice = make_person(session)
        for _ in range(5):
            with pytest.raises(DomainError):
                sign_in(session, password="wrong")
        assert sign_in(session, after=MINUTE * 15)[0].person_id == alice.id

    def test_success_clears_the_count(self, session: Session) -> None:
        make_person(session)
        for _ in range(3):
            for _ in range(4):
                with pytest.raises(DomainError, match="do not go together"):
                    sign_in(session, password="wrong")
            sign_in(session)

    def test_a_network_that_tries_many_addresses_waits(self, session: Session) -> None:
        make_person(session)
        for number in range(30):
            with pytest.raises(DomainError, match="do not go together"):
                sign_in(session, f"person{number}@example.org")
        with pytest.raises(TooManyAttempts):
            sign_in(session)

    def test_old_failures_are_not_kept(self, session: Session) -> None:
        for minutes in (0, 60):
            with pytest.raises(DomainError):
                sign_in(session, after=MINUTE * minutes)
        assert {row.at for row in session.scalars(select(PasswordFailure))} == {FROZEN_NOW + MINUTE * 60}


class TestSessions:
    @pytest.mark.parametrize(("days", "open_"), [(13, True), (14, False)])
    def test_a_session_lasts_fourteen_days(self, session: Session, days: int, open_: bool) -> None:
        key = services.open_session(session, make_person(session), FROZEN_NOW, "tests")
        found = find_principal_by_session_key(session, key, FROZEN_NOW + timedelta(days=days))
        assert (found is not None) == open_

    def test_a_closed_session_is_nobodys(self, session: Session) -> None:
        key = services.open_session(session, make_person(session), FROZEN_NOW, "tests")
        services.close_session(session, FROZEN_NOW, key)
        assert find_principal_by_session_key(session, key, FROZEN_NOW) is None

    def test_a_key_that_was_never_given_is_nobodys(self, session: Session) -> None:
        services.open_session(session, make_person(session), FROZEN_NOW, "tests")
        assert find_principal_by_session_key(session, "guessed", FROZEN_NOW) is None

    def test_the_other_sessions_end_and_strangers_stay(self, session: Session) -> None:
        alice, bob = make_person(session), make_person(session, "bob")
        here, there = (services.open_session(session, alice, FROZEN_NOW, "tests") for _ in range(2))
        bobs = services.open_session(session, bob, FROZEN_NOW, "tests")
        assert services.close_other_sessions(session, FROZEN_NOW, alice.id, here) == 1
        assert find_principal_by_session_key(session, there, FROZEN_NOW) is None
        assert find_principal_by_session_key(session, here, FROZEN_NOW) is not None
        assert find_principal_by_session_key(session, bobs, FROZEN_NOW) is not None

    def test_whose_session_it_is_takes_one_query(self, session: Session, statements: list[str]) -> None:
        alice = make_person(session)
        for name in ("Harbor Institute", "Hill Institute"):
            make_organization(session, (alice, Role.MEMBER), name=name)
        key = services.open_session(session, alice, FROZEN_NOW, "tests")
        session.expire_all()
        statements.clear()
        principal = find_principal_by_session_key(session, key, FROZEN_NOW)
        assert principal is not None
        assert len(principal.roles) == 2
        assert len(statements) == 1


class TestIdentity:
    def test_it_works(self, session: Session) -> None:
        services.confirm_identity(session, FROZEN_NOW, make_person(session).id, PASSWORD)

    def test_a_wrong_password_is_refused_and_counted(self, session: Session) -> None:
        alice = make_person(session)
        for _ in range(5):
            with pytest.raises(DomainError, match="not the password") as refusal:
                services.confirm_identity(session, FROZEN_NOW, alice.id, "wrong")
            assert refusal.value.field == "password"
        with pytest.raises(TooManyAttempts):
            services.confirm_identity(session, FROZEN_NOW, alice.id, PASSWORD)
        with pytest.raises(TooManyAttempts):
            sign_in(session)


class TestPasswords:
    def test_a_reset_sets_the_password_and_ends_every_session(self, session: Session) -> None:
        alice = make_person(session)
        key = services.open_session(session, alice, FROZEN_NOW, "tests")
        _, token = services.request_password_reset(session, FROZEN_NOW, "Alice@Example.org")
        services.reset_password(session, FROZEN_NOW, token, NEW_PASSWORD)
        assert is_password(NEW_PASSWORD, alice.password_hash)
        assert find_principal_by_session_key(session, key, FROZEN_NOW) is None

    def test_a_reset_lets_a_locked_out_owner_in(self, session: Session) -> None:
        make_person(session)
        for _ in range(5):
            with pytest.raises(DomainError):
                sign_in(session, password="wrong")
        _, token = services.request_password_reset(session, FROZEN_NOW, "alice@example.org")
        services.reset_password(session, FROZEN_NOW, token, NEW_PASSWORD)
        sign_in(session, password=NEW_PASSWORD)

    def test_a_reset_confirms_the_address(self, session: Session) -> None:
        person, _ = register(session)
        _, token = services.request_password_reset(session, FROZEN_NOW, person.email)
        services.reset_password(session, FROZEN_NOW, token, NEW_PASSWORD)
        assert person.confirmed_at == FROZEN_NOW

    @pytest.mark.parametrize(("minutes", "works"), [(59, True), (60, False)])
    def test_a_reset_link_works_for_an_hour(self, session: Session, minutes: int, works: bool) -> None:
        make_person(session)
        _, token = services.request_password_reset(session, FROZEN_NOW, "alice@example.org")
        assert (
            find_link(session, "reset_password", token, FROZEN_NOW + MINUTE * minutes) is not None
        ) == works

    def test_a_weak_password_does_not_use_the_link_up(self, session: Session) -> None:
        make_person(session)
        _, token = services.request_password_reset(session, FROZEN_NOW, "alice@example.org")
        with pytest.raises(DomainError, match="at least 12") as refusal:
            services.reset_password(session, FROZEN_NOW, token, "short")
        assert refusal.value.field == "new_password"
        services.reset_password(session, FROZEN_NOW, token, NEW_PASSWORD)
        with pytest.raises(DomainError, match="no longer works"):
            services.reset_password(session, FROZEN_NOW, token, NEW_PASSWORD)

    def test_an_unknown_address_gets_no_link(self, session: Session) -> None:
        assert services.request_password_reset(session, FROZEN_NOW, "nobody@example.org") is None
        assert session.scalars(select(OneTimeLink)).all() == []

    def test_a_change_keeps_this_session_only(self, session: Session) -> None:
        alice = make_person(session)
        here, _ = (services.open_session(session, alice, FROZEN_NOW, "tests") for _ in range(2))
        services.change_password(
            session, FROZEN_NOW, person_id=alice.id, password=PASSWORD, new_password=NEW_PASSWORD, key=here
        )
        assert is_password(NEW_PASSWORD, alice.password_hash)
        assert len(list_open_sessions(session, alice.id, FROZEN_NOW)) == 1
        assert find_principal_by_session_key(session, here, FROZEN_NOW) is not None

    def test_a_change_needs_the_present_password(self, session: Session) -> None:
        alice = make_person(session)
        with pytest.raises(DomainError, match="not the password"):
            services.change_password(
                session, FROZEN_NOW, person_id=alice.id, password="wrong", new_password=NEW_PASSWORD, key="x"
            )
        assert is_password(PASSWORD, alice.password_hash)


def test_a_profile_changes(session: Session) -> None:
    alice = make_person(session)
    services.change_profile(session, alice.id, "Alice B. Example", "Europe/London")
    assert (alice.name, alice.time_zone) == ("Alice B. Example", "Europe/London")


def test_a_profile_needs_a_name(session: Session) -> None:
    with pytest.raises(DomainError, match="legal name"):
        services.change_profile(session, make_person(session).id, "...", "Europe/London")
