"""Sending grades to the platforms' grade books; nothing owed is lost, and nothing sent twice does harm."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from ceu.adapters.addresses import Question
from ceu.adapters.platforms import Client, PlatformRefusal, Platforms, json_of
from ceu.domain.errors import DomainError
from ceu.lti.claims import LINE_SCOPE, SCORE_SCOPE
from ceu.lti.grading import MAXIMUM, first_line_item, score_message, scores_address, wait_after
from ceu.lti.models import Seat
from ceu.lti.queries import list_due_grades, registration_of

_SCORE = "application/vnd.ims.lis.v1.score+json"
_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_HAS_LATER = 409
"""The status by which a grade book says that it has a later score."""


@dataclass(frozen=True)
class Owed:
    """A grade to be sent, as values that outlive the transaction they were read in."""

    seat_id: int
    graded_at: datetime
    client: Client
    line_item: str
    line_items_url: str
    resource_link_id: str
    label: str
    message: dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """How sending went: what went wrong in a sentence, or nothing; and the line item it went to."""

    problem: str
    line_item: str = ""


def due_grades(session: Session, now: datetime) -> list[Owed]:
    """What is to be sent now."""
    return [
        Owed(
            seat.id,
            seat.graded_at,
            registration_of(seat.link.platform).client,
            seat.link.line_item,
            seat.link.line_items_url,
            seat.link.resource_link_id,
            seat.enrollment.version.title if seat.enrollment else "Ceu course",
            score_message(
                seat.user.sub, seat.score, is_completed=seat.is_completed, graded_at=seat.graded_at
            ),
        )
        for seat in list_due_grades(session, now)
        if seat.graded_at is not None and seat.score is not None
    ]


def send_grade(platforms: Platforms, owed: Owed) -> Sent:
    """Put a grade into the platform's grade book, where need be into a column made for it. Touches no database."""
    line_item = owed.line_item
    try:
        line_item = line_item or _line_item(platforms, owed)
        body = json.dumps(owed.message).encode()
        question = Question(scores_address(line_item), "POST", {"Content-Type": _SCORE}, body)
        platforms.call(owed.client, SCORE_SCOPE, question)
    except PlatformRefusal as refusal:
        return Sent("" if refusal.status == _HAS_LATER else refusal.message, line_item)
    except DomainError as refusal:
        return Sent(refusal.message, line_item)
    return Sent("", line_item)


def _line_item(platforms: Platforms, owed: Owed) -> str:
    """The line item of a link that has none: one that was made before, or a new one (AGS 2.0, 3.2.6 and 3.2.7)."""
    if not owed.line_items_url:
        raise DomainError("The platform does not offer a grade book for this link any more.")
    mark = "&" if "?" in owed.line_items_url else "?"
    address = f"{owed.line_items_url}{mark}{urlencode({'resource_link_id': owed.resource_link_id})}"
    known = platforms.call(owed.client, LINE_SCOPE, Question(address, headers={"Accept": _ITEMS}))
    if found := first_line_item(known.body, owed.resource_link_id):
        return found
    asked = {"scoreMaximum": MAXIMUM, "label": owed.label, "resourceLinkId": owed.resource_link_id}
    headers = {"Content-Type": _ITEM, "Accept": _ITEM}
    body = json.dumps(asked).encode()
    made = json_of(
        platforms.call(owed.client, LINE_SCOPE, Question(owed.line_items_url, "POST", headers, body))
    )
    if not isinstance(made.get("id"), str):
        raise DomainError("The platform made a column in its grade book, but did not say where.")
    return str(made["id"])


def note_sent(session: Session, now: datetime, owed: Owed, sent: Sent) -> None:
    """Note how sending went. A grade that changed meanwhile stays owed."""
    seat = session.get_one(Seat, owed.seat_id, with_for_update=True, populate_existing=True)
    seat.link.line_item = seat.link.line_item or sent.line_item
    if sent.problem:
        seat.tries += 1
        seat.problem = sent.problem[:500]
        if seat.graded_at == owed.graded_at:
            seat.next_try_at = now + wait_after(seat.tries)
    else:
        seat.sent_at, seat.problem = owed.graded_at, ""
        if seat.graded_at == owed.graded_at:
            seat.tries, seat.next_try_at = 0, None
    session.flush()
