"""Asking a platform who takes the course that a link belongs to."""

from ceu.adapters.addresses import Question
from ceu.adapters.platforms import Platforms, json_of
from ceu.domain.errors import DomainError
from ceu.lti.claims import NAMES_SCOPE
from ceu.lti.models import ResourceLink
from ceu.lti.registration import Registration
from ceu.lti.roster import Member, first_page, members_in, next_page

MOST_PAGES = 10
MOST_MEMBERS = 2_000

_CONTAINER = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def members_of(
    platforms: Platforms, registration: Registration, link: ResourceLink
) -> tuple[list[Member] | None, str]:
    """The roster and nothing, or what there is of it with a sentence that says what is missing and why."""
    if not link.memberships_url:
        return (
            None,
            "The platform does not let Ceu read the roster. Only those who opened the course are listed.",
        )
    members: list[Member] = []
    address = first_page(link.memberships_url)
    try:
        for _ in range(MOST_PAGES):
            answer = platforms.call(
                registration.client, NAMES_SCOPE, Question(address, headers={"Accept": _CONTAINER})
            )
            members += members_in(json_of(answer))
            following = next_page(address, answer.headers.get("link", ""))
            if following is None:
                return members, ""
            address = following
            if len(members) >= MOST_MEMBERS:
                break
    except DomainError as refusal:
        return (
            None,
            f"The roster could not be read. {refusal.message} Only those who opened the course are listed.",
        )
    listed = members[:MOST_MEMBERS]
    return listed, f"The roster is long: only its first {len(listed):,} are listed."
