"""What cmi5 asks of the site that plays a package, and of what the package says: launch, sessions, verbs, moveOn. Pure.

The Quartz edition of 2016: https://github.com/AICC/CMI-5_Spec_Current, whose sections the comments name. A part is there an
assignable unit (AU), a lesson's attempt a registration, and an opening of a part a session. Time that a part reports is kept as
reported and decides nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from ceu.adapters.content import LAUNCH_PARAMETERS, Item, Manifest
from ceu.domain.errors import DomainError
from ceu.packages.told import Told, is_part_done, is_satisfied, seconds_of_2004

LAUNCH_DATA = "LMS.LaunchData"
_CMI5 = "https://w3id.org/xapi/cmi5"
CATEGORY = f"{_CMI5}/context/categories/cmi5"
MOVE_ON_CATEGORY = f"{_CMI5}/context/categories/moveon"
SESSION_ID = f"{_CMI5}/context/extensions/sessionid"
MASTERY_SCORE = f"{_CMI5}/context/extensions/masteryscore"
PROGRESS = f"{_CMI5}/result/extensions/progress"

_ADL = "http://adlnet.gov/expapi/verbs/"
VOIDED = f"{_ADL}voided"
OF_THE_PART = {
    f"{_ADL}{verb}": verb for verb in ("initialized", "completed", "passed", "failed", "terminated")
}
OF_THE_SITE = {
    f"{_ADL}launched": "launched",
    **{f"https://w3id.org/xapi/adl/verbs/{verb}": verb for verb in ("abandoned", "waived", "satisfied")},
}

GRACE = timedelta(seconds=30)
"""So long after a part said it had ended, what it said before that is still taken, should it arrive late (9.3.8)."""

_FRAME_VERBS = frozenset({"initialized", "terminated"})
_SCORED = frozenset({"passed", "failed"})


class NotAllowed(DomainError):
    """A statement that breaks a rule of cmi5; nothing of it is kept."""


@dataclass(frozen=True)
class Sitting:
    """An opening of a part as the part knows it: who sits there, under which ids, in which mode, and what was said.

    ``said`` are the cmi5 verbs of this session, each with its time; ``told`` is what the part said in the whole registration.
    """

    agent: Mapping[str, Any]
    registration: str
    session_id: str
    activity_id: str
    item: Item
    mode: str
    said: Mapping[str, datetime]
    told: Told

    @property
    def template(self) -> dict[str, Any]:
        """The context of every statement of this session (10, contextTemplate): its id, and the publisher's id of the part."""
        return {
            "contextActivities": {"grouping": [{"objectType": "Activity", "id": self.item.id}]},
            "extensions": {SESSION_ID: self.session_id},
        }


def part_number(manifest: Manifest, item_id: str) -> int:
    """The place of an item in its package, from 1: what its activity is called here, for its own id must not be used (8.1)."""
    return next(place for place, item in enumerate(manifest.items, 1) if item.id == item_id)


def launch_mode(item: Item, told: Told | None, done_when: str) -> str:
    """``Review`` for a part that has nothing left to tell, which then records nothing but that it was open; else ``Normal``."""
    if told is None or not (told.completed or told.passed):
        return "Normal"
    return "Review" if is_part_done(done_when, item, told) and is_satisfied(item, told) else "Normal"


def launch_url(page: str, *, endpoint: str, fetch: str, sitting: Sitting) -> str:
    """The address of a part with everything it needs to report (8.1)."""
    asked = dict(
        zip(
            LAUNCH_PARAMETERS,
            (endpoint, fetch, json.dumps(sitting.agent), sitting.registration, sitting.activity_id),
            strict=True,
        )
    )
    parts = urlsplit(page)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(asked))))))


def launch_data(sitting: Sitting) -> dict[str, Any]:
    """The document that a part reads first (10). There is no returnURL: the page around the part leads back."""
    item = sitting.item
    data: dict[str, Any] = {
        "contextTemplate": sitting.template,
        "launchMode": sitting.mode,
        "moveOn": item.move_on,
    }
    if item.launch_data:
        data["launchParameters"] = item.launch_data
    if item.mastery is not None:
        data["masteryScore"] = float(item.mastery)
    if item.entitlement_key:
        data["entitlementKey"] = {"courseStructure": item.entitlement_key}
    return data


def launched_context(sitting: Sitting, page: str) -> dict[str, Any]:
    """The context of the statement that a part was launched (9.6.3); ``page`` is its address without what opens it."""
    data = launch_data(sitting)
    extensions = {
        "launchmode": sitting.mode,
        "launchurl": page,
        "moveon": sitting.item.move_on,
        "launchparameters": data.get("launchParameters"),
        "masteryscore": data.get("masteryScore"),
    }
    context = session_context(sitting.session_id, sitting.item.id)
    context["extensions"] |= {
        f"{_CMI5}/context/extensions/{name}": value for name, value in extensions.items() if value is not None
    }
    return context


