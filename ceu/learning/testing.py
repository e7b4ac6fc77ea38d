"""The post-test: what an attempt shows in which order, and what its answers score. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Shown = list[dict[str, Any]]
Question = Mapping[str, Any]


def lay_out(questions: Sequence[Question], seed: str) -> Shown:
    """What one attempt shows: every question once and its options, shuffled by ``seed``, without the key."""
    shuffle = Random(seed)
    return [
        {
            "id": question["id"],
            "stem": question["stem"],
            "options": [
                {"id": option["id"], "text": option["text"]}
                for option in shuffle.sample(question["options"], len(question["options"]))
            ],
        }
        for question in shuffle.sample(list(questions), len(questions))
    ]


@dataclass(frozen=True)
class Tally:
    """So many right answers of so many questions."""

    correct: int
    total: int


@dataclass(frozen=True)
class Score:
    """The whole test and each objective of it, by the objective's id."""

    whole: Tally
    objectives: Mapping[str, Tally]


def score(questions: Sequence[Question], answers: Mapping[str, str]) -> Score:
    """Count right answers; ``answers`` maps question ids to the chosen options' ids, and what is not answered is wrong."""
    right = {question["id"]: _is_right(question, answers.get(question["id"])) for question in questions}
    objectives: dict[str, Tally] = {}
    for question in questions:
        so_far = objectives.get(question["objective"], Tally(0, 0))
        objectives[question["objective"]] = Tally(so_far.correct + right[question["id"]], so_far.total + 1)
    return Score(Tally(sum(right.values()), len(questions)), objectives)


def _is_right(question: Question, chosen: str | None) -> bool:
    return any(option["correct"] and option["id"] == chosen for option in question["options"])


@dataclass(frozen=True)
class Reviewed:
    """One question after a passed test: what was chosen, whether it was right, and what it teaches."""

    stem: str
    chosen: str
    is_right: bool
    feedback: str
    right: str


def review(questions: Sequence[Question], shown: Shown, answers: Mapping[str, str]) -> list[Reviewed]:
    """Every question in the order shown, with the feedback for the chosen option."""
    by_id = {question["id"]: question for question in questions}
    return [_reviewed(by_id[item["id"]], answers[item["id"]]) for item in shown]


def _reviewed(question: Question, chosen_id: str) -> Reviewed:
    chosen = next(option for option in question["options"] if option["id"] == chosen_id)
    right = next(option for option in question["options"] if option["correct"])
    return Reviewed(question["stem"], chosen["text"], chosen["correct"], chosen["feedback"], right["text"])


def to_read_again(questions: Sequence[Question], answers: Mapping[str, str]) -> dict[str, list[str]]:
    """After a failed test: the objectives that were missed, each with the lessons to read again (slugs)."""
    again: dict[str, list[str]] = {}
    for question in questions:
        if not _is_right(question, answers.get(question["id"])):
            lessons = again.setdefault(question["objective"], [])
            if question["lesson"] not in lessons:
                lessons.append(question["lesson"])
    return again
