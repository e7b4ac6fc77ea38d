"""What each accrediting body asks of a self-paced course, as data: every value with its status and source. Pure.

A value that was looked for and not found stays unknown: its gate says so, blocks nothing and promises nothing.
"""

from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from ceu.domain.credit import (
    NASW_ROUNDING,
    NASW_WORDS_PER_HOUR,
    NBCC_ROUNDING,
    NBCC_WORDS_PER_HOUR,
    RoundingRule,
)

Status = Literal["verified", "secondary", "assumed", "unknown"]
Value = TypeVar("Value")

NASW_PROGRAM = "NASW Continuing Education Approval Program, program pages and FAQ"
NBCC_FORM = "NBCC ACEP Additional Delivery Format Application (2020)"
APA_FAQ = "APA, frequently asked questions of sponsors (older copy)"


@dataclass(frozen=True)
class Asked(Generic[Value]):
    """One thing a body asks for; ``binding`` is False for what it only recommends."""

    value: Value | None = None
    status: Status = "unknown"
    source: str = "No text with this value was found. Ask the body."
    binding: bool = True


@dataclass(frozen=True)
class QuestionCount:
    """Questions of a post-test: so many for the first hour, and so many more for each begun step of minutes after it."""

    first_hour: int
    further: int
    step_minutes: int


@dataclass(frozen=True)
class Body:
    """One accrediting body. Percentages are whole numbers, ages are years; ``planner`` is a profession of ``Planner``."""

    code: str
    words_per_hour: Asked[int] = field(default_factory=Asked)
    recordings: Asked[bool] = field(default_factory=Asked)
    rounding: RoundingRule | None = None
    pass_mark: Asked[int] = field(default_factory=Asked)
    questions: Asked[QuestionCount] = field(default_factory=Asked)
    true_false_percent: Asked[int] = field(default_factory=Asked)
    reference_age: Asked[int] = field(default_factory=Asked)
    objectives: Asked[int] = field(default_factory=Asked)
    advanced_degree: Asked[bool] = field(default_factory=Asked)
    planner: Asked[str] = field(default_factory=Asked)


_BODIES = (
    Body(
        "NASW",
        words_per_hour=Asked(NASW_WORDS_PER_HOUR, "verified", NASW_PROGRAM),
        rounding=NASW_ROUNDING,
        pass_mark=Asked(80, "verified", NASW_PROGRAM),
        questions=Asked(QuestionCount(10, 5, 60), "verified", NASW_PROGRAM),
        true_false_percent=Asked(10, "verified", NASW_PROGRAM),
        reference_age=Asked(10, "verified", NASW_PROGRAM),
        objectives=Asked(3, "verified", NASW_PROGRAM),
        planner=Asked("social_work", "verified", NASW_PROGRAM),
    ),
    Body(
        "NBCC",
        words_per_hour=Asked(NBCC_WORDS_PER_HOUR, "secondary", "Practice of approved providers"),
        recordings=Asked(
            True, "secondary", "Practice of approved providers: videos and audios by their time"
        ),
        rounding=NBCC_ROUNDING,
        advanced_degree=Asked(True, "verified", f"{NBCC_FORM}, Presenter Qualification Form"),
    ),
    Body(
        "APA",
        pass_mark=Asked(75, "secondary", APA_FAQ, binding=False),
        questions=Asked(QuestionCount(6, 6, 60), "secondary", APA_FAQ, binding=False),
        planner=Asked("doctoral_psychology", "secondary", APA_FAQ),
    ),
)

BODIES: dict[str, Body] = {body.code: body for body in _BODIES}
"""The bodies of which something is known."""


def body_of(code: str) -> Body:
    """What is known of a body: for most, nothing yet.

    >>> body_of("CAMFT").pass_mark.status
    'unknown'
    """
    return BODIES.get(code, Body(code))
