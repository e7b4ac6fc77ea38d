"""The roster of a platform's course, as it tells it, beside what its members did here. Pure.

Source: 1EdTech Names and Role Provisioning Services 2.0, sections 2.3 (limits and pages) and 2.4 (members).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from ceu.lti.claims import teaches
from ceu.lti.models import Seat

PAGE_SIZE = 200

_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s\",;]+))*)")
_NEXT = re.compile(r";\s*rel\s*=\s*\"?(?:[^\";]*\s)?next(?:\s[^\";]*)?\"?\s*(?:;|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Member:
    """Somebody on the platform's roster."""

    sub: str
    name: str
    is_teaching: bool


@dataclass(frozen=True)
class Row:
    """A learner as the instructor sees them; ``lessons`` is None for somebody who never opened the link."""

    name: str
    lessons: int | None
    lessons_in_all: int
    score: Fraction | None
    is_completed: bool


def first_page(memberships_url: str) -> str:
    """The address of the first page of a roster.

    >>> first_page("https://lms.example/members?c=7")
    'https://lms.example/members?c=7&limit=200'
    """
    parts = urlsplit(memberships_url)
    return parts._replace(query=urlencode([*parse_qsl(parts.query), ("limit", PAGE_SIZE)])).geturl()


def next_page(here: str, link_header: str) -> str | None:
    """The address of the page after this one by its ``Link`` header (RFC 8288), if there is one on the same site.

    >>> next_page("https://lms.example/m", '<https://lms.example/m?p=2>; rel="next"')
    'https://lms.example/m?p=2'
    """
    for target, parameters in _LINK.findall(link_header):
        if _NEXT.search(parameters):
            address = urljoin(here, target)
            return address if urlsplit(address)[:2] == urlsplit(here)[:2] else None
    return None


def members_in(page: Mapping[str, Any]) -> list[Member]:
    """The active members on one page of a roster; what is not one is left out."""
    listed = page.get("members")
    found = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [
        Member(each["user_id"], _name_of(each), teaches(_roles_of(each)))
        for each in found
        if isinstance(each.get("user_id"), str) and each.get("status", "Active") == "Active"
    ]


def _roles_of(member: Mapping[str, Any]) -> tuple[str, ...]:
    roles = member.get("roles")
    return tuple(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else ()


def _name_of(member: Mapping[str, Any]) -> str:
    parts = (member.get("name"), member.get("given_name"), member.get("family_name"))
    name, given, family = (part if isinstance(part, str) else "" for part in parts)
    return " ".join((name or f"{given} {family}").split())[:120]


def rows_of(
    members: Sequence[Member] | None,
    seats: Sequence[Seat],
    read: Mapping[int, int],
    lessons: Mapping[int, int],
) -> list[Row]:
    """The learners by name, with the lessons they read by enrollment, and those there are by version of the course: those on the roster; without a roster, those who opened the link."""
    known = {seat.user.sub: seat for seat in seats}
    if members is None:
        learners = [(seat.user.sub, seat.user.name) for seat in seats if seat.instructor_until is None]
    else:
        learners = [(member.sub, member.name) for member in members if not member.is_teaching]
    rows = [_row(name, known.get(sub), read, lessons) for sub, name in learners]
    return sorted(rows, key=lambda row: (row.name.casefold(), row.lessons or 0))


def _row(name: str, seat: Seat | None, read: Mapping[int, int], lessons: Mapping[int, int]) -> Row:
    shown = name or (seat.user.name if seat else "") or "A learner without a name"
    if seat is None or seat.enrollment is None:
        return Row(shown, None, 0, None, is_completed=False)
    enrollment = seat.enrollment
    return Row(
        shown,
        read.get(enrollment.id, 0),
        lessons.get(enrollment.version_id, 0),
        seat.score,
        is_completed=enrollment.completed_at is not None,
    )
