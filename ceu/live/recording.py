"""The home-study version of what was held live: a course folder to begin from, made of the live version and its recording. Pure.

A recording is home study, whoever spoke in it (APA and NCBTMB providers' rules; NY: no interaction): its credit is the recorded
time, and a post-test takes the place of presence. It keeps the course's id, so that nobody earns the same course twice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ceu.adapters.courses import CourseContent, items_written

RECORDING = "assets/recording.mp4"
LESSON = "lessons/01-recording.md"

_ONLY_THERE = ("hours", "reviewed", "instruction_minutes")
"""What only the published live version has: how its hours were computed, its review, its minutes by the clock."""


def home_study(
    outline: Mapping[str, Any],
    rules: Mapping[str, Any],
    questions: Sequence[Mapping[str, Any]],
    *,
    seconds: int,
    sessions: Sequence[str],
) -> CourseContent:
    """The folder's content: of a published live version's outline and test, for a recording that runs so many seconds.

    ``sessions`` are what the recording shows, in words. What is missing (the file, its captions, a post-test where there was
    none) is named by the checker of courses.
    """
    course = {name: value for name, value in outline.items() if name not in _ONLY_THERE and _says(value)}
    course |= {
        "version": _raised(str(outline["version"])),
        "delivery": "asynchronous_video",
        "lessons": [{"title": "The recording", "file": LESSON}],
        "recordings": [{"file": RECORDING, "seconds": seconds}],
        "evaluation": items_written(outline["evaluation"]),
        "references": [
            {name: value for name, value in one.items() if value is not None} for one in outline["references"]
        ],
    }
    text = "\n".join(
        ("# The recording", "", *(f"- {line}" for line in sessions), "", f"![The recording]({RECORDING})", "")
    )
    assessment: dict[str, Any] = {
        "questions": [{**question, "lesson": "recording"} for question in questions],
        **({"rules": dict(rules)} if rules else {}),
    }
    return CourseContent(course, {LESSON: text}, assessment, {})


def _says(value: object) -> bool:
    return value is not None and value not in ([], ())


def _raised(version: str) -> str:
    """The next version in the middle of three numbers: "1.0.3" -> "1.1.0"."""
    first, second, _ = version.split(".")
    return f"{first}.{int(second) + 1}.0"
