"""A provider of Harbor Institute and an approval of it."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ceu.accounts.models import Organization
from ceu.providers.models import Provider, ProviderApproval
from ceu.providers.services import add_approval, save_provider

PROFILE = {
    "legal_name": "Harbor Institute, Inc.",
    "address": "12 Quay Street\nOakland, CA 94607",
    "phone": "(510) 555-0134",
    "email": "ce@example.org",
    "designee_name": "Dana Director",
    "designee_title": "Director of Continuing Education, LMFT",
}
LETTER: dict[str, Any] = {
    "body": "CAMFT",
    "number": "1000123",
    "valid_from": date(2026, 1, 1),
    "valid_to": date(2027, 12, 31),
    "statement": "Harbor Institute is approved by CAMFT to sponsor continuing education for LMFTs.",
}


def make_provider(session: Session, organization: Organization) -> Provider:
    return save_provider(session, organization.id, **PROFILE)


def make_approval(session: Session, provider: Provider, **changes: Any) -> ProviderApproval:
    return add_approval(session, provider, **{**LETTER, **changes})
