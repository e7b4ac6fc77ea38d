"""Aiken, the simplest format of questions: a line with the question, lines with lettered answers, and the right letter.

Described by Moodle (docs.moodle.org, "Aiken format"): one right answer, no feedback; ``A)`` or ``A.`` and a space.
"""

import re
from typing import Any

from ceu.adapters.questions.imported import Collector, Imported, decoded, from_plain

_OPTION = re.compile(r"([A-Z])[).]\s+(\S.*)")
_ANSWER = re.compile(r"ANSWER:\s*(\S*)", re.IGNORECASE)


def read_aiken(data: bytes) -> Imported:
    """The questions of an Aiken file. Raises DomainError when it is no text or holds no question."""
    collector = Collector()
    stem: list[str] = []
    options: list[tuple[str, str]] = []
    begins = 0
    for number, line in enumerate([*decoded(data).split("\n")], 1):
        text = line.strip()
        if answer := _ANSWER.fullmatch(text):
            _take(collector, begins or number, stem, options, answer[1].rstrip(").").upper())
            stem, options, begins = [], [], 0
        elif option := _OPTION.fullmatch(text):
            options.append((option[1], option[2]))
        elif text and options:
            _take(collector, begins, stem, options, "")
            stem, options, begins = [text], [], number
        elif text:
            begins = begins or number
            stem.append(text)
    if stem or options:
        _take(collector, begins or number, stem, options, "")
    return collector.done()


def _take(
    collector: Collector, line: int, stem: list[str], options: list[tuple[str, str]], answer: str
) -> None:
    place, name = f"line {line}", " ".join(stem) or "Question"
    letters = [letter for letter, _ in options]
    if problem := _problem(stem, letters, answer):
        collector.refuse(place, name, problem)
        return
    collector.add(
        place,
        name,
        {"kind": "choice", "stem": from_plain("\n".join(stem)), "options": _options(options, answer)},
    )


def _problem(stem: list[str], letters: list[str], answer: str) -> str:
    if not stem:
        return "The question itself is missing before the answers."
    if letters != [chr(ord("A") + place) for place in range(len(letters))]:
        return f"Its answers are lettered {', '.join(letters)}. Letter them A, B, C without a gap."
    if len(letters) < 2:
        return "It has fewer than two answers. Begin each with its letter, a bracket and a space: A) text."
    if not answer:
        return "The line with the right letter is missing after its answers: ANSWER: B."
    if answer not in letters:
        return f"The right answer is {answer}, and there is no such letter."
    return ""


def _options(options: list[tuple[str, str]], answer: str) -> list[dict[str, Any]]:
    return [
        {"id": letter.lower(), "text": from_plain(text), "correct": letter == answer}
        for letter, text in options
    ]
