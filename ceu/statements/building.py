"""xAPI statements of what happens in courses: actor, verb, object, result. Pure.

The actor is an account of this site with a name that means nothing elsewhere; nothing in a statement says who it is. A statement's
id follows from what it is about, so that the same thing said twice is one statement.
"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from ceu.domain.errors import DomainError

VERBS = {
    verb: f"http://adlnet.gov/expapi/verbs/{verb}" for verb in ("launched", "completed", "passed", "failed")
}
ACTIVITIES = {
    kind: f"http://adlnet.gov/expapi/activities/{kind}"
    for kind in ("course", "lesson", "assessment", "module")
}


@dataclass(frozen=True)
class Actor:
    """An account: the address of the site that knows it, and its opaque name there."""

    home_page: str
    name: str


@dataclass(frozen=True)
class Activity:
    """What a statement is about: its path on the site, what kind of thing it is, and its name in words."""

    path: str
    kind: str
    name: str
    parent: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How it ended: a score from -1 to 1, success and completion, each only where it is known."""

    score: Fraction | None = None
    success: bool | None = None
    completion: bool | None = None


UNKNOWN = Outcome()


def statement_of(
    actor: Actor,
    verb: str,
    activity: Activity,
    at: datetime,
    *,
    about: str,
    registration: UUID,
    outcome: Outcome = UNKNOWN,
) -> dict[str, Any]:
    """The statement; ``about`` tells what happened apart from everything else that ever happens on the site."""
    site = actor.home_page
    context: dict[str, Any] = {"registration": str(registration), "platform": "Ceu"}
    if activity.parent:
        context["contextActivities"] = {"parent": [{"id": site + activity.parent}]}
    statement: dict[str, Any] = {
        "id": str(uuid5(NAMESPACE_URL, f"{site}/{about}/{verb}")),
        "actor": {"objectType": "Agent", "account": {"homePage": site, "name": actor.name}},
        "verb": {"id": VERBS[verb], "display": {"en-US": verb}},
        "object": {
            "objectType": "Activity",
            "id": site + activity.path,
            "definition": {"type": ACTIVITIES[activity.kind], "name": {"en-US": activity.name}},
        },
        "context": context,
        "timestamp": at.isoformat(),
    }
    if result := _result(outcome):
        statement["result"] = result
    check(statement)
    return statement


def _result(outcome: Outcome) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if outcome.score is not None:
        result["score"] = {"scaled": round(float(outcome.score), 4)}
    if outcome.success is not None:
        result["success"] = outcome.success
    if outcome.completion is not None:
        result["completion"] = outcome.completion
    return result


def check(statement: dict[str, Any]) -> None:
    """Raise DomainError for a statement that no store would take: xAPI 1.0.3, part two, section 4."""
    score = statement.get("result", {}).get("score", {}).get("scaled", 0)
    if not -1 <= score <= 1:
        raise DomainError(f"A scaled score lies from -1 to 1, and {score} does not.")
    for address in (
        statement["verb"]["id"],
        statement["object"]["id"],
        statement["actor"]["account"]["homePage"],
    ):
        if not address.startswith(("http://", "https://")):
            raise DomainError(f"{address!r} is no address (IRI) that a statement may name.")
    if datetime.fromisoformat(statement["timestamp"]).tzinfo is None:
        raise DomainError("The time of a statement needs its zone.")