def session_context(session_id: str, publisher_id: str) -> dict[str, Any]:
    """The context of every statement the site itself makes of a session (9.6)."""
    return {
        "contextActivities": {
            "category": [{"id": CATEGORY}],
            "grouping": [{"objectType": "Activity", "id": publisher_id}],
        },
        "extensions": {SESSION_ID: session_id},
    }


# ---- what a part says -------------------------------------------------------------------------------------------------


def judge(
    statement: Mapping[str, Any], sitting: Sitting, *, since_terminated: timedelta | None = None
) -> str | None:
    """The verb of a statement that cmi5 defines, or None for one it merely allows. The statement is well-formed xAPI.

    Raises NotAllowed with the rule that is broken.
    """
    _check_belongs(statement, sitting)
    said_at = datetime.fromisoformat(statement["timestamp"])
    defined = CATEGORY in set(_activities(statement, "category"))
    verb = OF_THE_PART.get(statement["verb"]["id"]) if defined else None
    _check_order(verb, said_at, sitting, since_terminated)
    if not defined:
        return None
    if verb is None:
        name = OF_THE_SITE.get(statement["verb"]["id"])
        raise NotAllowed(
            f"Only the site says “{name}” (9.3)."
            if name
            else "A statement in the cmi5 category has a verb that cmi5 does not define (7.1.3)."
        )
    _check_verb(verb, sitting)
    if statement["object"].get("id") != sitting.activity_id:
        raise NotAllowed(f"“{verb}” is said of another activity than the one that was launched (9.4).")
    _check_result(verb, statement, sitting.item)
    return verb


def _check_belongs(statement: Mapping[str, Any], sitting: Sitting) -> None:
    context = statement.get("context", {})
    if "id" not in statement or "timestamp" not in statement:
        raise NotAllowed("A statement needs an id and a timestamp of its own (9.1, 9.7).")
    if datetime.fromisoformat(statement["timestamp"]).utcoffset() != timedelta(0):
        raise NotAllowed("The timestamp must be in UTC (9.7).")
    if statement["actor"].get("account") != sitting.agent["account"]:
        raise NotAllowed("The actor is not the learner for whom this part was opened (9.2).")
    if statement["verb"]["id"] == VOIDED:
        raise NotAllowed("A part may not void statements (6.3).")
    if str(context.get("registration", "")).lower() != sitting.registration:
        raise NotAllowed("The registration is not the one this part was opened with (9.6.1).")
    if context.get("extensions", {}).get(SESSION_ID) != sitting.session_id:
        raise NotAllowed("The session id is not the one of the launch data (9.6.3.1).")
    if sitting.item.id not in set(_activities(statement, "grouping")):
        raise NotAllowed("The publisher's id of the part is missing among the grouping activities (9.6.2.3).")


def _check_order(
    verb: str | None, said_at: datetime, sitting: Sitting, since_terminated: timedelta | None
) -> None:
    begun, ended = sitting.said.get("initialized"), sitting.said.get("terminated")
    if ended is not None and (
        said_at > ended or since_terminated is None or since_terminated > GRACE or verb == "terminated"
    ):
        raise NotAllowed(
            "The part has said “terminated”, so that nothing may follow in this session (9.3.8)."
        )
    if begun is None and verb != "initialized":
        raise NotAllowed("The first statement of a session must be “initialized” (9.3.2).")
    if begun is not None and said_at < begun:
        raise NotAllowed("The timestamp is earlier than that of “initialized” (9.3).")
    if verb == "terminated" and said_at < max(sitting.said.values()):
        raise NotAllowed("“terminated” is earlier than what was said before it (9.3.8).")


def _check_verb(verb: str, sitting: Sitting) -> None:
    if verb in sitting.said or (verb in _SCORED and _SCORED & set(sitting.said)):
        raise NotAllowed(f"“{verb}” cannot follow what was said in this session (9.3).")
    if sitting.mode != "Normal" and verb not in _FRAME_VERBS:
        raise NotAllowed(f"“{verb}” is not said in the mode {sitting.mode} (10, launchMode).")
    if (verb == "completed" and sitting.told.completed) or (verb in _SCORED and sitting.told.passed):
        raise NotAllowed(f"“{verb}” cannot follow what was said in this registration (9.3).")


