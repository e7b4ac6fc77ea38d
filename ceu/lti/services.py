"""Launches: whose they are, what they open, and the grade that follows from it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.accounts.services import close_sessions_of_platforms, open_account_of_platform
from ceu.accounts.tokens import digest
from ceu.db.base import Base
from ceu.domain.errors import DomainError
from ceu.domain.principal import Principal
from ceu.learning.models import Enrollment
from ceu.learning.services import enroll
from ceu.lti.claims import Launch
from ceu.lti.models import PlatformUser, ResourceLink, Seat, UsedState
from ceu.lti.queries import (
    best_score,
    find_course_of,
    find_latest_enrollment,
    find_link,
    find_offer,
    find_seat,
    find_user,
    linked_user_for,
    list_graded_seats,
)
from ceu.lti.registration import Registration

INSTRUCTOR_FOR = timedelta(hours=12)

Row = TypeVar("Row", bound=Base)


def use_state(session: Session, now: datetime, state: str, expires_at: datetime) -> None:
    """Note that a sign-in has brought its launch. Raises DomainError when it has brought one before."""
    session.execute(delete(UsedState).where(UsedState.expires_at < now))
    try:
        with session.begin_nested():
            session.add(UsedState(state_hash=digest(state), expires_at=expires_at))
    except IntegrityError:
        raise DomainError(
            "This launch was used already; it works once. Open the link in your learning platform again."
        ) from None


def take_seat(session: Session, now: datetime, registration: Registration, launch: Launch) -> Seat:
    """The place of whoever comes at the link they opened, with what the platform says of both as of now.

    A course that the launch names is opened only when the organization itself provides it.
    """
    user = _find_or_add(
        session,
        lambda: find_user(session, registration.id, launch.sub),
        PlatformUser(platform_id=registration.id, sub=launch.sub),
    )
    user.name = launch.name or user.name
    link = _find_or_add(
        session,
        lambda: find_link(session, registration.id, launch.deployment_id, launch.resource_link_id),
        ResourceLink(
            platform_id=registration.id,
            deployment_id=launch.deployment_id,
            resource_link_id=launch.resource_link_id,
        ),
    )
    link.context_title = launch.context_title
    made_here = link.line_item if launch.line_items_url == link.line_items_url != "" else ""
    link.line_item = launch.line_item or made_here
    link.line_items_url, link.memberships_url = launch.line_items_url, launch.memberships_url
    if launch.course_id is not None and find_course_of(
        session, registration.organization_id, launch.course_id
    ):
        link.course_id = launch.course_id
    seat = _find_or_add(
        session,
        lambda: find_seat(session, link.id, user.id),
        Seat(link_id=link.id, user_id=user.id),
    )
    seat.instructor_until = now + INSTRUCTOR_FOR if launch.is_teaching else None
    session.flush()
    return seat


def _find_or_add(session: Session, find: Callable[[], Row | None], row: Row) -> Row:
    """The row that is there, or this one; two launches at the same moment find the same."""
    if found := find():
        return found
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        if found := find():
            return found
        raise
    return row


def welcome_newcomer(session: Session, now: datetime, seat: Seat, name: str, time_zone: str) -> Person:
    """Open an account for a platform's user that only the platform opens. Raises DomainError when they have one."""
    user = _unlinked(session, seat)
    person = open_account_of_platform(session, now, name, time_zone)
    _link(session, now, user, person)
    return person


def link_account(session: Session, now: datetime, seat: Seat, person: Person) -> None:
    """Let a platform's user open an account whose password was just given. Raises DomainError when they have one."""
    _link(session, now, _unlinked(session, seat), person)


def unlink_account(session: Session, now: datetime, principal: Principal, user_id: int) -> PlatformUser:
    """Let a platform no longer open the principal's account: no launch comes in, no grade goes out, and every session that was
    opened on a platform's word ends. What was learned stays in the account. Raises NotFound for what is not theirs.
    """
    user = linked_user_for(session, principal, user_id)
    session.refresh(user, with_for_update=True)
    user.person_id, user.linked_at = None, None
    session.execute(
        update(Seat)
        .where(Seat.user_id == user.id)
        .values(
            enrollment_id=None, score=None, is_completed=False, graded_at=None, sent_at=None, tries=0,
            next_try_at=None, problem="", instructor_until=None,
        )
    )  # fmt: skip
    close_sessions_of_platforms(session, now, principal.person_id)
    session.flush()
    return user


def _unlinked(session: Session, seat: Seat) -> PlatformUser:
    user = seat.user
    session.refresh(user, with_for_update=True)
    if user.person_id is not None:
        raise DomainError("You have an account already. Open the link in your learning platform again.")
    return user


def _link(session: Session, now: datetime, user: PlatformUser, person: Person) -> None:
    user.person, user.linked_at = person, now
    session.flush()


def sit_down(session: Session, now: datetime, seat: Seat) -> Enrollment | None:
    """Enroll the learner of a seat in the course of its link, or go on with what they began; None for an instructor, and while
    the link opens no course.

    Raises DomainError when the course is no longer on offer.
    """
    course_id, person_id = seat.link.course_id, seat.user.person_id
    if course_id is None or person_id is None or seat.instructor_until is not None:
        return None
    enrollment = find_latest_enrollment(session, person_id, course_id)
    if enrollment is None:
        offer = find_offer(session, course_id)
        if offer is None:
            raise DomainError("This course is no longer on offer. Tell your instructor.")
        enrollment = enroll(session, now, person_id, offer)
    if seat.enrollment_id != enrollment.id:
        seat.enrollment_id = enrollment.id
        session.flush()
    grade(session, now, seat, enrollment)
    return enrollment


def grade_enrollment(session: Session, now: datetime, enrollment_id: int) -> None:
    """Note what is owed to grade books now that something was scored or completed."""
    enrollment = session.get_one(Enrollment, enrollment_id)
    for seat in list_graded_seats(session, enrollment_id):
        grade(session, now, seat, enrollment)


def grade(session: Session, now: datetime, seat: Seat, enrollment: Enrollment) -> None:
    """Owe the grade book what it does not know yet: the best score so far, and whether the course is completed."""
    score, is_completed = best_score(session, enrollment.id), enrollment.completed_at is not None
    is_new = (seat.score, seat.is_completed) != (score, is_completed)
    seat.score, seat.is_completed = score, is_completed
    has_book = bool(seat.link.line_item or seat.link.line_items_url)
    if score is None or not has_book or not (is_new or seat.graded_at is None):
        session.flush()
        return
    # Grade books ignore a score that is not later than the one they have.
    seat.graded_at = max(now, seat.graded_at + timedelta(milliseconds=1)) if seat.graded_at else now
    seat.tries, seat.next_try_at, seat.problem = 0, now, ""
    session.flush()


def choose_course(session: Session, registration: Registration, link: ResourceLink, course_id: int) -> None:
    """Let a link open a course of the organization. Raises DomainError for any other."""
    if find_course_of(session, registration.organization_id, course_id) is None:
        raise DomainError("Choose one of the courses offered.", field="course")
    link.course_id = course_id
    session.flush()
