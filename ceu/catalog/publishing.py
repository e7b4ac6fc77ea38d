"""What a course is worth before each body, and what must be true before it may be published."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Any

from ceu.adapters.courses import CourseSource
from ceu.adapters.markdown import images
from ceu.domain.credit import (
    HOUR,
    NASW_ROUNDING,
    NASW_WORDS_PER_HOUR,
    NBCC_ROUNDING,
    NBCC_WORDS_PER_HOUR,
    RoundingRule,
    award,
    mergener_minutes,
    nasw_minutes,
    nbcc_minutes,
)
from ceu.domain.errors import DomainError
from ceu.domain.minutes import clock_text, hours_text
from ceu.questions.rules import true_false_ids

STRICTEST_PASS_MARK = 80
"""NASW Continuing Education Approval Program, and Florida Administrative Code 64B4-3.0035(2)(b)."""

TRUE_FALSE_SHARE = Fraction(1, 10)
RESEARCH_YEARS = 10
"""NASW Continuing Education Approval Program: at most one question in ten, references of the last ten years."""

FIRST_HOUR_QUESTIONS, FURTHER_QUESTIONS = 10, 5
"""NASW Continuing Education Approval Program: ten questions for the first hour, five for each begun one after it."""


@dataclass(frozen=True)
class Measure:
    """How one body measures a text, and how it rounds."""

    body: str
    words: str
    exact: Callable[[int], Fraction]
    rounding: RoundingRule


MEASURES: tuple[Measure, ...] = (
    Measure("NBCC", f"{NBCC_WORDS_PER_HOUR:,} words an hour", nbcc_minutes, NBCC_ROUNDING),
    Measure("NASW", f"{NASW_WORDS_PER_HOUR:,} words an hour", nasw_minutes, NASW_ROUNDING),
)


@dataclass(frozen=True)
class Worth:
    """What a text is worth by one body's measure: exact minutes, and the award rounded once."""

    measure: Measure
    exact: Fraction
    minutes: int

    def as_json(self) -> dict[str, Any]:
        """The computing as a published version keeps it."""
        return {
            "body": self.measure.body,
            "measure": self.measure.words,
            "exact": exact_text(self.exact),
            "minutes": self.minutes,
            "status": self.measure.rounding.status,
            "source": self.measure.rounding.source,
        }


TIMED_MEASURE = "minutes of instruction"
"""NBCC: credit is verified instructional minutes, without a floor of words (secondary); an hour of 60 minutes for both."""


def worth(words: int, timed: int | None = None) -> tuple[Worth, ...]:
    """What so many words are worth by each measure; or, where a course is measured by the clock, ``timed`` minutes."""
    return tuple(
        Worth(measure, exact := measure.exact(words), award(exact, measure.rounding))
        if timed is None
        else Worth(
            replace(measure, words=TIMED_MEASURE), Fraction(timed), award(Fraction(timed), measure.rounding)
        )
        for measure in MEASURES
    )


def proposed_minutes(words: int, bodies: Collection[str], timed: int | None = None) -> int:
    """The credit to propose: the highest award among the approving bodies that measure words, or else NBCC's."""
    awards = {item.measure.body: item.minutes for item in worth(words, timed)}
    measured = [awards[body] for body in bodies if body in awards]
    return max(measured, default=awards["NBCC"])


def minutes_before(words: int, minutes: int, body: str, timed: int | None = None) -> int:
    """What one body credits of a course published with ``minutes``: never more than its own measure awards."""
    awards = {item.measure.body: item.minutes for item in worth(words, timed)}
    return min(minutes, awards.get(body, minutes))


def exact_text(minutes: Fraction) -> str:
    """Exact minutes with two decimals, cut and never rounded up: Fraction(2503, 40) -> "62.57"."""
    hundredths = minutes.numerator * 100 // minutes.denominator
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def mergener_range(words: int, questions: int) -> tuple[str, str] | None:
    """Exact minutes by Mergener for the easiest and the hardest difficulty; None for texts too short for it.

    The difficulty between them must be set by a named reviewer, so the formula informs and does not award.
    """
    try:
        easiest = mergener_minutes(words, questions, Fraction(1))
    except DomainError:
        return None
    return exact_text(easiest), exact_text(mergener_minutes(words, questions, Fraction(5)))


def questions_needed(minutes: int) -> int:
    """The fewest post-test questions for so much credit.

    >>> [questions_needed(minutes) for minutes in (60, 90, 120, 150, 360)]
    [10, 15, 15, 20, 35]
    """
    return FIRST_HOUR_QUESTIONS + FURTHER_QUESTIONS * max(0, ceil(Fraction(minutes - HOUR, HOUR)))


@dataclass(frozen=True)
class Gate:
    """One thing that must be true before publishing: whether it is, and why, in a sentence with what to do."""

    title: str
    open: bool
    reason: str


def gates(source: CourseSource, minutes: int, bodies: Sequence[str]) -> tuple[Gate, ...]:
    """Everything that must be true before ``source`` is published with ``minutes`` of credit.

    ``bodies`` are those whose approval of the provider is in force.
    """
    return (
        _approval(bodies),
        _credit(source, minutes),
        _pass_mark(source),
        _questions(source, minutes),
        _true_false(source),
        _references(source),
        _objectives(source),
        _disclosures(source),
        _images(source),
    )


