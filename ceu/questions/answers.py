"""Answers as JSON: which fit what was shown, which say nothing, and numbers as people type them.

============  ======================================================
kind          answer
============  ======================================================
choice        an option's id; of several, a list of ids
true_false    "true" or "false"
short_text    text
numeric       text: a number, perhaps with a unit
matching      targets' ids by prompts' ids
ordering      places, from "1", by items' ids
cloze         an answer for each gap by the gap's id
============  ======================================================

What is not answered is absent: None, "", or without that prompt or gap.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Answer = str | list[str] | dict[str, str]

LONGEST_ANSWER = 500
"""Characters of one written answer."""

_NUMBER = re.compile(
    r"(?P<before>[^\d\s.,+-]*)\s*"
    r"(?P<number>[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})?(?:\.\d{0,15})?(?:[eE][-+]?\d{1,2})?)(?:/(?P<divisor>\d{1,15}))?"
    r"\s*(?P<after>[^\d]*(?:[²³2-3])?)"
)


def read_number(text: str) -> tuple[Fraction, str] | None:
    """The exact number that was typed and the unit beside it, or None.

    >>> read_number("1,200.5 mg"), read_number("$ -3/4"), read_number("1.5e3"), read_number("about six")
    ((Fraction(2401, 2), 'mg'), (Fraction(-3, 4), '$'), (Fraction(1500, 1), ''), None)
    """
    found = _NUMBER.fullmatch(text.replace("\u2212", "-").replace("\u00a0", " ").strip())
    if (
        not found
        or not any(letter.isdigit() for letter in found["number"])
        or (found["before"] and found["after"])
    ):
        return None
    try:
        value = Fraction(found["number"].replace(",", "")) / Fraction(found["divisor"] or 1)
    except (ValueError, ZeroDivisionError):
        return None
    return value, (found["before"] or found["after"]).strip()


def is_blank(answer: Answer | None) -> bool:
    """Whether nothing at all was answered."""
    if isinstance(answer, dict):
        return all(is_blank(part) for part in answer.values())
    return not (answer.strip() if isinstance(answer, str) else answer)


def is_complete(shown: Mapping[str, Any], answer: Answer | None) -> bool:
    """Whether every part that was shown is answered."""
    if is_blank(answer):
        return False
    match shown["kind"]:
        case "matching" | "ordering" | "cloze":
            parts = shown.get("prompts") or shown.get("items") or shown["gaps"]
            return isinstance(answer, dict) and not any(is_blank(answer.get(part["id"])) for part in parts)
        case _:
            return True


def refusal(shown: Mapping[str, Any], answer: Answer | None) -> str | None:  # noqa: PLR0911 - one for each kind
    """Why an answer cannot be one to what was shown, in a sentence; None for one that can, and for none."""
    if is_blank(answer):
        return None
    match shown["kind"]:
        case "choice" | "true_false":
            chosen = answer if shown.get("several") else [answer]
            return _among(chosen, shown["options"])
        case "short_text":
            return _text(answer)
        case "numeric":
            return _number(answer, shown["takes_unit"])
        case "matching":
            return _by_part(shown["prompts"], answer, lambda prompt, part: _among([part], shown["targets"]))
        case "ordering":
            return _places(shown["items"], answer)
        case _:
            return _by_part(shown["gaps"], answer, refusal)


_NOT_OFFERED = "Choose from what is offered."


def _among(chosen: Any, offered: Any) -> str | None:
    ids = [each["id"] for each in offered]
    fits = (
        isinstance(chosen, list)
        and len(set(map(str, chosen))) == len(chosen)
        and all(each in ids for each in chosen)
    )
    return None if fits else _NOT_OFFERED


def _text(answer: Any) -> str | None:
    if not isinstance(answer, str):
        return "Write a few words."
    return (
        None
        if len(answer) <= LONGEST_ANSWER
        else f"Write at most {LONGEST_ANSWER} characters; this is longer."
    )


def _number(answer: Any, takes_unit: bool) -> str | None:
    read = read_number(answer) if isinstance(answer, str) else None
    if read is None:
        return "This is not a number. Write it as 1,200, 0.5 or 3/4."
    if read[1] and not takes_unit:
        return "Write only the number, without a unit."
    return None


def _places(items: Any, answer: Any) -> str | None:
    places = [{"id": str(place)} for place in range(1, len(items) + 1)]
    if found := _by_part(items, answer, lambda item, part: _among([part], places)):
        return found
    given = [place for place in answer.values() if place]
    return "Two items have the same place. Give each its own." if len(set(given)) < len(given) else None


def _by_part(parts: Any, answer: Any, judge: Any) -> str | None:
    if not isinstance(answer, dict) or answer.keys() - {part["id"] for part in parts}:
        return _NOT_OFFERED
    refusals = (judge(part, answer[part["id"]]) for part in parts if not is_blank(answer.get(part["id"])))
    return next((found for found in refusals if found), None)
