"""Statements as parts of cmi5 packages make them, and the sitting in which they are made."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

from ceu.adapters.content import Item
from ceu.adapters.lrs import Account
from ceu.packages.cmi5 import CATEGORY, MASTERY_SCORE, MOVE_ON_CATEGORY, OF_THE_PART, Sitting
from ceu.packages.told import Told
from tests.factories import FROZEN_NOW

REGISTRATION = "6f1cb4b7-6a40-4b4b-9f55-0f2f0a4c1d11"
ITEM = Item(
    "https://example.org/answering/au1",
    "Answer well",
    1,
    "au",
    "au/index.html?start=1",
    mastery="0.8",
    launch_data="level=4",
    move_on="CompletedAndPassed",
    entitlement_key="key-1",
)
NOTHING = Told()
PASSED = Told("incomplete", "passed", Fraction(9, 10))
_VERBS = {verb: address for address, verb in OF_THE_PART.items()}


def make_sitting(
    *said: str, told: Told = NOTHING, mode: str = "Normal", item: Item = ITEM, begun: datetime = FROZEN_NOW
) -> Sitting:
    """A sitting in which these verbs were said at its beginning, one second after the other."""
    return Sitting(
        agent=Account("https://ceu.example.org", "f00d").as_agent(),
        registration=REGISTRATION,
        session_id="a session",
        activity_id="https://ceu.example.org/courses/listening-1/packages/abc/2",
        item=item,
        mode=mode,
        said={verb: begun + timedelta(seconds=place) for place, verb in enumerate(said)},
        told=told,
    )


def make_statement(
    sitting: Sitting, verb: str, after: float = 10, *, score: float | None = None, **changed: Any
) -> dict[str, Any]:
    """A cmi5 statement with all that its verb asks, made so many seconds after the sitting began."""
    category = [{"id": CATEGORY}]
    context: dict[str, Any] = {
        "registration": sitting.registration,
        "contextActivities": {**sitting.template["contextActivities"], "category": category},
        "extensions": dict(sitting.template["extensions"]),
    }
    result: dict[str, Any] = {} if verb == "initialized" else {"duration": "PT30S"}
    if verb in {"passed", "failed"}:
        result["success"] = verb == "passed"
    if verb == "completed":
        result["completion"] = True
    if verb in {"passed", "failed", "completed"}:
        category.append({"id": MOVE_ON_CATEGORY})
    if score is not None:
        result["score"] = {"scaled": score}
        if sitting.item.mastery is not None:
            context["extensions"][MASTERY_SCORE] = float(sitting.item.mastery)
    statement: dict[str, Any] = {
        "id": str(uuid4()),
        "actor": dict(sitting.agent),
        "verb": {"id": _VERBS.get(verb, f"http://adlnet.gov/expapi/verbs/{verb}"), "display": {"en": verb}},
        "object": {"objectType": "Activity", "id": sitting.activity_id},
        "context": context,
        "timestamp": (FROZEN_NOW + timedelta(seconds=after)).isoformat().replace("+00:00", ".000Z"),
        **({"result": result} if result else {}),
    }
    return {**statement, **changed}


def make_allowed(sitting: Sitting, after: float = 10, **changed: Any) -> dict[str, Any]:
    """A statement that cmi5 does not define and allows: something was experienced."""
    statement = make_statement(sitting, "experienced", after, **changed)
    statement["context"]["contextActivities"].pop("category")
    statement.pop("result", None)
    return statement
