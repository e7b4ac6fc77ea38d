"""Registration, sign-in and passwords."""

from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.accounts.emails import NOWHERE, normalize_email, plain_email
from ceu.accounts.models import OneTimeLink, PasswordFailure, Person, SignInSession
from ceu.accounts.passwords import NO_PASSWORD, hash_password, is_password, needs_rehash, weakness_of
from ceu.accounts.queries import (
    count_links_since,
    find_link,
    find_person_by_email,
    find_principal_by_session_key,
    get_person,
    list_failures,
)
from ceu.accounts.throttle import (
    FAILURES_PER_ACCOUNT,
    FAILURES_PER_NETWORK,
    WINDOW,
    account_bucket,
    network_bucket,
    refuse_if_too_many,
)
from ceu.accounts.time_zones import KEYS as TIME_ZONE_KEYS
from ceu.accounts.tokens import digest, new_token
from ceu.db.lasting import add_lasting
from ceu.domain.errors import DomainError
from ceu.domain.principal import Principal

SESSION_LIFE = timedelta(days=14)
LINK_LIFE = {"confirm_email": timedelta(hours=48), "reset_password": timedelta(hours=1)}
LINKS_PER_HOUR = 5


class AddressTaken(DomainError):
    """The address has a confirmed account; its owner is told by mail, whoever asked is not."""

    def __init__(self, email: str) -> None:
        super().__init__("This address has an account already. Sign in instead.", field="email")
        self.email = email


class AddressUnconfirmed(DomainError):
    """The password is right, but the address was never confirmed."""


def register(
    session: Session, now: datetime, *, email: str, name: str, password: str, time_zone: str
) -> tuple[Person, str]:
    """Open an account that waits for its address to be confirmed; return it with the token of the link to mail.

    Registering an unconfirmed address again starts over: whoever registered it first may not have been its owner.
    Raises AddressTaken for a confirmed one, after the same work.
    """
    email = normalize_email(email)
    _check_person(name, time_zone)
    _check_password(password, name, email, field="password")
    password_hash = hash_password(password)
    person = find_person_by_email(session, email)
    if person is None:
        person = Person(
            email=email, name=name, password_hash=password_hash, time_zone=time_zone, created_at=now
        )
        try:
            with session.begin_nested():
                session.add(person)
        except IntegrityError:
            raise AddressTaken(email) from None
    elif person.confirmed_at is not None:
        raise AddressTaken(email)
    else:
        person.name, person.password_hash, person.time_zone = name, password_hash, time_zone
    return person, _make_link(session, now, person, "confirm_email")


def request_confirmation(session: Session, now: datetime, email: str) -> tuple[Person, str] | None:
    """A new confirmation link, or None when there is nothing to confirm or too many were asked for."""
    person = find_person_by_email(session, email)
    if person is None or person.confirmed_at is not None:
        return None
    return _link_within_reason(session, now, person, "confirm_email")


def confirm_email(session: Session, now: datetime, token: str) -> Person:
    """Use a confirmation link: the account is open from now on. Raises DomainError for a link that no longer works."""
    person = _use_link(session, now, token, "confirm_email")
    person.confirmed_at = person.confirmed_at or now
    session.flush()
    return person


def confirm_and_sign_in(
    session: Session, now: datetime, token: str, password: str, user_agent: str
) -> tuple[Principal, str]:
    """Use a confirmation link with the password chosen at registration, and sign in.

    The password is asked for because somebody else may have registered the address with one of theirs.
    """
    link = find_link(session, "confirm_email", token, now)
    if link is None:
        raise _dead_link()
    confirm_identity(session, now, link.person_id, password)
    return _enter(session, now, confirm_email(session, now, token), user_agent)


