"""Courses and providers that the tests of the catalog, of learning and of certificates share."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from ceu.accounts.models import Organization, Person
from ceu.adapters.courses import CourseOutline, CourseSource, LessonSource
from ceu.catalog import services
from ceu.catalog.models import CourseVersion
from ceu.domain.permissions import Role
from ceu.providers.models import Provider, ProviderApproval
from ceu.questions.model import list_from_json
from ceu.questions.rules import TestRules
from tests.factories import FROZEN_NOW, make_organization

TODAY = date(2026, 11, 24)
OBJECTIVES = ("hear", "wait", "answer")
WORKER = {"name": "S. Worker", "credentials": "LCSW", "profession": "social_work", "disclosure": "None."}
"""Whom NASW asks for among those who plan a course."""
LESSONS = ("hearing", "waiting")
REVIEW = {
    "reviewer": "Ray Example", "qualification": "LMFT, teaches ethics.", "disclosure": "None.", "answers": [],
    "comment": "", "reviewed_at": "2026-11-01T12:00:00+00:00",
    "mergener": {"difficulty": "3", "words": 6600, "questions": 10, "exact": "59.21"},
}  # fmt: skip
"""What a version keeps of its review."""
publish_course = partial(services.publish_course, review=REVIEW)
"""Publishing what a second person has reviewed."""


def make_source(
    slug: str = "listening",
    *,
    words: int = 6_600,
    questions: int = 10,
    true_false: int = 0,
    more: Sequence[dict[str, Any]] = (),
    rules: TestRules | None = None,
    **changes: Any,
) -> CourseSource:
    """A course of two lessons about listening; ``more`` are questions beside the plain ones, ``changes`` fields of its outline."""
    outline = {**_outline(slug), **changes}
    asked = [_question(number, two_options=number <= true_false) for number in range(1, questions + 1)]
    asked += more
    lessons = [_lesson(lesson, words // 2) for lesson in LESSONS] if outline["lessons"] else []
    content = json.dumps([outline, asked, words, rules.model_dump() if rules else {}])
    return CourseSource(
        CourseOutline.model_validate_json(json.dumps(outline)),
        tuple(lessons),
        list_from_json(asked),
        hashlib.sha256(content.encode()).hexdigest(),
        rules or TestRules(),
    )


def _outline(slug: str) -> dict[str, Any]:
    return {
        "id": slug,
        "title": "Listening",
        "subtitle": "A small course",
        "summary": "How to hear what is said, and what is not.",
        "version": "1.0.0",
        "current_as_of": "2026-11-01",
        "language": "en-US",
        "level": "introductory",
        "audience": ["Therapists"],
        "delivery": "asynchronous_text",
        "topics": [{"topic": "law_ethics", "share": 100}, {"topic": "telehealth", "share": 50}],
        "authors": [
            {
                "name": "A. Writer",
                "credentials": "LMFT 1",
                "qualification": "Wrote it.",
                "disclosure": "None.",
            }
        ],
        "review": "By nobody yet.",
        "needs_assessment": "Listening is hard.",
        "objectives": [{"id": name, "text": f"Be able to {name}."} for name in OBJECTIVES],
        "lessons": [
            {"title": name.title(), "file": f"lessons/{number:02d}-{name}.md"}
            for number, name in enumerate(LESSONS, start=1)
        ],
        "evaluation": [
            {"id": "overall", "kind": "rating", "prompt": "The content was current."},
            {"id": "change", "kind": "text", "prompt": "What will you do differently?"},
        ],
        "pass_mark": 80,
        "attempts": "unlimited",
        "references": [
            {"id": "law", "kind": "law", "authors": "State", "year": 1953, "title": "A law", "source": "Code"}
        ],
    }


def _question(number: int, *, two_options: bool) -> dict[str, Any]:
    names = ("yes", "no") if two_options else ("right", "near", "far", "off")
    return {
        "id": f"q{number}",
        "objective": OBJECTIVES[number % len(OBJECTIVES)],
        "lesson": LESSONS[number % len(LESSONS)],
        "stem": f"What is asked in {number}?",
        "options": [
            {
                "id": name,
                "text": f"Choice {place} of {number}",
                "correct": place == 1,
                "feedback": f"Because {place} of {number}.",
            }
            for place, name in enumerate(names, start=1)
        ],
    }


def _lesson(name: str, words: int) -> LessonSource:
    return LessonSource(name, name.title(), f"# {name}", f"<h2>About {name}</h2><p>Text.</p>", words)


def make_provider(
    session: Session,
    *members: tuple[Person, Role],
    bodies: tuple[str, ...] = ("CAMFT",),
    valid_from: date = date(2025, 1, 1),
    valid_to: date = date(2027, 12, 31),
    name: str = "Harbor Institute",
) -> Provider:
    """The provider profile of an organization, with these approvals."""
    organization: Organization = make_organization(session, *members, name=name)
    provider = Provider(
        organization_id=organization.id,
        legal_name=f"{name}, Inc.",
        address="1 Pier Road, Oakland, CA 94607",
        phone="+1 510 555 0100",
        email="ce@example.org",
        designee_name="Miriam Cole",
        designee_title="CE Director",
        approvals=[
            ProviderApproval(
                body=body,
                number=f"{body}-1",
                valid_from=valid_from,
                valid_to=valid_to,
                statement=f"{name} is approved by {body}.",
            )
            for body in bodies
        ],
    )
    session.add(provider)
    session.flush()
    return provider


def make_version(
    session: Session, provider: Provider | None = None, minutes: int = 60, **source: Any
) -> CourseVersion:
    """A published course."""
    return publish_course(
        session, FROZEN_NOW, provider or make_provider(session), make_source(**source), minutes
    )
