"""Answers as the fields of a plain form. What is offered is called by its place on the page, which says nothing about the key.

A question has one field, named "", or one for each prompt, item or gap, named by its place from "1".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ceu.questions.answers import Answer, is_blank

Shown = Mapping[str, Any]
Values = Mapping[str, Sequence[str]]

NOT_OFFERED = "?"
"""Stands in an answer for a value that no field has; ``answers.refusal`` refuses it."""


def parts_of(shown: Shown) -> Sequence[Shown]:
    """The prompts, items or gaps that have a field each; nothing for a question of one field."""
    return shown.get("prompts") or shown.get("items") or shown.get("gaps") or ()


def names(shown: Shown) -> list[str]:
    """The names of the question's fields."""
    parts = parts_of(shown)
    return [str(place) for place in range(1, len(parts) + 1)] if parts else [""]


def answer_from(shown: Shown, values: Values) -> Answer | None:
    """The answer that the fields' values give; None where nothing was given."""
    answer: Answer
    if parts := parts_of(shown):
        given = {
            part["id"]: _read(_offered(shown, part), values.get(str(place), ()))
            for place, part in enumerate(parts, start=1)
        }
        answer = {part: value for part, value in given.items() if value}
    elif shown.get("several"):
        answer = [_read(shown["options"], [value]) for value in values.get("", ())]
    else:
        answer = _read(shown.get("options"), values.get("", ()))
    return None if is_blank(answer) else answer


def values_of(shown: Shown, answer: Answer | None) -> dict[str, list[str]]:
    """The fields' values that give this answer."""
    if parts := parts_of(shown):
        given = answer if isinstance(answer, dict) else {}
        return {
            str(place): _write(_offered(shown, part), [given[part["id"]]] if part["id"] in given else [])
            for place, part in enumerate(parts, start=1)
        }
    return {
        "": _write(
            shown.get("options"),
            answer if isinstance(answer, list) else [answer] if isinstance(answer, str) else [],
        )
    }


def _offered(shown: Shown, part: Shown) -> Sequence[Shown] | None:
    """What is chosen from for one part; None where something is written. Places of an ordering are their own ids."""
    return shown.get("targets") or part.get("options")


def _read(offered: Sequence[Shown] | None, values: Sequence[str]) -> str:
    value = values[0].strip() if values else ""
    if not value or offered is None:
        return value
    place = int(value) if value.isascii() and value.isdecimal() and len(value) < 4 else 0
    return str(offered[place - 1]["id"]) if 0 < place <= len(offered) else NOT_OFFERED


def _write(offered: Sequence[Shown] | None, chosen: Sequence[str]) -> list[str]:
    if offered is None:
        return list(chosen)
    return [str(place) for place, each in enumerate(offered, start=1) if each["id"] in chosen]