def sign_in(
    session: Session, now: datetime, *, email: str, password: str, network_address: str, user_agent: str
) -> tuple[Principal, str]:
    """Check an address and password and return the principal with the key of a new session.

    Raises TooManyAttempts, AddressUnconfirmed, or DomainError with one sentence for an unknown address and a wrong
    password alike.
    """
    email = plain_email(email)
    buckets = (
        (account_bucket(email), FAILURES_PER_ACCOUNT),
        (network_bucket(network_address), FAILURES_PER_NETWORK),
    )
    person = find_person_by_email(session, email)
    if person is not None:
        _wait_for_others(session, person)
    for bucket, limit in buckets:
        refuse_if_too_many(list_failures(session, bucket, now - WINDOW), limit, now)
    if not is_password(password, person.password_hash if person else None) or person is None:
        _note_failure(session, now, *(bucket for bucket, _ in buckets))
        raise DomainError(
            "This e-mail address and password do not go together. Check both, or choose a new password.",
            field="password",
        )
    _forget_failures(session, email)
    if person.confirmed_at is None:
        raise AddressUnconfirmed(
            "This address is not confirmed yet. Open the link in the message we sent, or ask for a new one below.",
            field="email",
        )
    if needs_rehash(person.password_hash):
        person.password_hash = hash_password(password)
    return _enter(session, now, person, user_agent)


def confirm_identity(session: Session, now: datetime, person_id: int, password: str) -> None:
    """Make sure that the person at the keyboard knows the account's password, as before signing.

    Raises DomainError on ``password``, or TooManyAttempts; failures stay counted when the request is refused.
    """
    person = get_person(session, person_id)
    _wait_for_others(session, person)
    bucket = account_bucket(person.email)
    refuse_if_too_many(list_failures(session, bucket, now - WINDOW), FAILURES_PER_ACCOUNT, now)
    if not is_password(password, person.password_hash):
        _note_failure(session, now, bucket)
        raise DomainError("This is not the password of your account. Type it again.", field="password")
    _forget_failures(session, person.email)


