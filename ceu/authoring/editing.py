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

PARTS: dict[str, tuple[str, ...]] = {
    "facts": (
        "title", "subtitle", "summary", "version", "current_as_of", "language", "level", "audience", "delivery",
        "instruction_minutes", "topics", "needs_assessment", "review", "pass_mark", "attempts", "minimum_minutes", "price",
    ),
    "people": ("authors", "planners"),
    "objectives": ("objectives",),
    "references": ("references",),
    "evaluation": ("evaluation", "anonymous_evaluation"),
    "recordings": ("recordings",),
    "rules": (
        "sections", "shuffle", "page", "time_limit", "waiting_time", "negative_marks", "blank_answers", "pre_test", "review",
    ),
}  # fmt: skip
"""The parts that have a page each, and the fields of each: of course.yaml, or for ``rules`` of those in assessment.yaml."""


def seen(part: object) -> str:
    """The hash of a part as it stands."""
    return sha256(json.dumps(part, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


def part_of(content: CourseContent, part: str) -> dict[str, Any]:
    """The fields of one part that the content has."""
    home = _home(content, part)
    return {name: home[name] for name in PARTS[part] if name in home}


def with_part(content: CourseContent, part: str, fields: Mapping[str, Any]) -> CourseContent:
    """The content with these fields of one part changed; empty ones are left out, so that they are said to be missing."""
    kept = {name: fields.get(name, value) for name, value in _home(content, part).items()}
    home = {
        name: value for name, value in {**kept, **fields}.items() if name not in fields or not _blank(value)
    }
    if part != "rules":
        return replace(content, course=home)
    rest = {key: value for key, value in content.assessment.items() if key != "rules"}
    return replace(content, assessment={**({"rules": home} if home else {}), **rest})


def _home(content: CourseContent, part: str) -> Mapping[str, Any]:
    found = content.assessment.get("rules") if part == "rules" else content.course
    return found if isinstance(found, dict) else {}


ROW = "was"
"""Under this name a row of a form says which row it was when the page was made."""


def changed(
    stands: Mapping[str, Any], untouched: Mapping[str, Any], typed: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields of a part as they shall stand: what the page left alone stays exactly what it was, also what no form shows.

    ``untouched`` is what the form gives when nobody types, ``typed`` what it gave; rows are dicts with ``ROW``, blank ones removed.
    """
    return {
        name: stands[name]
        if name in stands and value == untouched.get(name)
        else _rows(stands.get(name), untouched.get(name, []), value)
        if _are_rows(value)
        else value
        for name, value in typed.items()
        if name in stands or value != untouched.get(name)
    }


def _rows(
    before: object, untouched: Sequence[Mapping[str, Any]], typed: Sequence[Mapping[str, Any]]
) -> list[Any]:
    rows = [each for each in before if isinstance(each, dict)] if isinstance(before, list) else []
    found = []
    for row in typed:
        was = row.get(ROW, "")
        place = int(was) if was.isdecimal() and len(was) < 5 and int(was) < len(rows) else None
        said = {key: value for key, value in row.items() if key != ROW and value not in ("", None, [])}
        if place is None:
            found += [said] if said else []
        elif row == untouched[place]:
            found.append(rows[place])
        elif said:
            unseen = {key: value for key, value in rows[place].items() if key not in row}
            found.append({**unseen, **said})
    return found


def _are_rows(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def with_lesson(
    content: CourseContent, file: str, title: str, markdown: str, more: Mapping[str, Any] | None = None
) -> CourseContent:
    """The content with this lesson, which joins the end of the list if it is not on it; ``more`` is what else its entry says."""
    entries = [dict(entry) for entry in lesson_entries(content)]
    entry = next((each for each in entries if each.get("file") == file), None)
    if entry is None:
        entry = {"title": title, "file": file}
        entries.append(entry)
    entry["title"] = title
    for name, value in (more or {}).items():
        entry.pop(name, None)
        if not _blank(value):
            entry[name] = value
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


def question_at(content: CourseContent, number: int) -> Any:
    """The question with this number, from 1; None where there is none."""
    listed = questions_of(content)
    return listed[number - 1] if 0 < number <= len(listed) else None


def with_questions(content: CourseContent, questions: Sequence[Any]) -> CourseContent:
    """The content with other questions."""
    return replace(content, assessment={**content.assessment, "questions": list(questions)})


def with_question(content: CourseContent, number: int, data: Any) -> CourseContent:
    """The content with a question in the place of the one with this number, or at the end for the number 0."""
    listed = questions_of(content)
    if not 0 < number <= len(listed):
        return with_questions(content, [*listed, data])
    return with_questions(content, [*listed[: number - 1], data, *listed[number:]])


def without_question(content: CourseContent, number: int) -> CourseContent:
    """The content without the question with this number."""
    listed = questions_of(content)
    return with_questions(content, [*listed[: number - 1], *listed[number:]])


def question_up(content: CourseContent, number: int) -> CourseContent:
    """The content with a question one place earlier."""
    listed = questions_of(content)
    if 1 < number <= len(listed):
        listed[number - 2 : number] = [listed[number - 1], listed[number - 2]]
    return with_questions(content, listed)


def new_question(content: CourseContent, kind: str) -> dict[str, Any]:
    """What a new question of a kind begins with: a name that no other has, and room for what its kind needs."""
    taken = {each.get("id") for each in questions_of(content) if isinstance(each, dict)}
    count = len(questions_of(content))
    name = next(each for number in range(count + 1, count + 10_000) if (each := f"q{number}") not in taken)
    return {"id": name, **({"kind": kind} if kind != "choice" else {}), **BEGINNINGS.get(kind, {})}


def with_pictures(
    content: CourseContent, questions: Sequence[Any], kept: Mapping[str, str]
) -> tuple[CourseContent, list[Any]]:
    """The content with the pictures that questions show, and the questions calling each as the content does.

    ``kept`` are SHA-256 sums with an ending ("ab12….png") by the names that the questions have for the pictures; a picture that
    the content has already keeps its name there.
    """
    assets, called = dict(content.assets), dict[str, str]()
    for name, kept_as in kept.items():
        digest, _, ending = kept_as.partition(".")
        if f"]({name})" in json.dumps(questions, ensure_ascii=False):
            home = next((known for known, each in assets.items() if each == digest), None)
            called[name] = home or new_asset_name(assets, f"{name.removesuffix(f'.{ending}')}.{ending}")
            assets[called[name]] = digest
    return replace(content, assets=assets), [_renamed(each, called) for each in questions]


def new_asset_name(assets: Mapping[str, str], original: str) -> str:
    """A name in assets/ for an uploaded file that no other has."""
    stem, ending = slug_of(stem_of(original)) or "file", original.rpartition(".")[2].lower()
    tried = (f"assets/{stem}{more}.{ending}" for more in ("", *(f"-{number}" for number in range(2, 10_000))))
    return next(name for name in tried if name not in assets)


def _renamed(data: Any, called: Mapping[str, str]) -> Any:
    if isinstance(data, str):
        return re.sub(r"\]\(([^)\s]+)\)", lambda found: f"]({called.get(found[1], found[1])})", data)
    if isinstance(data, list):
        return [_renamed(each, called) for each in data]
    return {key: _renamed(each, called) for key, each in data.items()} if isinstance(data, dict) else data


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


_TWO: list[dict[str, Any]] = [{}, {}]
BEGINNINGS: dict[str, dict[str, Any]] = {
    "choice": {"options": [*_TWO, *_TWO]},
    "true_false": {},
    "short_text": {"answers": [{}]},
    "numeric": {"answers": [{}]},
    "matching": {"prompts": _TWO},
    "ordering": {"items": _TWO},
    "cloze": {"gaps": [{"kind": "short_text", "answers": [{}]}]},
}
"""The empty rows with which a new question of each kind begins."""
