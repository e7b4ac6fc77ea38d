"""What a live course may do without, and what its certificate carries."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.courses import CourseContent, check_course
from ceu.adapters.outside import Outside
from ceu.certificates.services import _completion
from ceu.learning.services import note_attendance, submit_evaluation
from tests.catalog.builders import TODAY, make_provider, make_source
from tests.factories import FROZEN_NOW
from tests.learning.builders import RATINGS, make_enrollment
from tests.live.builders import make_live_version


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"delivery": "live_online", "instruction_minutes": 90}, []),
        ({"delivery": "in_person"}, ["is measured by its minutes of instruction"]),
        ({"instruction_minutes": 90}, ["has no minutes of instruction", "has no lesson", "no question"]),
    ],
)
def test_only_a_live_course_does_without_lessons_and_test(changes: dict[str, Any], found: list[str]) -> None:
    outline = make_source().outline.model_dump(mode="json", exclude_none=True) | {"lessons": []} | changes
    outline["recordings"] = []
    _, faults = check_course(CourseContent(outline, {}, {"questions": []}, {}))
    assert len(faults) == len(found)
    assert all(words in fault.what for words, fault in zip(found, faults, strict=True))


@pytest.mark.parametrize(("held", "bodies"), [(TODAY, ["CAMFT"]), (TODAY - timedelta(days=2), [])])
def test_an_event_before_the_approval_earns_no_credit_even_if_approved_later(
    session: Session, outside: Outside, alice: Person, held: Any, bodies: list[str]
) -> None:
    provider = make_provider(session, valid_from=TODAY - timedelta(days=1))
    enrollment = make_enrollment(session, alice, make_live_version(session, provider))
    attended_at = FROZEN_NOW - (TODAY - held)
    note_attendance(
        session,
        FROZEN_NOW,
        enrollment,
        attended_at=attended_at,
        location="Hall",
        delivery="live_online",
        minutes=71,
        sessions=[],
    )
    submit_evaluation(session, FROZEN_NOW, enrollment, RATINGS)
    completion = _completion(session, outside.packs, enrollment)
    assert [award.body for award in completion.awards] == bodies
    assert (completion.minutes, completion.attempt, completion.delivery) == (71, {}, "live_online")
