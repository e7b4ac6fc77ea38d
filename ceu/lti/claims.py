"""What a launch says, read out of the claims of its token; and the words of the standards that are needed for it. Pure.

Sources: 1EdTech LTI Core 1.3, Security Framework 1.0 (5.1.3), Deep Linking 2.0, Assignment and Grade Services 2.0, Names and
Role Provisioning Services 2.0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ceu.domain.errors import DomainError

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NAMES = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
LINE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
NAMES_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
VERSION = "1.3.0"
RESOURCE = "LtiResourceLinkRequest"
CHOOSING = "LtiDeepLinkingRequest"

_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_TEACHING = frozenset(
    f"{_MEMBERSHIP}{role}" for role in ("Instructor", "Administrator", "ContentDeveloper", "Manager")
) | {"Instructor"}
"""Roles in a course of the platform that see its roster and choose courses for it; NRPS may shorten the first one."""

_LONGEST = 255


@dataclass(frozen=True)
class Launch:
    """A verified message: who comes, to which link, and what may be asked about it later."""

    kind: str
    deployment_id: str
    sub: str
    name: str
    roles: tuple[str, ...]
    resource_link_id: str
    context_title: str
    course_id: int | None
    line_item: str
    line_items_url: str
    memberships_url: str
    return_url: str
    return_data: str | None
    accepts_several: bool

    @property
    def is_teaching(self) -> bool:
        return teaches(self.roles)


def teaches(roles: tuple[str, ...]) -> bool:
    """Whether one of these roles is that of an instructor of the platform's course."""
    return not _TEACHING.isdisjoint(roles)


def launch_of(claims: Mapping[str, Any], deployment_ids: Sequence[str]) -> Launch:
    """The launch that verified claims describe. Raises DomainError for what is not LTI 1.3, or from another deployment."""
    if claims.get(f"{LTI}version") != VERSION:
        raise DomainError(
            "Your learning platform sent a message that is not LTI 1.3. Tell its administrator."
        )
    kind = claims.get(f"{LTI}message_type")
    if kind not in {RESOURCE, CHOOSING}:
        raise DomainError("Your learning platform sent a kind of message that Ceu does not know.")
    deployment = _text(claims.get(f"{LTI}deployment_id"))
    if deployment not in deployment_ids:
        raise DomainError(
            f"This launch comes from the deployment “{deployment}”, which is not registered here. Ask the administrator of "
            "your organization in Ceu to add it to the platform’s deployment ids."
        )
    sub = _text(claims.get("sub"))
    if not sub:
        raise DomainError(
            "Your learning platform did not say who you are. Ask its administrator to send user ids."
        )
    link_id = _text(_part(claims, f"{LTI}resource_link").get("id"))
    settings = _part(claims, f"{DEEP_LINKING}deep_linking_settings")
    if kind == RESOURCE and not link_id:
        raise DomainError("Your learning platform did not say which link was opened. Tell its administrator.")
    if kind == CHOOSING and not _text(settings.get("deep_link_return_url"), 2000).startswith("https://"):
        raise DomainError("Your learning platform did not say where to send what you choose.")
    roles = claims.get(f"{LTI}roles")
    grades = _part(claims, GRADES)
    scopes = grades.get("scope")
    allowed = scopes if isinstance(scopes, list) else []
    may_grade = SCORE_SCOPE in allowed
    may_add = may_grade and LINE_SCOPE in allowed
    data = settings.get("data")
    return Launch(
        kind=kind,
        deployment_id=deployment,
        sub=sub,
        name=" ".join(_text(claims.get("name")).split())[:120],
        roles=tuple(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else (),
        resource_link_id=link_id,
        context_title=_text(_part(claims, f"{LTI}context").get("title"), cut=True),
        course_id=_course(_part(claims, f"{LTI}custom").get("course")),
        line_item=_text(grades.get("lineitem"), 2000) if may_grade else "",
        line_items_url=_text(grades.get("lineitems"), 2000) if may_add else "",
        memberships_url=_text(_part(claims, NAMES).get("context_memberships_url"), 2000),
        return_url=_text(settings.get("deep_link_return_url"), 2000),
        return_data=data if isinstance(data, str) else None,
        accepts_several=settings.get("accept_multiple") is not False,
    )


def _part(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = claims.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: Any, longest: int = _LONGEST, *, cut: bool = False) -> str:
    """The text, or nothing where there is none; one that is too long is cut, or is none."""
    if not isinstance(value, str) or "\0" in value:
        return ""
    return value[:longest] if cut or len(value) <= longest else ""


def _course(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None
