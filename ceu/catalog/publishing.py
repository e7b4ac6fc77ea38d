"""What a course is worth before each body, and what must be true before it may be published. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any, Literal

from ceu.adapters.courses import CourseSource
from ceu.catalog.bodies import BODIES, Asked, Body, QuestionCount, body_of
from ceu.domain.credit import HOUR, award, mergener_minutes
from ceu.domain.errors import DomainError
from ceu.domain.minutes import clock_text, hours_text
from ceu.questions.rules import true_false_ids

FLORIDA_LAWS_PASS_MARK = 80
"""Florida Administrative Code 64B4-3.0035(2)(b), for its course on laws and rules."""

PLANNERS = {"social_work": "a social worker", "doctoral_psychology": "a doctoral psychologist"}

_UNMEASURABLE = re.compile(
    r"(?:be able to )?(understand|know|learn|appreciate|become familiar|be familiar|be aware|gain|realize|believe|grasp)\b",
    re.IGNORECASE,
)
"""Verbs that nobody can see or test (16 CCR 1887.4.0 asks for measurable objectives; the list is this site's)."""

Verdict = Literal["passes", "fails", "falls_short", "unknown"]
"""``falls_short`` is of a recommendation, and blocks nothing; ``unknown`` neither."""


@dataclass(frozen=True)
class Gate:
    """One thing that is looked at before publishing: how it stands, why, in a sentence with what to do, and who says so."""

    title: str
    verdict: Verdict
    reason: str
    source: str = ""
    status: str = ""

    @property
    def open(self) -> bool:
        """Whether it stands in nobody's way."""
        return self.verdict != "fails"


@dataclass(frozen=True)
class Line:
    """One part of a computation of credit: what was measured and how, and its exact minutes (None where it cannot be told)."""

    what: str
    exact: Fraction | None
    status: str
    source: str


@dataclass(frozen=True)
class Worth:
    """What a course is worth by one body's measure: exact minutes, and the award, rounded once.

    ``minutes`` is None where the body's measure is unknown, so that the provider's own reckoning stands.
    """

    body: Body
    lines: tuple[Line, ...]

    @property
    def exact(self) -> Fraction:
        return sum((line.exact for line in self.lines if line.exact is not None), Fraction(0))

    @property
    def minutes(self) -> int | None:
        if self.body.rounding is None or self.body.words_per_hour.value is None:
            return None
        return award(self.exact, self.body.rounding)

    def as_json(self, awarded: int) -> dict[str, Any]:
        """The computation as a published version keeps it, with what is ``awarded`` after the author's choices."""
        rounding = self.body.rounding
        known = self.minutes is not None
        return {
            "body": self.body.code,
            "measure": " + ".join(line.what for line in self.lines if line.exact is not None)
            or "set by the provider",
            "lines": [
                {
                    "what": line.what,
                    "exact": exact_text(line.exact) if line.exact is not None else None,
                    "status": line.status,
                    "source": line.source,
                }
                for line in self.lines
            ],
            "exact": exact_text(self.exact) if known else "unknown",
            "fraction": str(self.exact) if known else None,
            "minutes": self.minutes,
            "awarded": awarded,
            "status": rounding.status if rounding else "unknown",
            "source": rounding.source if rounding else "No rule of rounding was found. Ask the body.",
        }


TIMED_MEASURE = "minutes of instruction"
"""NBCC: credit is verified instructional minutes, without a floor of words (secondary)."""


def worth_before(body: Body, words: int, seconds: int = 0, timed: int | None = None) -> Worth:
    """What so many words and seconds of recordings are worth by a body's own measure; or, where a course is measured by the
    clock, ``timed`` minutes.
    """
    if timed is not None:
        source = "Minutes by the clock, of 60 an hour"
        return Worth(body, (Line(f"{timed:,} {TIMED_MEASURE}", Fraction(timed), "secondary", source),))
    per_hour, recordings = body.words_per_hour, body.recordings
    lines = [
        Line(
            f"{words:,} words at {per_hour.value:,} words an hour" if per_hour.value else f"{words:,} words",
            Fraction(HOUR * words, per_hour.value) if per_hour.value else None,
            per_hour.status,
            per_hour.source,
        )
    ]
    if seconds:
        lines.append(
            Line(
                f"{clock_text(seconds // 60)} h of recordings, by their time",
                Fraction(seconds, 60) if recordings.value else None,
                recordings.status,
                recordings.source,
            )
        )
    return Worth(body, tuple(lines))


def worth(words: int, seconds: int = 0, timed: int | None = None) -> tuple[Worth, ...]:
    """What a course is worth before each body that has a measure."""
    found = (worth_before(body, words, seconds, timed) for body in BODIES.values())
    return tuple(item for item in found if item.minutes is not None)


def proposed_minutes(words: int, bodies: Collection[str], seconds: int = 0, timed: int | None = None) -> int:
    """The credit to propose: the highest award among the approving bodies that have a measure, or else NBCC's."""
    awards = {item.body.code: item.minutes or 0 for item in worth(words, seconds, timed)}
    measured = [awards[body] for body in bodies if body in awards]
    return max(measured, default=awards["NBCC"])


def minutes_before(
    words: int,
    minutes: int,
    body: str,
    timed: int | None = None,
    credits_: Mapping[str, int] | None = None,
    seconds: int = 0,
) -> int:
    """What one body credits of a course published with ``minutes``: what was decided when it was published (``credits_``),
    or else never more than its own measure awards. Of ``timed`` minutes of presence it never credits more than their measure.
    """
    decided = credits_[body] if credits_ and body in credits_ else None
    if decided is not None and timed is None:
        return min(minutes, decided)
    found = [minutes, worth_before(body_of(body), words, seconds, timed).minutes, decided]
    return min(each for each in found if each is not None)


def exact_text(minutes: Fraction) -> str:
    """Exact minutes with two decimals, cut and never rounded up: Fraction(2503, 40) -> "62.57"."""
    hundredths = minutes.numerator * 100 // minutes.denominator
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def mergener_text(words: int, questions: int, difficulty: Fraction) -> str | None:
    """Exact minutes by Mergener for a difficulty from 1 to 5; None for texts too short for the formula."""
    try:
        return exact_text(mergener_minutes(words, questions, difficulty))
    except DomainError:
        return None


DIFFICULTIES = tuple(Fraction(halves, 2) for halves in range(2, 11))
"""What a reviewer chooses from, 1 to 5 in halves."""


def mergener_table(words: int, questions: int) -> list[tuple[str, str]]:
    """Exact minutes by Mergener for each difficulty; none for texts too short for it.

    The difficulty must be set by a named reviewer, so the formula informs and does not award.

    >>> mergener_table(3_774, 16)[3]
    ('2.5', '61.93')
    """
    found = ((each, mergener_text(words, questions, each)) for each in DIFFICULTIES)
    return [(f"{each.numerator / each.denominator:g}", text) for each, text in found if text is not None]


def questions_needed(count: QuestionCount, minutes: int) -> int:
    """The fewest post-test questions for so much credit.

    >>> [questions_needed(QuestionCount(10, 5, 60), minutes) for minutes in (60, 90, 120, 150, 360)]
    [10, 15, 15, 20, 35]
    """
    return count.first_hour + count.further * max(0, ceil(Fraction(minutes - HOUR, count.step_minutes)))


def gates(
    source: CourseSource, minutes: int, bodies: Sequence[str], dropped: Collection[str] = ()
) -> tuple[Gate, ...]:
    """Everything that must be true of every course before it is published with ``minutes`` of credit, whoever accredits it.

    ``bodies`` are those whose approval of the provider is in force, ``dropped`` those whose credit the author gives up.
    """
    kept = [body for body in bodies if body not in dropped]
    return (
        _approval(bodies, kept),
        _credit(source, minutes),
        _objectives(source),
        _measurable(source),
        _disclosures(source),
        *_florida(source),
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


def gates_before(body: Body, source: CourseSource, minutes: int) -> tuple[Gate, ...]:
    """What one body asks of a course, published with ``minutes`` of credit or what the body's measure makes of it."""
    timed = source.outline.instruction_minutes
    credited = minutes_before(source.words, minutes, body.code, timed, seconds=source.seconds)
    return (
        _award(body, credited),
        _pass_mark(body, source),
        _questions(body, source, credited),
        _true_false(body, source),
        _references(body, source),
        _objective_count(body, source),
        _degrees(body, source),
        _planner(body, source),
    )


def credits_of(
    source: CourseSource, minutes: int, bodies: Collection[str], dropped: Collection[str]
) -> dict[str, int]:
    """What each body credits: nothing where the author drops it, or where it is not held and would refuse the course.

    ``bodies`` are those the provider holds; the others are decided too, for the day on which they approve the provider.
    """
    return {
        code: 0
        if code in dropped or not all(gate.open for gate in gates_before(body_of(code), source, minutes))
        else minutes_before(
            source.words, minutes, code, source.outline.instruction_minutes, seconds=source.seconds
        )
        for code in {*BODIES, *bodies}
    }


def _approval(bodies: Sequence[str], kept: Sequence[str]) -> Gate:
    if bodies and not kept:
        return Gate("Approval", "fails", "The credit of every approving body is dropped. Keep at least one.")
    return _gate(
        "Approval",
        bool(kept),
        f"In force today: {', '.join(kept)}.",
        "No approval of this provider is in force today, so nobody could use the credit. Add the approval first.",
    )


def _credit(source: CourseSource, minutes: int) -> Gate:
    timed = source.outline.instruction_minutes
    longest = max(item.exact for item in worth(source.words, source.seconds, timed))
    measured = f"{source.words:,} words of reading" if timed is None else f"{timed:,} {TIMED_MEASURE}"
    if source.seconds:
        measured += f" and {clock_text(source.seconds // 60)} h of recordings"
    return _gate(
        "Credit",
        0 < minutes <= longest,
        f"{hours_text(minutes)} h for {measured}.",
        f"{measured.capitalize()} measure at most {exact_text(longest)} minutes, and {clock_text(minutes)} h is "
        f"{'no credit at all' if minutes <= 0 else 'more than that'}. Award what the course is worth.",
    )


def _objectives(source: CourseSource) -> Gate:
    if not source.questions:
        return Gate(
            "Objectives tested",
            "passes",
            f"Each of the {len(source.outline.objectives)} is rated in the evaluation.",
        )
    asked = source.rules.always_asked(source.questions)
    missing = [objective.id for objective in source.outline.objectives if objective.id not in asked]
    return _gate(
        "Objectives tested",
        not missing,
        f"Each of the {len(source.outline.objectives)} is tested by a question and rated in the evaluation.",
        f"Not every attempt tests {', '.join(missing)}. Write a question for each in assessment.yaml, and draw it always.",
    )


def _measurable(source: CourseSource) -> Gate:
    vague = [objective.id for objective in source.outline.objectives if _UNMEASURABLE.match(objective.text)]
    return _gate(
        "Objectives measurable",
        not vague,
        "Each begins with something a learner can be seen to do.",
        f"Nobody can see whether a learner understands or knows: {', '.join(vague)}. Begin with a verb that can be tested, "
        "such as describe, choose or apply.",
        Asked(True, "verified", "16 CCR 1887.4.0: measurable; the list of verbs is this site's"),
    )


def _disclosures(source: CourseSource) -> Gate:
    outline = source.outline
    silent = [author.name for author in outline.authors if not author.disclosure.strip()]
    silent += [planner.name for planner in outline.planners if not planner.disclosure.strip()]
    return _gate(
        "Disclosures",
        not silent,
        "Every author and planner discloses interests, or that there are none.",
        f"{', '.join(silent)} discloses nothing. Say what interests there are, or that there are none.",
        Asked(
            True,
            "verified",
            "ACCME Standard 3: financial relationships of the prior 24 months, without a least amount",
        ),
    )


def _florida(source: CourseSource) -> list[Gate]:
    mark = source.outline.pass_mark
    if all(share.topic != "laws_rules" for share in source.outline.topics):
        return []
    return [
        Gate(
            "Florida laws and rules",
            "passes" if mark >= FLORIDA_LAWS_PASS_MARK else "falls_short",
            f"{mark} %; Florida asks {FLORIDA_LAWS_PASS_MARK} % of its own course on laws and rules.",
            "Fla. Admin. Code 64B4-3.0035(2)(b)",
            "verified",
        )
    ]


def _award(body: Body, credited: int) -> Gate:
    known = body.rounding is not None
    return Gate(
        "Credit",
        "fails" if not credited else "passes" if known else "unknown",
        f"{hours_text(credited)} h by its own measure."
        if known and credited
        else "By its measure this course earns nothing. Make it longer, or drop this credit."
        if not credited
        else "Its measure is unknown, so the provider's own hours stand. Ask the body.",
        body.words_per_hour.source if known else "",
        body.rounding.status if body.rounding else "unknown",
    )


def _pass_mark(body: Body, source: CourseSource) -> Gate:
    mark, asked = source.outline.pass_mark, body.pass_mark
    if asked.value is None:
        return _unknown("Pass mark", asked)
    return _gate(
        "Pass mark",
        mark >= asked.value,
        f"{mark} %; {_asks(asked)} {asked.value} %.",
        f"{mark} % is below the {asked.value} % it {_verb(asked)}. Raise the pass mark.",
        asked,
    )


def _questions(body: Body, source: CourseSource, minutes: int) -> Gate:
    asked, there = body.questions, source.rules.asked(source.questions)
    if asked.value is None:
        return _unknown("Questions", asked)
    if source.outline.is_live:
        return Gate("Questions", "passes", "People are present, so a post-test is the provider's choice.")
    needed = questions_needed(asked.value, minutes)
    return _gate(
        "Questions",
        there >= needed,
        f"{there}; {_asks(asked)} {needed} for {hours_text(minutes)} h.",
        f"{there} questions, but it {_verb(asked)} {needed} for {hours_text(minutes)} h. Write {needed - there} more.",
        asked,
    )


def _true_false(body: Body, source: CourseSource) -> Gate:
    asked, total = body.true_false_percent, source.rules.asked(source.questions)
    there = source.rules.most_asked(source.questions, true_false_ids(source.questions))
    if asked.value is None:
        return _unknown("True or false", asked)
    if not source.questions:
        return Gate("True or false", "passes", "There is no post-test.")
    return _gate(
        "True or false",
        there * 100 <= asked.value * total,
        f"{there} of {total} questions; at most {asked.value} % may be.",
        f"{there} of {total} questions, but at most {asked.value} % may be. Give some of them four options.",
        asked,
    )


def _references(body: Body, source: CourseSource) -> Gate:
    asked = body.reference_age
    if asked.value is None:
        return _unknown("Age of references", asked)
    oldest = source.outline.current_as_of.year - asked.value
    old = [
        reference.id
        for reference in source.outline.references
        if reference.kind == "research" and reference.year != "n.d." and reference.year < oldest
    ]
    return _gate(
        "Age of references",
        not old,
        f"Research is at most {asked.value} years old.",
        f"Research older than {asked.value} years: {', '.join(old)}. Cite newer research.",
        asked,
    )


def _objective_count(body: Body, source: CourseSource) -> Gate:
    asked, there = body.objectives, len(source.outline.objectives)
    if asked.value is None:
        return _unknown("Number of objectives", asked)
    return _gate(
        "Number of objectives",
        there >= asked.value,
        f"{there}; {_asks(asked)} {asked.value}.",
        f"{there}, but it {_verb(asked)} {asked.value}. Name {asked.value - there} more.",
        asked,
    )


def _degrees(body: Body, source: CourseSource) -> Gate:
    asked = body.advanced_degree
    if asked.value is None:
        return _unknown("Presenters", asked)
    without = [author.name for author in source.outline.authors if author.advanced_degree is False]
    silent = [author.name for author in source.outline.authors if author.advanced_degree is None]
    if not without and silent:
        reason = f"Not said of {', '.join(silent)}. Say whether they hold an advanced degree in a mental health field."
        return Gate("Presenters", "unknown", reason, asked.source, asked.status)
    return _gate(
        "Presenters",
        not without,
        "Every author holds an advanced degree in a mental health field.",
        f"{', '.join(without)} holds no advanced degree in a mental health field, which it asks of those who teach "
        "counseling theory, practice or treatment.",
        asked,
    )


def _planner(body: Body, source: CourseSource) -> Gate:
    asked = body.planner
    if asked.value is None:
        return _unknown("Planning", asked)
    authors = {author.name for author in source.outline.authors}
    there = [
        planner.name
        for planner in source.outline.planners
        if planner.profession == asked.value and planner.name not in authors
    ]
    who = PLANNERS[asked.value]
    return _gate(
        "Planning",
        bool(there),
        f"{', '.join(there)} took part in planning.",
        f"It asks that {who}, who is no author, take part in planning. Name them among the planners.",
        asked,
    )


def _asks(asked: Asked[Any]) -> str:
    return "it asks" if asked.binding else "it recommends"


def _verb(asked: Asked[Any]) -> str:
    return "asks" if asked.binding else "recommends"


def _unknown(title: str, asked: Asked[Any]) -> Gate:
    return Gate(title, "unknown", "Unknown, ask the body.", "", asked.status)


def _gate(title: str, is_open: bool, good: str, bad: str, asked: Asked[Any] | None = None) -> Gate:
    missed: Verdict = "falls_short" if asked and not asked.binding else "fails"
    return Gate(
        title, "passes" if is_open else missed, good if is_open else bad,
        asked.source if asked else "", asked.status if asked else "",
    )  # fmt: skip
