"""What changed between two states of a course: facts, objectives, lessons by paragraph, questions. Pure."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ceu.adapters.courses import CourseContent

_LABELS = {
    "title": "Title", "subtitle": "Subtitle", "summary": "Summary", "level": "Level", "audience": "Target audience",
    "delivery": "Delivery", "topics": "Topics", "needs_assessment": "Needs assessment", "review": "Review",
    "pass_mark": "Pass mark", "attempts": "Attempts", "current_as_of": "Content last checked on", "version": "Version",
    "language": "Language", "recordings": "Recordings", "anonymous_evaluation": "Evaluations are anonymous",
}  # fmt: skip
_LISTS = {
    "objectives": ("Objective", "id"),
    "references": ("Reference", "id"),
    "evaluation": ("Evaluation item", "id"),
    "authors": ("Author", "name"),
    "planners": ("Planner", "name"),
}


@dataclass(frozen=True)
class Change:
    """One change: in which part, what was there before and what is there now; empty where there was or is nothing."""

    part: str
    before: str
    after: str


def changes_between(before: CourseContent, after: CourseContent) -> list[Change]:
    """Every change from one content to the other, in the order of a course's page."""
    return [
        *_facts(before.course, after.course),
        *_lessons(before, after),
        *_entries("Question", "id", _questions(before), _questions(after)),
        *_values("Rules of the test", before.assessment.get("rules"), after.assessment.get("rules")),
        *_files(before.assets, after.assets),
    ]


def _facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name, label in _LABELS.items():
        yield from _values(label, before.get(name), after.get(name))
    for name, (label, key) in _LISTS.items():
        yield from _entries(label, key, before.get(name), after.get(name))


def _values(label: str, before: object, after: object) -> Iterator[Change]:
    if before != after:
        yield Change(label, _text(before), _text(after))


def _entries(label: str, key: str, before: object, after: object) -> Iterator[Change]:
    old, new = _by_key(key, before), _by_key(key, after)
    for name in [*old, *(name for name in new if name not in old)]:
        yield from _values(f"{label} “{name}”", old.get(name), new.get(name))


def _by_key(key: str, entries: object) -> dict[str, Any]:
    listed = entries if isinstance(entries, list) else []
    return {str(entry.get(key)): entry for entry in listed if isinstance(entry, dict)}


def _lessons(before: CourseContent, after: CourseContent) -> Iterator[Change]:
    titles = {
        str(entry.get("file")): str(entry.get("title"))
        for content in (before, after)
        for entry in _by_key("file", content.course.get("lessons")).values()
    }
    order = [list(_by_key("file", content.course.get("lessons"))) for content in (before, after)]
    for file in dict.fromkeys([*order[0], *order[1]]):
        label = f"Lesson “{titles[file]}”"
        yield from _paragraphs(label, before.lessons.get(file, ""), after.lessons.get(file, ""))
    both = [[file for file in files if file in order[0] and file in order[1]] for files in order]
    yield from _values(
        "Order of lessons", [titles[file] for file in both[0]], [titles[file] for file in both[1]]
    )


def _paragraphs(label: str, before: str, after: str) -> Iterator[Change]:
    old, new = before.split("\n\n"), after.split("\n\n")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind != "equal":
            yield Change(label, "\n\n".join(old[first:last]).strip(), "\n\n".join(new[start:end]).strip())


def _questions(content: CourseContent) -> object:
    return content.assessment.get("questions")


def _files(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield Change(f"File {name}", "There" if name in before else "", "There" if name in after else "")


def _text(value: object) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_text(each)}" for key, each in value.items())
    if isinstance(value, list):
        return "\n".join(_text(each) for each in value)
    return "" if value is None else str(value)
