"""What another program's format cannot say of a question travels beside it, in a comment that only we read.

An export writes a question in the format's own words. Where those alone would not bring the same question back, the whole
question stands in a comment as JSON. An import believes the comment only if writing its question anew gives exactly the
words that are there: once another program has changed them, the words count.
"""

import json
from collections.abc import Callable

from ceu.questions.model import Question, QuestionError, from_json, to_json

MARK = "ceu-question:"


def echo_of(question: Question) -> str:
    """The comment: one line, which holds neither two hyphens in a row nor a line break, so that XML comments may carry it."""
    text = json.dumps(to_json(question), ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return f"{MARK} " + text.replace("--", "-\\u002d")


def heard(comment: str, words: str, write: Callable[[Question], str]) -> Question | None:
    """The question of a comment, when ``write`` makes of it the words beside the comment; else None."""
    if not comment.strip().startswith(MARK):
        return None
    try:
        question = from_json(json.loads(comment.strip().removeprefix(MARK)))
        return question if write(question) == words else None
    except (ValueError, RecursionError, QuestionError):
        return None
