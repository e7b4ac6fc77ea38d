"""What pages show of a draft: its parts as forms take them, and each mistake beside the field it is about."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ceu.adapters.courses import ASSESSMENT, COURSE, CourseContent, Fault
from ceu.authoring.editing import PARTS, ROW, questions_of, seen
from ceu.questions.model import KINDS

PART_LABELS = {
    "facts": "Facts",
    "people": "Authors and planners",
    "objectives": "Objectives",
    "references": "References",
    "evaluation": "Evaluation form",
    "recordings": "Recordings",
    "rules": "Rules of the test",
}


def part_of_fault(fault: Fault) -> str:
    """On which page a mistake is mended: a part, a lesson's file, questions or lessons."""
    field = fault.place[0] if fault.place else ""
    if fault.file == COURSE:
        return next(
            (part for part, fields in PARTS.items() if field in fields),
            "lessons" if field == "lessons" else "facts",
        )
    if fault.file == ASSESSMENT:
        return "rules" if field == "rules" else "questions"
    return fault.file


def faults_by_part(faults: Iterable[Fault]) -> dict[str, list[Fault]]:
    """The mistakes by the page on which they are mended."""
    found: dict[str, list[Fault]] = {}
    for fault in faults:
        found.setdefault(part_of_fault(fault), []).append(fault)
    return found


@dataclass(frozen=True)
class QuestionLine:
    """A question in a list: its number from 1, what it asks, and the hash by which a page says which one it showed."""

    number: int
    stem: str
    kind: str
    objective: str
    seen: str
    mistakes: int


def question_lines(content: CourseContent, faults: Iterable[Fault]) -> list[QuestionLine]:
    """The questions of a draft as a list shows them, also those that are none yet."""
    found = Counter(
        fault.place[1]
        for fault in faults
        if fault.file == ASSESSMENT and fault.place[:1] == ("questions",) and fault.place[1:]
    )
    lines = []
    for place, each in enumerate(questions_of(content)):
        data = each if isinstance(each, dict) else {}
        kind = KINDS.get(str(data.get("kind", "choice")), "of no known kind")
        stem, objective = str(data.get("stem") or "Without a text"), str(data.get("objective") or "")
        lines.append(QuestionLine(place + 1, stem, kind, objective, seen(each), found[place]))
    return lines


_ON_LINES = frozenset({"audience", "options"})
"""Lists that a form shows with one entry a line; others of plain values stand with commas between them."""


def for_form(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A part as the form shows it: every value as text, every row with its place."""
    return {name: _shown(name, value) for name, value in fields.items()}


def _shown(name: str, value: object) -> Any:
    if isinstance(value, dict):
        return {key: _shown(key, each) for key, each in value.items()}
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        rows = [each for each in value if isinstance(each, dict)]
        return [{**for_form(row), ROW: str(place)} for place, row in enumerate(rows)]
    if isinstance(value, list):
        return ("\n" if name in _ON_LINES else ", ").join(map(str, value)) if value else ""
    if name == "cents" and isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}"
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