def open_account_of_platform(session: Session, now: datetime, name: str, time_zone: str) -> Person:
    """An account that only a learning platform opens: without a password, at an address that reaches nobody.

    An address the platform names is not taken: it would make the platform, or whoever it is, the owner of that address here.
    """
    _check_person(name, time_zone)
    person = Person(
        email=f"{token_hex(16)}@{NOWHERE}",
        name=name,
        password_hash=NO_PASSWORD,
        time_zone=time_zone,
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def open_session(
    session: Session, person: Person, now: datetime, user_agent: str, *, only_courses: bool = False
) -> str:
    """Sign a browser in as this person for 14 days and return the key it must show."""
    key = new_token()
    session.add(
        SignInSession(
            key_hash=digest(key),
            person_id=person.id,
            user_agent=user_agent[:200],
            only_courses=only_courses,
            created_at=now,
            expires_at=now + SESSION_LIFE,
        )
    )
    session.flush()
    return key


def close_session(session: Session, now: datetime, key: str) -> None:
    """End the session with this key; without one, nothing happens."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.key_hash == digest(key), SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def close_other_sessions(session: Session, now: datetime, person_id: int, key: str | None) -> int:
    """End all sessions of a person except the one with this key; return how many were open."""
    ended = update(SignInSession).where(
        SignInSession.person_id == person_id,
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > now,
    )
    if key is not None:
        ended = ended.where(SignInSession.key_hash != digest(key))
    return int(session.execute(ended.values(ended_at=now)).rowcount)  # type: ignore[attr-defined]


def close_sessions_of_platforms(session: Session, now: datetime, person_id: int) -> None:
    """End every session of a person that a learning platform opened."""
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.only_courses.is_(True),
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=now)
    )


def request_password_reset(session: Session, now: datetime, email: str) -> tuple[Person, str] | None:
    """A link to choose a new password with, or None when the address has no account or too many were asked for."""
    person = find_person_by_email(session, email)
    return _link_within_reason(session, now, person, "reset_password") if person else None


def reset_password(session: Session, now: datetime, token: str, password: str) -> Person:
    """Use a reset link: set the password and end every session.

    Whoever opens the link reads the mailbox, so the address is confirmed too. The field of a refused password is
    ``new_password``.
    """
    link = find_link(session, "reset_password", token, now)
    if link is None:
        raise _dead_link()
    person = get_person(session, link.person_id)
    _check_password(password, person.name, person.email, field="new_password")
    _use_link(session, now, token, "reset_password")
    person.password_hash = hash_password(password)
    person.confirmed_at = person.confirmed_at or now
    _forget_failures(session, person.email)
    close_other_sessions(session, now, person.id, None)
    session.flush()
    return person


def change_password(
    session: Session, now: datetime, *, person_id: int, password: str, new_password: str, key: str
) -> Person:
    """Set a new password, given the present one, and end all sessions but the one with this key."""
    confirm_identity(session, now, person_id, password)
    person = get_person(session, person_id)
    _check_password(new_password, person.name, person.email, field="new_password")
    person.password_hash = hash_password(new_password)
    close_other_sessions(session, now, person_id, key)
    session.flush()
    return person


def change_profile(session: Session, person_id: int, name: str, time_zone: str) -> Person:
    """Set the legal name, as certificates print it from now on, and the time zone."""
    _check_person(name, time_zone)
    person = get_person(session, person_id)
    person.name, person.time_zone = name, time_zone
    session.flush()
    return person


def _check_person(name: str, time_zone: str) -> None:
    if not any(letter.isalpha() for letter in name):
        raise DomainError("Enter your legal name, as a certificate should print it.", field="name")
    if time_zone not in TIME_ZONE_KEYS:
        raise DomainError("Choose one of the time zones offered.", field="time_zone")


def _check_password(password: str, name: str, email: str, field: str) -> None:
    weakness = weakness_of(password, name=name, email=email)
    if weakness is not None:
        raise DomainError(weakness, field=field)


def _enter(session: Session, now: datetime, person: Person, user_agent: str) -> tuple[Principal, str]:
    key = open_session(session, person, now, user_agent)
    principal = find_principal_by_session_key(session, key, now)
    if principal is None:
        raise RuntimeError("A session that was just opened cannot be found.")
    return principal, key


def _wait_for_others(session: Session, person: Person) -> None:
    # Guesses sent side by side are checked one after the other; one that comes while the last failure is being saved
    # may slip through. The lock lets rows that refer to the person pass.
    session.refresh(person, with_for_update={"key_share": True})


def _note_failure(session: Session, now: datetime, *buckets: str) -> None:
    session.execute(delete(PasswordFailure).where(PasswordFailure.at < now - WINDOW))
    for bucket in buckets:
        add_lasting(session, PasswordFailure(bucket=bucket, at=now))


def _forget_failures(session: Session, email: str) -> None:
    session.execute(delete(PasswordFailure).where(PasswordFailure.bucket == account_bucket(email)))


def _link_within_reason(
    session: Session, now: datetime, person: Person, purpose: str
) -> tuple[Person, str] | None:
    if count_links_since(session, person.id, purpose, now - timedelta(hours=1)) >= LINKS_PER_HOUR:
        return None
    return person, _make_link(session, now, person, purpose)


def _make_link(session: Session, now: datetime, person: Person, purpose: str) -> str:
    token = new_token()
    session.add(
        OneTimeLink(
            token_hash=digest(token),
            purpose=purpose,
            person_id=person.id,
            created_at=now,
            expires_at=now + LINK_LIFE[purpose],
        )
    )
    session.flush()
    return token


def _use_link(session: Session, now: datetime, token: str, purpose: str) -> Person:
    link = find_link(session, purpose, token, now)
    if link is None:
        raise _dead_link()
    person = session.get_one(Person, link.person_id, with_for_update=True)
    session.refresh(link)
    if link.used_at is not None:
        raise _dead_link()
    session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.person_id == person.id, OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None)
        )
        .values(used_at=now)
    )
    return person


def _dead_link() -> DomainError:
    return DomainError("This link no longer works: it was used, or it is too old. Ask for a new one.")
