"""The pages of a provider and its approvals."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Organization
from ceu.domain.permissions import Role
from ceu.providers.models import Provider, ProviderApproval
from tests.client import InspectingClient
from tests.factories import make_organization, make_person
from tests.providers.builders import LETTER, PROFILE, make_approval, make_provider

ANSWERS = {name: str(value) for name, value in LETTER.items()}


@pytest.fixture
def organization(client: InspectingClient, session: Session) -> Organization:
    """Harbor Institute, with Alice, who is signed in, as its CE director."""
    alice = make_person(session)
    organization = make_organization(session, (alice, Role.CE_DIRECTOR))
    client.sign_in(alice)
    return organization


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


class TestProfile:
    def test_it_works(self, client: InspectingClient, session: Session, organization: Organization) -> None:
        assert "Harbor Institute has no provider profile yet" in client.get("/provider").main
        url = f"/provider/{organization.id}/edit"
        assert client.get(url).h1 == "Provider profile of Harbor Institute"
        assert client.post(url, data=PROFILE).location == "/provider"
        page = client.get("/provider")
        assert "Harbor Institute, Inc." in page.main
        assert "No approval is in force today" in page.main

    @pytest.mark.parametrize("field", PROFILE)
    @pytest.mark.parametrize("value", ["", " \n ", "x" * 400, None])
    def test_a_wrong_answer_is_refused_and_the_rest_kept(
        self,
        client: InspectingClient,
        session: Session,
        organization: Organization,
        field: str,
        value: str | None,
    ) -> None:
        answers = {name: text for name, text in {**PROFILE, field: value}.items() if text is not None}
        page = client.post(f"/provider/{organization.id}/edit", data=answers)
        assert page.status_code == 422
        kept = next(name for name in ("legal_name", "phone") if name != field)
        assert PROFILE[kept] in page.get_data(as_text=True)
        assert count(session, Provider) == 0

    def test_a_profile_that_stands_is_offered_for_change(
        self, client: InspectingClient, session: Session, organization: Organization
    ) -> None:
        make_provider(session, organization)
        assert PROFILE["designee_title"] in client.get(f"/provider/{organization.id}/edit").get_data(
            as_text=True
        )


class TestApprovals:
    def test_it_works(self, client: InspectingClient, session: Session, organization: Organization) -> None:
        provider = make_provider(session, organization)
        assert client.get("/provider/approvals/add").h1 == "Add an approval"
        response = client.post("/provider/approvals/add", data={**ANSWERS, "provider_id": str(provider.id)})
        assert response.location == "/provider"
        page = client.get("/provider")
        assert "In force" in page.main
        assert "1 Jan 2026 to 31 Dec 2027" in page.main
        assert "No approval is in force" not in page.main

    def test_without_a_profile_it_comes_later(
        self, client: InspectingClient, session: Session, organization: Organization
    ) -> None:
        assert client.get("/provider/approvals/add").location == "/provider"
        assert client.post("/provider/approvals/add", data=ANSWERS).location == "/provider"
        assert count(session, ProviderApproval) == 0

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("body", "NOBODY", "Choose one of the options offered"),
            ("body", "", "Choose the body"),
            ("number", "", "Enter the number"),
            ("number", "9" * 61, "at most 60 characters"),
            ("valid_from", "", "Enter the first day"),
            ("valid_from", "01/02/2026", "This is not a date"),
            ("valid_from", "0026-01-01", "The year 26 cannot be right"),
            ("valid_to", "2025-12-31", "ends before it begins"),
            ("valid_to", "never", "This is not a date"),
            ("statement", "  ", "Copy the statement"),
            ("statement", "x" * 2001, "at most 2,000 characters"),
            ("provider_id", "999999", "Choose one of the options offered"),
            ("provider_id", "all", "Choose one of the options offered"),
            ("provider_id", "", "Choose one of the options offered"),
        ],
    )
    def test_a_wrong_answer_gets_a_sentence(
        self,
        client: InspectingClient,
        session: Session,
        organization: Organization,
        field: str,
        value: str,
        sentence: str,
    ) -> None:
        provider = make_provider(session, organization)
        answers = {**ANSWERS, "provider_id": str(provider.id), field: value}
        page = client.post("/provider/approvals/add", data=answers)
        assert page.status_code == 422
        assert sentence in page.main
        assert count(session, ProviderApproval) == 0

    def test_an_overlap_gets_a_sentence(
        self, client: InspectingClient, session: Session, organization: Organization
    ) -> None:
        provider = make_provider(session, organization)
        make_approval(session, provider)
        page = client.post("/provider/approvals/add", data={**ANSWERS, "provider_id": str(provider.id)})
        assert page.status_code == 422
        assert "is valid from 1 Jan 2026 through 31 Dec 2027 already" in page.main
        assert count(session, ProviderApproval) == 1

    def test_the_overview_puts_first_what_needs_care(
        self, client: InspectingClient, session: Session, organization: Organization
    ) -> None:
        provider = make_provider(session, organization)
        make_approval(
            session, provider, valid_from=date(2024, 1, 1), valid_to=date(2025, 12, 31), number="old"
        )
        make_approval(
            session, provider, valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31), number="now"
        )
        make_approval(
            session, provider, valid_from=date(2027, 1, 1), valid_to=date(2028, 12, 31), number="next"
        )
        make_approval(session, provider, body="APA")
        standings = [text for text in client.get("/provider").texts("td") if text in {
            "Expires soon", "In force", "Not yet in force", "Expired"
        }]  # fmt: skip
        assert standings == ["Expires soon", "In force", "Not yet in force", "Expired"]

    def test_a_correction_keeps_the_old_row(
        self, client: InspectingClient, session: Session, organization: Organization
    ) -> None:
        wrong = make_approval(session, make_provider(session, organization))
        url = f"/provider/approvals/{wrong.id}/correct"
        assert client.get(url).h1 == "Correct an approval"
        assert client.post(url, data={**ANSWERS, "valid_to": "2028-01-31"}).location == "/provider"
        page = client.get("/provider")
        assert "1 Jan 2026 to 31 Jan 2028" in page.main
        assert "Struck out" in page.main

    def test_a_refused_correction_strikes_nothing(
        self, client: InspectingClient, session: Session, organization: Organization
    ) -> None:
        wrong = make_approval(session, make_provider(session, organization))
        page = client.post(
            f"/provider/approvals/{wrong.id}/correct", data={**ANSWERS, "valid_to": "2020-01-31"}
        )
        assert page.status_code == 422
        assert session.scalars(select(ProviderApproval)).one().struck_at is None

    def test_a_correction_sent_twice_acts_once(
        self, client: InspectingClient, session: Session, organization: Organization
    ) -> None:
        wrong = make_approval(session, make_provider(session, organization))
        answers = {**ANSWERS, "number": "1000124", "once": "abc"}
        for _ in range(2):
            assert (
                client.post(f"/provider/approvals/{wrong.id}/correct", data=answers).location == "/provider"
            )
        assert count(session, ProviderApproval) == 2

    def test_one_that_never_was_is_struck_out(
        self, client: InspectingClient, session: Session, organization: Organization
    ) -> None:
        wrong = make_approval(session, make_provider(session, organization))
        for sentence in ("is struck out", "was struck out already"):
            client.post(f"/provider/approvals/{wrong.id}/strike")
            assert sentence in client.get("/provider").main
        assert count(session, ProviderApproval) == 1


@pytest.mark.parametrize("role", [None, Role.MEMBER, "elsewhere"])
def test_what_is_not_ones_own_does_not_exist(
    client: InspectingClient, session: Session, organization: Organization, role: Role | str | None
) -> None:
    provider = make_provider(session, organization)
    approval = make_approval(session, provider)
    bob = make_person(session, "bob")
    if role == "elsewhere":
        make_provider(session, make_organization(session, (bob, Role.ADMINISTRATOR), name="Hill Institute"))
    elif isinstance(role, Role):
        make_organization(session, (bob, role), name="Hill Institute")
    client.sign_in(bob)
    for path in (f"/provider/{organization.id}/edit", f"/provider/approvals/{approval.id}/correct"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={**PROFILE, **ANSWERS}).status_code == 404
    assert client.post(f"/provider/approvals/{approval.id}/strike").status_code == 404
    added = client.post(
        "/provider/approvals/add", data={**ANSWERS, "body": "APA", "provider_id": str(provider.id)}
    )
    assert added.status_code == (422 if role == "elsewhere" else 404)
    assert count(session, ProviderApproval) == 1
    assert session.scalars(select(ProviderApproval)).one().struck_at is None


def test_the_overview_takes_few_queries(
    client: InspectingClient, session: Session, organization: Organization, statements: list[str]
) -> None:
    provider = make_provider(session, organization)
    for year in range(2010, 2030):
        make_approval(session, provider, valid_from=date(year, 1, 1), valid_to=date(year, 12, 31))
    session.commit()
    statements.clear()
    client.get("/provider")
    assert len(statements) <= 3
