"""Sending grades to the platforms' grade books; nothing owed is lost, and nothing sent twice does harm."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ceu.adapters.addresses import Question
from ceu.adapters.platforms import Client, PlatformRefusal, Platforms
from ceu.domain.errors import DomainError
from ceu.lti.claims import SCORE_SCOPE
from ceu.lti.grading import score_message, scores_address, wait_after
from ceu.lti.models import Seat
from ceu.lti.queries import list_due_grades, registration_of

_SCORE = "application/vnd.ims.lis.v1.score+json"
_HAS_LATER = 409
"""The status by which a grade book says that it has a later score."""


@dataclass(frozen=True)
class Owed:
    """A grade to be sent, as values that outlive the transaction they were read in."""

    seat_id: int
    graded_at: datetime
    client: Client
    line_item: str
    message: dict[str, Any]


def due_grades(session: Session, now: datetime) -> list[Owed]:
    """What is to be sent now."""
    return [
        Owed(
            seat.id,
            seat.graded_at,
            registration_of(seat.link.platform).client,
            seat.link.line_item,
            score_message(
                seat.user.sub, seat.score, is_completed=seat.is_completed, graded_at=seat.graded_at
            ),
        )
        for seat in list_due_grades(session, now)
        if seat.graded_at is not None and seat.score is not None
    ]


def send_grade(platforms: Platforms, owed: Owed) -> str:
    """Put a grade into the platform's grade book; what went wrong in a sentence, or nothing. Touches no database."""
    if not owed.line_item:
        return "The platform does not offer a grade book for this link any more."
    body = json.dumps(owed.message).encode()
    question = Question(scores_address(owed.line_item), "POST", {"Content-Type": _SCORE}, body)
    try:
        platforms.call(owed.client, SCORE_SCOPE, question)
    except PlatformRefusal as refusal:
        return "" if refusal.status == _HAS_LATER else refusal.message
    except DomainError as refusal:
        return refusal.message
    return ""


def note_sent(session: Session, now: datetime, owed: Owed, problem: str) -> None:
    """Note how sending went. A grade that changed meanwhile stays owed."""
    seat = session.get_one(Seat, owed.seat_id, with_for_update=True, populate_existing=True)
    if problem:
        seat.tries += 1
        seat.problem = problem[:500]
        if seat.graded_at == owed.graded_at:
            seat.next_try_at = now + wait_after(seat.tries)
    else:
        seat.sent_at, seat.problem = owed.graded_at, ""
        if seat.graded_at == owed.graded_at:
            seat.tries, seat.next_try_at = 0, None
    session.flush()
