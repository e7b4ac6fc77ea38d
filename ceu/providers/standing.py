"""Where an approval stands on a day, and whether two of one body are in each other's way."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from ceu.providers.models import ProviderApproval

EXPIRES_SOON = timedelta(days=90)


class Standing(StrEnum):
    """What an approval is worth on a day."""

    EXPIRING = "expiring"
    IN_FORCE = "in_force"
    COMING = "coming"
    EXPIRED = "expired"
    STRUCK = "struck"


def standing_on(approval: ProviderApproval, day: date) -> Standing:
    """Where the approval stands; through its last day it is in force."""
    if approval.struck_at is not None:
        return Standing.STRUCK
    if day < approval.valid_from:
        return Standing.COMING
    if day > approval.valid_to:
        return Standing.EXPIRED
    return Standing.EXPIRING if approval.valid_to - day <= EXPIRES_SOON else Standing.IN_FORCE


def is_in_force(approval: ProviderApproval, day: date) -> bool:
    """Whether a course completed on this day is approved by it."""
    return standing_on(approval, day) in {Standing.IN_FORCE, Standing.EXPIRING}


def find_overlap(
    approvals: Iterable[ProviderApproval], body: str, valid_from: date, valid_to: date
) -> ProviderApproval | None:
    """The first approval of the same body, not struck out, that shares a day with these dates."""
    standing = (approval for approval in approvals if approval.body == body and approval.struck_at is None)
    return next((a for a in standing if a.valid_from <= valid_to and valid_from <= a.valid_to), None)
