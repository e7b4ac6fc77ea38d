"""What accrediting bodies ask of a course, put together for people who check it: what is a gate before publishing, what is always
so because this site makes it so, and what nobody here looks at. Pure.
"""

from dataclasses import dataclass
from typing import Any, Literal

from ceu.catalog.bodies import BODIES, NASW_PROGRAM, NBCC_FORM, Asked, Body, QuestionCount, Status
from ceu.catalog.publishing import PLANNERS

How = Literal["blocks", "recommends", "always", "elsewhere", "unknown"]
"""A gate that blocks publishing with this body's credit; one that only tells; kept by the site itself; not looked at here; not
known."""

ASWB_ACE = "ASWB ACE, program pages"
CAMFT_FAQ = "CAMFT, CE provider FAQ"
CALIFORNIA = "16 CCR 1887.4.0"


@dataclass(frozen=True)
class Duty:
    """One thing a body asks, in words: what, how it is seen to, how sure that is, and who says so."""

    what: str
    how: How
    status: Status
    source: str


def _always(what: str, status: Status, source: str) -> Duty:
    return Duty(what, "always", status, source)


def _elsewhere(what: str, status: Status, source: str) -> Duty:
    return Duty(what, "elsewhere", status, source)


BESIDE_GATES: dict[str, tuple[Duty, ...]] = {
    "NASW": (
        _always("The evaluation has an item for each learning objective.", "verified", NASW_PROGRAM),
        _always(
            "The certificate names program, date, provider number and presenter.", "verified", NASW_PROGRAM
        ),
        _elsewhere(
            "Each title is approved for twelve months, 30 business days ahead.", "verified", NASW_PROGRAM
        ),
        _elsewhere("Credit that is pending is not advertised.", "verified", NASW_PROGRAM),
    ),
    "NBCC": (
        _always("Participants get a form to rate the program.", "verified", NBCC_FORM),
        _always("All sources stand in a reference list.", "verified", NBCC_FORM),
        _always(
            "How the credit was computed, with the count of words, is kept with the version.",
            "verified",
            NBCC_FORM,
        ),
        _elsewhere("Each format (live, home study) is approved by itself.", "verified", NBCC_FORM),
        _elsewhere(
            "The administrator of the program holds an advanced degree in a mental health field.",
            "verified",
            NBCC_FORM,
        ),
        _elsewhere(
            "The post-test is written by somebody with such a degree, whose CV is handed in.",
            "verified",
            NBCC_FORM,
        ),
    ),
    "APA": (
        _always(
            "Objectives, target audience and level stand on the course's page, with credentials and the hours.",
            "secondary",
            "Arizona Psychological Association, co-sponsorship form",
        ),
        _elsewhere(
            "What is announced says how fees are refunded.",
            "secondary",
            "Arizona Psychological Association, co-sponsorship form",
        ),
    ),
    "ASWB": (
        _always("The course says its level.", "secondary", ASWB_ACE),
        _elsewhere(
            "A CE director and a social work consultant are named, with their licenses.", "verified", ASWB_ACE
        ),
        _elsewhere("The grievance policy is handed in.", "verified", ASWB_ACE),
    ),
    "CAMFT": (
        _always("Where nobody can ask back, a post-test must be passed.", "verified", CAMFT_FAQ),
        _elsewhere("Who takes the course is who they say they are.", "verified", CAMFT_FAQ),
    ),
}
"""What bodies ask and no gate looks at."""

EVERY_COURSE: tuple[Duty, ...] = (
    Duty(
        "An approval of the provider is in force on the day of publishing.", "blocks", "assumed", "This site"
    ),
    Duty("No more credit is awarded than the course measures.", "blocks", "assumed", "This site"),
    Duty(
        "Every objective begins with something that can be seen and tested.", "blocks", "verified", CALIFORNIA
    ),
    Duty("Every attempt of the post-test tests every objective.", "blocks", "assumed", "This site"),
    Duty(
        "Authors and planners disclose interests of the last 24 months, or that there are none.",
        "blocks",
        "verified",
        "ACCME Standard 3",
    ),
    Duty(
        "Somebody qualified who did not write the course approves it, item by item, and discloses interests too.",
        "blocks",
        "assumed",
        "This site",
    ),
    Duty(
        "Why each author is qualified, the needs assessment, level and target audience are written.",
        "blocks",
        "assumed",
        "This site",
    ),
    Duty("Pictures are described, and videos have captions.", "blocks", "assumed", "This site"),
    Duty("Participants evaluate the course; each objective has its item.", "always", "verified", CALIFORNIA),
)
"""What is asked of every course, whoever accredits it."""

_ASKED: tuple[tuple[str, str], ...] = (
    ("words_per_hour", "{:,} words are an hour of reading."),
    ("recordings", "Recordings count by their time."),
    ("pass_mark", "The pass mark is at least {} %."),
    ("questions", "{}"),
    ("true_false_percent", "At most {} % of the questions are true or false."),
    ("reference_age", "Research that is cited is at most {} years old."),
    ("objectives", "There are at least {} objectives."),
    ("advanced_degree", "Authors hold an advanced degree in a mental health field."),
    ("planner", "{} who is no author takes part in planning."),
)
_LABELS = {
    "words_per_hour": "Words an hour", "recordings": "Recordings", "pass_mark": "Pass mark", "questions": "Questions",
    "true_false_percent": "True or false", "reference_age": "Age of references", "objectives": "Number of objectives",
    "advanced_degree": "Presenters", "planner": "Planning",
}  # fmt: skip


def duties_of(code: str) -> list[Duty]:
    """Everything known of what a body asks, and what was looked for and not found."""
    body = BODIES.get(code, Body(code))
    found = [_duty(name, words, getattr(body, name)) for name, words in _ASKED]
    if body.rounding:
        found.append(
            Duty(f"Rounding: {body.rounding.source}.", "blocks", body.rounding.status, body.rounding.source)
        )
    known = [duty for duty in found if duty.how != "unknown"]
    return [*known, *BESIDE_GATES.get(code, ()), *(duty for duty in found if duty.how == "unknown")]


def _duty(name: str, words: str, asked: Asked[Any]) -> Duty:
    if asked.value is None:
        return Duty(f"{_LABELS[name]}: not found. Ask the body.", "unknown", asked.status, asked.source)
    value = asked.value
    if isinstance(value, QuestionCount):
        value = (
            f"{value.first_hour} questions are asked for the first hour, and {value.further} more for each begun "
            f"{value.step_minutes} minutes after it."
        )
    elif name == "planner":
        value = PLANNERS[value].capitalize()
    return Duty(words.format(value), "blocks" if asked.binding else "recommends", asked.status, asked.source)


def bodies_known() -> list[str]:
    """The bodies of which something is known, in alphabetical order."""
    return sorted({*BODIES, *BESIDE_GATES})
