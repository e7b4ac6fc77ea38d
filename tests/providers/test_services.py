"""The profile of a provider, and approvals that are never deleted."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.domain.errors import DomainError, NotFound
from ceu.domain.permissions import Role
from ceu.domain.principal import Principal
from ceu.providers.models import Provider, ProviderApproval
from ceu.providers.queries import (
    approval_for,
    approvals_on,
    list_managed,
    organization_to_provide_for,
    provider_for,
    provider_of_organization,
)
from ceu.providers.services import correct_approval, save_provider, strike_approval
from tests.factories import FROZEN_NOW, make_organization, make_person
from tests.providers.builders import LETTER, PROFILE, make_approval, make_provider


class TestProfile:
    def test_it_works(self, session: Session) -> None:
        organization = make_organization(session)
        provider = make_provider(session, organization)
        assert provider_of_organization(session, organization.id) is provider
        assert {name: getattr(provider, name) for name in PROFILE} == PROFILE

    def test_saving_again_changes_it(self, session: Session) -> None:
        organization = make_organization(session)
        make_provider(session, organization)
        save_provider(session, organization.id, **{**PROFILE, "phone": "(510) 555-0199"})
        assert [provider.phone for provider in session.scalars(select(Provider))] == ["(510) 555-0199"]

    def test_it_needs_an_address_that_can_be_one(self, session: Session) -> None:
        with pytest.raises(DomainError, match="not an e-mail address"):
            save_provider(session, make_organization(session).id, **{**PROFILE, "email": "ce"})


class TestApprovals:
    def test_it_works(self, session: Session) -> None:
        provider = make_provider(session, make_organization(session))
        approval = make_approval(session, provider)
        assert approvals_on(provider, date(2026, 11, 24)) == [approval]
        assert approvals_on(provider, date(2028, 1, 1)) == []

    def test_one_day_is_long_enough(self, session: Session) -> None:
        provider = make_provider(session, make_organization(session))
        make_approval(session, provider, valid_to=LETTER["valid_from"])
        assert len(approvals_on(provider, LETTER["valid_from"])) == 1

    def test_it_does_not_end_before_it_begins(self, session: Session) -> None:
        provider = make_provider(session, make_organization(session))
        with pytest.raises(DomainError, match="ends before it begins on 1 Jan 2026") as refusal:
            make_approval(session, provider, valid_to=date(2025, 12, 31))
        assert refusal.value.field == "valid_to"

    def test_two_of_one_body_do_not_share_a_day(self, session: Session) -> None:
        provider = make_provider(session, make_organization(session))
        make_approval(session, provider)
        with pytest.raises(
            DomainError, match="number 1000123, is valid from 1 Jan 2026 through 31 Dec 2027"
        ) as refusal:
            make_approval(
                session, provider, number="1000124", valid_from=date(2027, 12, 31), valid_to=date(2028, 1, 1)
            )
        assert refusal.value.field == "valid_from"
        make_approval(session, provider, valid_from=date(2028, 1, 1), valid_to=date(2028, 12, 31))
        make_approval(session, provider, body="APA")

    def test_a_correction_strikes_the_old_row_and_adds_one(self, session: Session) -> None:
        provider = make_provider(session, make_organization(session))
        wrong = make_approval(session, provider)
        right = correct_approval(
            session, FROZEN_NOW, wrong, **{**LETTER, "statement": "As the letter has it."}
        )
        assert wrong.struck_at == FROZEN_NOW
        assert approvals_on(provider, date(2026, 11, 24)) == [right]
        assert session.scalar(select(func.count()).select_from(ProviderApproval)) == 2

    def test_what_is_struck_out_stays_so(self, session: Session) -> None:
        provider = make_provider(session, make_organization(session))
        wrong = make_approval(session, provider)
        strike_approval(session, FROZEN_NOW, wrong)
        assert approvals_on(provider, date(2026, 11, 24)) == []
        with pytest.raises(DomainError, match="struck out already"):
            strike_approval(session, FROZEN_NOW, wrong)
        with pytest.raises(DomainError, match="struck out already"):
            correct_approval(session, FROZEN_NOW, wrong, **LETTER)

    def test_the_database_refuses_what_slips_through(self, session: Session) -> None:
        provider = make_provider(session, make_organization(session))
        make_approval(session, provider)
        for changes in ({}, {"number": "2", "valid_to": date(2020, 1, 1)}):
            with pytest.raises(IntegrityError), session.begin_nested():
                session.add(ProviderApproval(provider_id=provider.id, **{**LETTER, **changes}))


class TestDoors:
    def principal(self, **roles: Role) -> Principal:
        return Principal(
            1, "Bob", "bob@example.org", "UTC", {int(name[1:]): role for name, role in roles.items()}
        )

    def test_managers_find_their_own(self, session: Session) -> None:
        organization = make_organization(session)
        provider = make_provider(session, organization)
        approval = make_approval(session, provider)
        for role in (Role.ADMINISTRATOR, Role.CE_DIRECTOR):
            principal = self.principal(**{f"o{organization.id}": role})
            assert provider_for(session, principal, provider.id) is provider
            assert approval_for(session, principal, approval.id) is approval
            assert organization_to_provide_for(session, principal, organization.id) is organization
            assert list_managed(session, principal) == [(organization, provider)]

    def test_others_find_nothing(self, session: Session) -> None:
        organization = make_organization(session)
        provider = make_provider(session, organization)
        approval = make_approval(session, provider)
        for principal in (
            self.principal(),
            self.principal(**{f"o{organization.id}": Role.MEMBER}),
            self.principal(**{f"o{organization.id + 1}": Role.ADMINISTRATOR}),
        ):
            for door, id_ in (
                (provider_for, provider.id),
                (approval_for, approval.id),
                (organization_to_provide_for, organization.id),
            ):
                with pytest.raises(NotFound):
                    door(session, principal, id_)
        assert list_managed(session, self.principal()) == []


def test_many_approvals_take_two_queries(session: Session, statements: list[str]) -> None:
    alice = make_person(session)
    organizations = [
        make_organization(session, (alice, Role.ADMINISTRATOR), name=f"Institute {n}") for n in range(3)
    ]
    for organization in organizations:
        provider = make_provider(session, organization)
        make_approval(session, provider)
        make_approval(session, provider, body="APA")
    roles = {organization.id: Role.ADMINISTRATOR for organization in organizations}
    principal = Principal(alice.id, "Alice", "alice@example.org", "UTC", roles)
    session.expire_all()
    statements.clear()
    managed = list_managed(session, principal)
    assert [len(provider.approvals) for _, provider in managed if provider] == [2, 2, 2]
    assert len(statements) == 2