def package_gates(source: CourseSource, uploaded: Collection[str]) -> tuple[Gate, ...]:
    """That every content package the lessons name is uploaded; no gate for a course without packages."""
    named = [entry for entry in source.outline.lessons if entry.package]
    if not named:
        return ()
    missing = [f"“{entry.title}”" for entry in named if entry.package not in uploaded]
    return (
        _gate(
            "Packages",
            not missing,
            f"{len(named)} of {len(source.outline.lessons)} lessons play a package. Its time earns no credit of itself.",
            f"The package of {', '.join(missing)} is not among this provider's packages. Upload it, and copy its hash "
            "into course.yaml.",
        ),
    )


def _approval(bodies: Sequence[str]) -> Gate:
    return _gate(
        "Approval",
        bool(bodies),
        f"In force today: {', '.join(bodies)}.",
        "No approval of this provider is in force today, so nobody could use the credit. Add the approval first.",
    )


def _credit(source: CourseSource, minutes: int) -> Gate:
    timed = source.outline.instruction_minutes
    longest = max(item.exact for item in worth(source.words, timed))
    measured = f"{source.words:,} words of reading" if timed is None else f"{timed:,} {TIMED_MEASURE}"
    return _gate(
        "Credit",
        0 < minutes <= longest,
        f"{hours_text(minutes)} h for {measured}.",
        f"{measured.capitalize()} measure at most {exact_text(longest)} minutes, and {clock_text(minutes)} h is "
        f"{'no credit at all' if minutes <= 0 else 'more than that'}. Award what the text is worth.",
    )


def _pass_mark(source: CourseSource) -> Gate:
    mark = source.outline.pass_mark
    return _gate(
        "Pass mark",
        mark >= STRICTEST_PASS_MARK,
        f"{mark} %; the strictest body asks {STRICTEST_PASS_MARK} %.",
        f"{mark} % is below the {STRICTEST_PASS_MARK} % that NASW and Florida ask. Raise pass_mark in course.yaml.",
    )


def _questions(source: CourseSource, minutes: int) -> Gate:
    if source.outline.is_live:
        return Gate("Questions", True, "People are present, so a post-test is the provider's choice.")
    needed, there = questions_needed(minutes), source.rules.asked(source.questions)
    return _gate(
        "Questions",
        there >= needed,
        f"{there}; NASW asks {needed} for {hours_text(minutes)} h.",
        f"{there} questions, but NASW asks {needed} for {hours_text(minutes)} h. "
        f"Write {needed - there} more in assessment.yaml.",
    )


def _true_false(source: CourseSource) -> Gate:
    if not source.questions:
        return Gate("True or false", True, "There is no post-test.")
    there = source.rules.most_asked(source.questions, true_false_ids(source.questions))
    total = source.rules.asked(source.questions)
    return _gate(
        "True or false",
        Fraction(there, total) <= TRUE_FALSE_SHARE,
        f"{there} of {total} questions; at most one in ten may be.",
        f"{there} of {total} questions, but at most one in ten may be. Give some of them four options.",
    )


def _references(source: CourseSource) -> Gate:
    oldest = source.outline.current_as_of.year - RESEARCH_YEARS
    old = [
        reference.id
        for reference in source.outline.references
        if reference.kind == "research" and reference.year != "n.d." and reference.year < oldest
    ]
    return _gate(
        "References",
        not old,
        f"Research is at most {RESEARCH_YEARS} years old.",
        f"{', '.join(old)}: research older than {RESEARCH_YEARS} years. Cite newer research.",
    )


def _objectives(source: CourseSource) -> Gate:
    if not source.questions:
        return Gate(
            "Objectives", True, f"Each of the {len(source.outline.objectives)} is rated in the evaluation."
        )
    asked = source.rules.always_asked(source.questions)
    missing = [objective.id for objective in source.outline.objectives if objective.id not in asked]
    return _gate(
        "Objectives",
        not missing,
        f"Each of the {len(source.outline.objectives)} is tested by a question and rated in the evaluation.",
        f"Not every attempt tests {', '.join(missing)}. Write a question for each in assessment.yaml, and draw it always.",
    )


def _disclosures(source: CourseSource) -> Gate:
    silent = [author.name for author in source.outline.authors if not author.disclosure.strip()]
    return _gate(
        "Disclosures",
        not silent,
        "Every author discloses interests, or that there are none.",
        f"{', '.join(silent)} discloses nothing. Say what interests there are, or that there are none.",
    )


def _images(source: CourseSource) -> Gate:
    showing = [lesson.title for lesson in source.lessons if images(lesson.markdown)]
    showing += [question.id for question in source.questions if question.media or images(question.stem)]
    return _gate(
        "Images",
        not showing,
        "Lessons and questions are text and tables, which every version keeps as they are.",
        f"A published version cannot keep images yet. Say in words or a table what they show in {', '.join(showing)}.",
    )


def _gate(title: str, is_open: bool, good: str, bad: str) -> Gate:
    return Gate(title, is_open, good if is_open else bad)
