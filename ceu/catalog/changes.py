"""What changed between two states of a course: facts, objectives, lessons by paragraph, questions. Pure.

``changes_between`` is for authors and shows everything. ``news_between`` is for learners and shows no question and no key.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ceu.adapters.courses import CourseContent, count_words

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

_NEWS = (
    "title", "subtitle", "summary", "level", "audience", "delivery", "pass_mark", "attempts", "current_as_of",
)  # fmt: skip
_NEWS_LISTS = ("objectives", "authors", "references")


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


@dataclass(frozen=True)
class News:
    """What is new between two contents, both of which say where the pictures of their passages lie."""

    before: CourseContent
    after: CourseContent
    changes: list[Change]


def news_of(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, *, in_full: bool
) -> News | None:
    """What is new between what two versions keep of their folders; None where either keeps nothing."""
    if before is None or after is None:
        return None
    old, new = CourseContent(**before), CourseContent(**after)
    return News(old, new, news_between(old, new, in_full=in_full))


def news_between(before: CourseContent, after: CourseContent, *, in_full: bool) -> list[Change]:
    """What a learner of the earlier version may want to know: facts, people, sources, lessons, and how far the test differs.

    ``in_full`` shows the passages of lessons as they were and are; otherwise it says how many words each lesson has.
    """
    found: list[Change] = []
    for name in _NEWS:
        found += _values(_LABELS[name], before.course.get(name), after.course.get(name))
    for name in _NEWS_LISTS:
        label, key = _LISTS[name]
        found += _said(label, _by_key(key, before.course.get(name)), _by_key(key, after.course.get(name)))
    found += _lessons(before, after) if in_full else _lengths(before, after)
    return [*found, *_test(before, after)]


def _said(label: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Entries of a list in a reader's words, without the names by which the course calls them."""
    for name in [*old, *(name for name in new if name not in old)]:
        if old.get(name) != new.get(name):
            yield Change(label, _sentence(old.get(name)), _sentence(new.get(name)))


def _sentence(entry: Mapping[str, Any] | None) -> str:
    if entry is None:
        return ""
    if "kind" in entry:
        return f"{entry.get('authors')} ({entry.get('year')}). {entry.get('title')}. {entry.get('source')}"
    if "credentials" in entry:
        named = f"{entry.get('name')}, {entry.get('credentials')}. {entry.get('qualification')}"
        return f"{named} Disclosure: {entry.get('disclosure')}"
    return str(entry.get("text", ""))


def _lengths(before: CourseContent, after: CourseContent) -> Iterator[Change]:
    titles = _titles(before, after)
    for file, title in titles.items():
        old, new = before.lessons.get(file), after.lessons.get(file)
        if old != new:
            yield Change(f"Lesson “{title}”", _words(old), _words(new))


def _words(text: str | None) -> str:
    count = count_words(text or "")
    return "" if text is None else "1 word" if count == 1 else f"{count:,} words"


def _test(before: CourseContent, after: CourseContent) -> Iterator[Change]:
    old, new = _by_key("id", _questions(before)), _by_key("id", _questions(after))
    counts = (
        (sum(name not in old for name in new), "new"),
        (sum(name in old and old[name] != each for name, each in new.items()), "changed"),
        (sum(name not in new for name in old), "left out"),
    )
    told = [f"{count} {word}" for count, word in counts if count]
    if told:
        yield Change("Questions of the test", f"{len(old)}", f"{len(new)}: {', '.join(told)}")


def _titles(before: CourseContent, after: CourseContent) -> dict[str, str]:
    """The title of every lesson by its file, in the order of the earlier content, then what is new; as it is called last."""
    return {
        file: str(entry.get("title"))
        for content in (before, after)
        for file, entry in _by_key("file", content.course.get("lessons")).items()
    }


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
    titles = _titles(before, after)
    order = [list(_by_key("file", content.course.get("lessons"))) for content in (before, after)]
    for file in titles:
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
