"""What the rules of a person's goals ask about settings and supervisors beyond what every log holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ceu.domain.dates import day_text
from ceu.licenses.facts import from_json, questions_of, to_json
from ceu.rules.facts import NOT_YET, Fact
from ceu.rules.pack import FactDeclaration, Pack

Questions = Mapping[str, FactDeclaration]
_OF_EVERY_SETTING = {"kind", "employment"}
_OF_EVERY_SUPERVISOR = {"license_type", "licensed_on", "license_expires_on", "related"}


@dataclass(frozen=True)
class Answers:
    """The questions that were asked, and a fact for each (None while it is not known)."""

    questions: Questions = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)


NO_ANSWERS = Answers()


def setting_questions(packs: Iterable[Pack]) -> Questions:
    """What these rules ask about a work setting, by the fact's name without its owner."""
    return _without(questions_of(packs, "setting."), _OF_EVERY_SETTING)


def supervisor_questions(packs: Iterable[Pack]) -> Questions:
    """What these rules ask about a supervisor, by the fact's name without its owner."""
    return _without(questions_of(packs, "supervisor."), _OF_EVERY_SUPERVISOR)


def merged(stored: Mapping[str, Any], answers: Mapping[str, Fact]) -> dict[str, Any]:
    """The stored answers with the new ones; what was not asked this time stays."""
    return dict(stored) | {name: to_json(answer) for name, answer in answers.items()}


def answers_of(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The stored answers as facts."""
    return {name: from_json(value) for name, value in stored.items()}


def answered(questions: Questions, stored: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each question with its answer in words; what is not known is not listed."""
    facts = answers_of(stored)
    for name, question in questions.items():
        if (answer := facts.get(name)) is not None:
            yield question.label[:1].upper() + question.label[1:], _in_words(question, answer)


def _in_words(question: FactDeclaration, answer: Any) -> str:
    match answer:
        case bool():
            return "Yes" if answer else "No"
        case date():
            return day_text(answer)
        case ():
            return "None"
        case tuple():
            return ", ".join(_in_words(question, part) for part in answer)
        case _:
            return "Not yet" if answer == NOT_YET else (question.options or {}).get(str(answer), str(answer))


def _without(questions: Questions, names: set[str]) -> Questions:
    return {name: question for name, question in questions.items() if name not in names}
