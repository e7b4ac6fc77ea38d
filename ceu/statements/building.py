"""xAPI statements of what happens in courses: actor, verb, object, result. Pure.

The actor is an account of this site with a name that means nothing elsewhere; nothing in a statement says who it is. A statement's
id follows from what it is about, so that the same thing said twice is one statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from ceu.adapters.lrs import Account
from ceu.statements.checking import check_statement

VERBS = {
    **{
        verb: f"http://adlnet.gov/expapi/verbs/{verb}"
        for verb in ("launched", "completed", "passed", "failed")
    },
    **{verb: f"https://w3id.org/xapi/adl/verbs/{verb}" for verb in ("abandoned", "satisfied")},
}
ACTIVITIES = {
    **{
        kind: f"http://adlnet.gov/expapi/activities/{kind}"
        for kind in ("course", "lesson", "assessment", "module")
    },
    "block": "https://w3id.org/xapi/cmi5/activitytype/block",
    "whole package": "https://w3id.org/xapi/cmi5/activitytype/course",
}


@dataclass(frozen=True)
class Activity:
    """What a statement is about: its path on the site, what kind of thing it is, and its name in words."""

    path: str
    kind: str
    name: str
    parent: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How it ended: a score from -1 to 1, success, completion and the time it took, each only where it is known."""

    score: Fraction | None = None
    success: bool | None = None
    completion: bool | None = None
    duration: str | None = None


UNKNOWN = Outcome()


def statement_of(
    actor: Account,
    verb: str,
    activity: Activity,
    at: datetime,
    *,
    about: str,
    registration: UUID,
    outcome: Outcome = UNKNOWN,
    context: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The statement; ``about`` tells what happened apart from everything else that ever happens on the site.

    ``context`` is what a profile such as cmi5 asks there beside registration, platform and parent.
    """
    site = actor.home_page
    around: dict[str, Any] = {"registration": str(registration), "platform": "Ceu", **(context or {})}
    if activity.parent:
        around["contextActivities"] = {
            **around.get("contextActivities", {}),
            "parent": [{"id": site + activity.parent}],
        }
    statement: dict[str, Any] = {
        "id": str(uuid5(NAMESPACE_URL, f"{site}/{about}/{verb}")),
        "actor": actor.as_agent(),
        "verb": {"id": VERBS[verb], "display": {"en-US": verb}},
        "object": {
            "objectType": "Activity",
            "id": site + activity.path,
            "definition": {"type": ACTIVITIES[activity.kind], "name": {"en-US": activity.name}},
        },
        "context": around,
        "timestamp": at.isoformat(),
    }
    if result := _result(outcome):
        statement["result"] = result
    check_statement(statement)
    return statement


def _result(outcome: Outcome) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if outcome.score is not None:
        result["score"] = {"scaled": round(float(outcome.score), 4)}
    if outcome.success is not None:
        result["success"] = outcome.success
    if outcome.completion is not None:
        result["completion"] = outcome.completion
    if outcome.duration is not None:
        result["duration"] = outcome.duration
    return result
