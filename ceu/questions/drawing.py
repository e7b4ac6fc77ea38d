"""What one attempt shows: the questions drawn and everything in the order in which it stands on the page, without the key.

Orders come from SHA-256 of the seed, so that they are the same on every machine and in every version of Python. What was shown
is stored with the attempt all the same: the seed is for whoever wants to see that the draw was fair.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Protocol, TypeVar

from ceu.questions.model import (
    Choice,
    ChoiceGap,
    Cloze,
    Gap,
    Matching,
    Numeric,
    NumericGap,
    Option,
    Ordering,
    Question,
    TrueFalse,
)
from ceu.questions.rules import TestRules

Shown = dict[str, Any]
"""One question as shown: id, kind, stem, its points where they are not 1, and what its kind offers, in JSON."""

TRUTHS = (("true", "True"), ("false", "False"))


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Thing = TypeVar("Thing", bound=_Named)


def shuffled(things: Iterable[Thing], seed: str) -> list[Thing]:
    """The things in an order that depends on the seed and their ids alone."""
    return sorted(things, key=lambda thing: sha256(f"{seed}/{thing.id}".encode()).digest())


def draw(questions: Sequence[Question], rules: TestRules, seed: str) -> list[Shown]:
    """The questions of one attempt as they are shown, section by section."""
    shown = []
    for number, (section, pool) in enumerate(rules.pools(questions)):
        drawn = shuffled(pool, f"{seed}/draw/{number}")[: section.draw]
        if not rules.shuffle:
            drawn = [question for question in pool if question in drawn]
        shown += [show(question, f"{seed}/{question.id}", section.title) for question in drawn]
    return shown


def show(question: Question, seed: str, section: str = "") -> Shown:
    """One question as it is shown."""
    shown: Shown = {"id": question.id, "kind": question.kind, "stem": question.stem}
    if question.weight != 1:
        shown["points"] = str(question.weight)
    if section:
        shown["section"] = section
    return shown | _offer(question, seed)


def _offer(question: Question, seed: str) -> Shown:  # noqa: PLR0911 - one for each kind
    match question:
        case Choice():
            return {"several": question.several, "options": _options(question, seed)}
        case TrueFalse():
            return {"options": [{"id": truth, "text": text} for truth, text in TRUTHS]}
        case Numeric():
            return {"takes_unit": bool(question.units)}
        case Matching():
            targets = shuffled(question.targets, seed) if question.shuffle else question.targets
            return {
                "prompts": [_line(prompt) for prompt in question.prompts],
                "targets": [_line(each) for each in targets],
            }
        case Ordering():
            return {"items": [_line(item) for item in shuffled(question.items, seed)]}
        case Cloze():
            gaps = {gap.id: gap for gap in question.gaps}
            return {"gaps": [_gap(gaps[name], f"{seed}/{name}") for name in question.places]}
        case _:
            return {}


def _gap(gap: Gap, seed: str) -> Shown:
    shown: Shown = {"id": gap.id, "kind": gap.kind, "label": gap.label}
    if isinstance(gap, ChoiceGap):
        shown["options"] = _options(gap, seed)
    if isinstance(gap, NumericGap):
        shown["takes_unit"] = bool(gap.units)
    return shown


def _options(asked: Choice | ChoiceGap, seed: str) -> list[Shown]:
    options: Sequence[Option] = shuffled(asked.options, seed) if asked.shuffle else asked.options
    return [_line(option) for option in options]


def _line(thing: Any) -> Shown:
    return {"id": thing.id, "text": thing.text}
