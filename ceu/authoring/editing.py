"""Changing the content of a draft, part by part: plain data in, plain data out. Pure.

A part is what one page edits. ``seen`` is the hash of what a page showed: when it differs from what stands, somebody else has
saved the same part meanwhile.
"""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from ceu.adapters.courses import CourseContent
from ceu.adapters.yaml import write_yaml
from ceu.domain.errors import DomainError

FACTS = (
    "title", "subtitle", "summary", "version", "current_as_of", "language", "level", "audience", "delivery", "topics",
    "needs_assessment", "review", "pass_mark", "attempts",
)  # fmt: skip
PARTS: dict[str, tuple[str, ...]] = {
    "facts": FACTS,
    "people": ("authors", "planners"),
    "objectives": ("objectives",),
    "references": ("references",),
    "evaluation": ("anonymous_evaluation", "evaluation"),
    "recordings": ("recordings",),
}
"""The parts of course.yaml, and the fields of each."""


def seen(part: object) -> str:
    """The hash of a part as it stands."""
    return sha256(json.dumps(part, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


def part_of(course: Mapping[str, Any], part: str) -> dict[str, Any]:
    """The fields of one part that the course has."""
    return {name: course[name] for name in PARTS[part] if name in course}


def with_part(content: CourseContent, part: str, fields: Mapping[str, Any]) -> CourseContent:
    """The content with other fields in one part; empty ones are left out, so that they are said to be missing."""
    course = {name: value for name, value in content.course.items() if name not in PARTS[part]}
    return replace(
        content, course={**course, **{key: value for key, value in fields.items() if not _blank(value)}}
    )


def with_lesson(content: CourseContent, file: str, title: str, markdown: str) -> CourseContent:
    """The content with this lesson, which joins the end of the list if it is not on it."""
    entries = [dict(entry) for entry in lesson_entries(content)]
    for entry in entries:
        if entry.get("file") == file:
            entry["title"] = title
            break
    else:
        entries.append({"title": title, "file": file})
    lessons = {**content.lessons, file: markdown}
    return replace(content, course={**content.course, "lessons": entries}, lessons=lessons)


def without_lesson(content: CourseContent, file: str) -> CourseContent:
    """The content without a lesson."""
    entries = [entry for entry in lesson_entries(content) if entry.get("file") != file]
    lessons = {name: text for name, text in content.lessons.items() if name != file}
    return replace(content, course={**content.course, "lessons": entries}, lessons=lessons)


def moved_up(content: CourseContent, file: str) -> CourseContent:
    """The content with a lesson one place earlier."""
    entries = list(lesson_entries(content))
    place = next((place for place, entry in enumerate(entries) if entry.get("file") == file), 0)
    if place:
        entries[place - 1], entries[place] = entries[place], entries[place - 1]
    return replace(content, course={**content.course, "lessons": entries})


def lesson_entries(content: CourseContent) -> list[dict[str, Any]]:
    """The lessons that course.yaml lists, as far as they are entries at all."""
    entries = content.course.get("lessons")
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def new_lesson_file(content: CourseContent, title: str) -> str:
    """A name for a new lesson's file that no other has."""
    taken = set(content.lessons) | {str(entry.get("file")) for entry in lesson_entries(content)}
    slugs = {name[len("lessons/00-") : -len(".md")] for name in taken}
    stem = slug_of(title) or "lesson"
    slug = next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if slug not in slugs)
    numbers = [int(name[8:10]) for name in taken if re.match(r"lessons/\d\d-", name)]
    return f"lessons/{min(max(numbers, default=0) + 1, 99):02d}-{slug}.md"


def slug_of(title: str) -> str:
    """A title as the name of a folder or file: small letters and digits, joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:70].strip("-")


def stem_of(path: str) -> str:
    """The name of a file without its folders and its ending.

    >>> stem_of("lessons/01-hearing.md")
    '01-hearing'
    """
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def questions_of(content: CourseContent) -> list[Any]:
    """The questions of the test, as plain data."""
    found = content.assessment.get("questions")
    return list(found) if isinstance(found, list) else []


def with_questions(content: CourseContent, questions: Sequence[Any]) -> CourseContent:
    """The content with other questions."""
    return replace(content, assessment={**content.assessment, "questions": list(questions)})


def with_rules(content: CourseContent, rules: Mapping[str, Any]) -> CourseContent:
    """The content with other rules of the test."""
    rest = {key: value for key, value in content.assessment.items() if key != "rules"}
    return replace(content, assessment={**({"rules": dict(rules)} if rules else {}), **rest})


def with_asset(content: CourseContent, name: str, digest: str) -> CourseContent:
    """The content with a file."""
    return replace(content, assets={**content.assets, name: digest})


def without_asset(content: CourseContent, name: str) -> CourseContent:
    """The content without a file. Raises DomainError for one that the draft does not have."""
    if name not in content.assets:
        raise DomainError("This file is no longer in the draft.")
    return replace(content, assets={key: digest for key, digest in content.assets.items() if key != name})


def lines_of(part: object) -> list[str]:
    """A part as lines that people can compare."""
    return (part if isinstance(part, str) else write_yaml(part)).splitlines()


def difference(before: object, after: object) -> list[tuple[str, str]]:
    """The lines by which two parts differ, as (sign, line): "-" only before, "+" only after, " " around them."""
    lines = difflib.unified_diff(lines_of(before), lines_of(after), lineterm="", n=1)
    return [(line[0], line[1:]) for line in lines if not line.startswith(("---", "+++", "@@"))]


def _blank(value: object) -> bool:
    return value is None or not (value or isinstance(value, int))


TEMPLATES: dict[str, dict[str, Any]] = {
    "choice": {
        "stem": "What is asked?",
        "options": [
            {"id": "a", "text": "The right one", "correct": True, "feedback": "Why it is right."},
            {"id": "b", "text": "A near one", "feedback": "What choosing it teaches."},
            {"id": "c", "text": "Another", "feedback": "What choosing it teaches."},
            {"id": "d", "text": "A fourth", "feedback": "What choosing it teaches."},
        ],
    },
    "true_false": {
        "stem": "Something that is so.",
        "answer": True,
        "if_true": "Right.",
        "if_false": "Why not.",
    },
    "short_text": {"stem": "What is it called?", "answers": [{"pattern": "consent"}]},
    "numeric": {"stem": "How many?", "answers": [{"value": "3", "tolerance": "0"}]},
    "matching": {
        "stem": "Match each.",
        "prompts": [
            {"id": "p1", "text": "First", "match": "t1"},
            {"id": "p2", "text": "Second", "match": "t2"},
        ],
        "targets": [{"id": "t1", "text": "One"}, {"id": "t2", "text": "Two"}],
    },
    "ordering": {
        "stem": "Put in order.",
        "items": [{"id": "i1", "text": "First"}, {"id": "i2", "text": "Second"}],
    },
    "cloze": {
        "stem": "A gap: {{word}}.",
        "gaps": [{"id": "word", "kind": "short_text", "label": "The word", "answers": [{"pattern": "here"}]}],
    },
}
"""What a new question of each kind begins with."""