def _check_result(verb: str, statement: Mapping[str, Any], item: Item) -> None:
    result = statement.get("result", {})
    for name, verbs in (
        ("success", {"passed": True, "failed": False}),
        ("completion", {"completed": True}),
    ):
        if result.get(name) is not verbs.get(verb):
            wanted = f"must have {name} {str(verbs[verb]).lower()}" if verb in verbs else f"has no {name}"
            raise NotAllowed(f"“{verb}” {wanted} (9.5).")
    if (MOVE_ON_CATEGORY in set(_activities(statement, "category"))) != (
        verb in {"passed", "failed", "completed"}
    ):
        raise NotAllowed(
            "The moveOn category stands on passed, failed and completed, and nowhere else (9.6.2.2)."
        )
    if verb != "initialized" and "duration" not in result:
        raise NotAllowed(f"“{verb}” needs a duration (9.5.4).")
    if "score" in result:
        _check_score(verb, statement, item)


def _check_score(verb: str, statement: Mapping[str, Any], item: Item) -> None:
    score = statement["result"]["score"]
    if verb not in _SCORED:
        raise NotAllowed(f"“{verb}” has no score (9.5.1).")
    if "raw" in score and not {"min", "max"} <= set(score):
        raise NotAllowed("A raw score needs its min and max (9.5.1).")
    scaled = score.get("scaled")
    if scaled is None:
        return
    if scaled < 0:
        raise NotAllowed("A scaled score lies from 0 to 1 (9.5.1).")
    if item.mastery is None:
        return
    mastery = Decimal(item.mastery)
    if (_decimal(scaled) >= mastery) != (verb == "passed"):
        raise NotAllowed(
            f"“{verb}” does not go with {scaled} where {item.mastery} is the mastery score (9.3.4, 9.3.5)."
        )
    evaluated = statement["context"]["extensions"].get(MASTERY_SCORE)
    if not isinstance(evaluated, int | float) or _decimal(evaluated) != mastery:
        raise NotAllowed("The mastery score that was evaluated must stand in the context (9.6.3.2).")


def heard(told: Told, verb: str | None, statement: Mapping[str, Any]) -> Told:
    """What a part has told once a statement that ``judge`` let pass is added."""
    result = statement.get("result", {})
    progress = result.get("extensions", {}).get(PROGRESS)
    if isinstance(progress, int | float) and 0 <= progress <= 100 and not told.completed:
        told = replace(told, progress=Fraction(_decimal(progress)) / 100)
    match verb:
        case "initialized" if told.completion == "not attempted":
            return replace(told, completion="incomplete")
        case "completed":
            return replace(told, completion="completed", progress=Fraction(1))
        case "passed" | "failed":
            scaled = result.get("score", {}).get("scaled")
            score = told.score if scaled is None else Fraction(_decimal(scaled))
            return replace(told, success=verb, score=score)
        case _:
            return told


def seconds_in(verb: str | None, statement: Mapping[str, Any]) -> int:
    """The seconds that a session reports of itself: those of its last word."""
    return seconds_of_2004(statement["result"]["duration"]) if verb == "terminated" else 0


def _activities(statement: Mapping[str, Any], kind: str) -> Iterator[str]:
    found = statement.get("context", {}).get("contextActivities", {}).get(kind, [])
    return (activity["id"] for activity in (found if isinstance(found, list) else [found]))


def _decimal(number: float) -> Decimal:
    """A number of JSON as it was written."""
    return Decimal(str(number))


# ---- what follows ----------------------------------------------------------------------------------------------------


def satisfied(manifest: Manifest, told: Mapping[str, Told]) -> frozenset[str]:
    """The blocks whose parts have all met their moveOn (13.1.4), by id, and the course itself under an empty name."""
    found = {
        item.id
        for place, item in enumerate(manifest.items)
        if item.kind == "heading" and _all_met(_inside(manifest.items, place), told)
    }
    return frozenset({*found, ""} if _all_met(manifest.items, told) else found)


def _inside(items: Sequence[Item], place: int) -> Iterator[Item]:
    for item in items[place + 1 :]:
        if item.depth <= items[place].depth:
            return
        yield item


def _all_met(items: Sequence[Item] | Iterator[Item], told: Mapping[str, Told]) -> bool:
    return all(is_satisfied(item, told.get(item.id, Told())) for item in items if item.kind != "heading")


def time_between(begin: datetime, end: datetime) -> str:
    """The time from one instant to another as xAPI spells it, in whole seconds.

    >>> time_between(datetime(2026, 11, 24, 17), datetime(2026, 11, 24, 17, 1, 5))
    'PT65S'
    """
    return f"PT{max(0, int((end - begin).total_seconds()))}S"
