"""Asking for supervision: invited, accepted once with a license, declined, sent again, ended."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.accounts.tokens import digest
from ceu.adapters.outside import Outside
from ceu.domain.errors import DomainError
from ceu.experience.checks import LicenseFacts
from ceu.experience.models import Supervision, WorkSetting
from ceu.experience.queries import find_supervision_by_token
from ceu.experience.services import (
    INVITATION_LIFE,
    accept_invitation,
    decline_invitation,
    end_supervision,
    invite_supervisor,
    is_open_invitation,
    resend_invitation,
)
from tests.experience.builders import log, make_supervision, sheet_of
from tests.factories import FROZEN_NOW, make_person

LICENSE = LicenseFacts("LMFT", "98765", date(2015, 5, 1), date(2028, 3, 31))


def accept(
    session: Session, outside: Outside, supervision: Supervision, person: Person, **facts: object
) -> None:
    license_facts = replace(LICENSE, **facts)  # type: ignore[arg-type]
    accept_invitation(
        session,
        FROZEN_NOW,
        supervision,
        supervisor=person,
        license_facts=license_facts,
        related=False,
    )


def test_a_supervisor_is_invited(session: Session, bayview: WorkSetting) -> None:
    supervision, token = invite_supervisor(session, FROZEN_NOW, bayview, "Dana", " Dana@Example.org ")
    assert supervision.invited_email == "dana@example.org"
    assert supervision.token_hash == digest(token) != token
    assert find_supervision_by_token(session, digest(token)) is supervision
    assert is_open_invitation(supervision, FROZEN_NOW)


@pytest.mark.parametrize("email", ["alice@example.org", "ALICE@Example.ORG", " alice@example.org"])
def test_nobody_invites_themselves(session: Session, bayview: WorkSetting, email: str) -> None:
    with pytest.raises(DomainError, match="your own address") as caught:
        invite_supervisor(session, FROZEN_NOW, bayview, "Me", email)
    assert caught.value.field == "email"


@pytest.mark.parametrize("email", ["dana", "dana@", "a@b@c", "dana@example.org,eve@example.org"])
def test_an_invitation_needs_an_address(session: Session, bayview: WorkSetting, email: str) -> None:
    with pytest.raises(DomainError) as caught:
        invite_supervisor(session, FROZEN_NOW, bayview, "Dana", email)
    assert caught.value.field == "email"


def test_the_same_person_is_not_invited_twice(session: Session, bayview: WorkSetting) -> None:
    first, _ = invite_supervisor(session, FROZEN_NOW, bayview, "Dana", "dana@example.org")
    with pytest.raises(DomainError, match="Send the invitation again"):
        invite_supervisor(session, FROZEN_NOW, bayview, "Dana", "DANA@example.org")
    first.declined_at = FROZEN_NOW
    invite_supervisor(session, FROZEN_NOW, bayview, "Dana", "dana@example.org")


def test_an_invitation_is_accepted(
    session: Session, outside: Outside, bayview: WorkSetting, dana: Person
) -> None:
    log(session, outside, bayview)
    invited = make_supervision(session, bayview)
    accept(session, outside, invited, dana)
    assert invited.is_active
    assert (invited.supervisor_id, invited.license_number, invited.related) == (dana.id, "98765", False)
    assert sheet_of(session, bayview).supervision_id == invited.id


def test_an_invitation_is_accepted_only_once(
    session: Session, outside: Outside, bayview: WorkSetting, dana: Person, bob: Person
) -> None:
    invited = make_supervision(session, bayview)
    accept(session, outside, invited, dana)
    for person in (dana, bob):
        with pytest.raises(DomainError, match="accepted already"):
            accept(session, outside, invited, person)
    assert invited.supervisor_id == dana.id


def test_nobody_supervises_themselves(
    session: Session, outside: Outside, bayview: WorkSetting, alice: Person
) -> None:
    with pytest.raises(DomainError, match="your own log"):
        accept(session, outside, make_supervision(session, bayview), alice)


def test_an_invitation_is_for_its_address_only(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    invited = make_supervision(session, bayview)
    with pytest.raises(DomainError, match="another address"):
        accept(session, outside, invited, make_person(session, "mallory"))
    assert invited.accepted_at is None


def test_nobody_supervises_twice_in_one_setting(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    with pytest.raises(DomainError, match="You supervise in this setting already"):
        accept(session, outside, make_supervision(session, bayview), dana)


def test_an_expired_license_does_not_supervise(
    session: Session, outside: Outside, bayview: WorkSetting, dana: Person
) -> None:
    with pytest.raises(DomainError) as caught:
        accept(
            session, outside, make_supervision(session, bayview), dana, license_expires_on=date(2026, 11, 23)
        )
    assert caught.value.field == "license_expires_on"


@pytest.mark.parametrize(
    "changes",
    [
        {"declined_at": FROZEN_NOW},
        {"ended_at": FROZEN_NOW},
        {"invited_at": FROZEN_NOW - INVITATION_LIFE},
    ],
)
def test_an_invitation_that_is_no_longer_open_is_not_accepted(
    session: Session, outside: Outside, bayview: WorkSetting, dana: Person, changes: dict[str, object]
) -> None:
    invited = make_supervision(session, bayview, **changes)
    with pytest.raises(DomainError, match="no longer open"):
        accept(session, outside, invited, dana)


def test_the_link_works_until_its_last_second(
    session: Session, outside: Outside, bayview: WorkSetting, dana: Person
) -> None:
    invited = make_supervision(
        session, bayview, invited_at=FROZEN_NOW - INVITATION_LIFE + timedelta(seconds=1)
    )
    accept(session, outside, invited, dana)


def test_an_invitation_is_declined_for_good(
    session: Session, bayview: WorkSetting, supervision: Supervision
) -> None:
    invited = make_supervision(session, bayview)
    decline_invitation(session, FROZEN_NOW, invited)
    decline_invitation(session, FROZEN_NOW + timedelta(days=1), invited)
    assert invited.declined_at == FROZEN_NOW
    with pytest.raises(DomainError, match="accepted already"):
        decline_invitation(session, FROZEN_NOW, supervision)


def test_an_invitation_sent_again_has_a_new_link(session: Session, bayview: WorkSetting) -> None:
    invited, old = invite_supervisor(session, FROZEN_NOW, bayview, "Dana", "dana@example.org")
    later = FROZEN_NOW + INVITATION_LIFE
    assert not is_open_invitation(invited, later)
    new = resend_invitation(session, later, invited)
    assert find_supervision_by_token(session, digest(old)) is None
    assert find_supervision_by_token(session, digest(new)) is invited
    assert is_open_invitation(invited, later)


def test_an_answered_invitation_is_not_sent_again(session: Session, supervision: Supervision) -> None:
    with pytest.raises(DomainError, match="has been answered"):
        resend_invitation(session, FROZEN_NOW, supervision)


def test_a_supervision_ends_once(session: Session, outside: Outside, supervision: Supervision) -> None:
    end_supervision(session, FROZEN_NOW, supervision)
    end_supervision(session, FROZEN_NOW + timedelta(days=1), supervision)
    assert supervision.ended_at == FROZEN_NOW
