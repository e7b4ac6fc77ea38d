"""What the words of calendars and practice-management programs mean for a log: guesses that the person corrects. Pure.

CPT codes are named by number: 90832, 90834 and 90837 are psychotherapy, 90846 and 90847 family, 90853 group, 90791 and
90792 diagnostic evaluation, 96130 to 96139 psychological testing, 90839 crisis.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from ceu.domain.experience import Activity

ASK = "ask"
"""Decide in the queue."""
NOT_WORK = "none"
"""Leave out."""


class Held(StrEnum):
    """What a status says about whether something took place."""

    DONE = "done"
    CONFIRM = "confirm"
    NONE = "none"


HELD_LABELS: dict[str, str] = {
    Held.DONE: "It took place",
    Held.CONFIRM: "Ask me: it may not have taken place",
    Held.NONE: "It did not take place",
}

_ACTIVITIES: tuple[tuple[str, str], ...] = (
    (NOT_WORK, r"lunch|break|vacation|holiday|blocked?|out of office|ooo|pto|day off|personal|birthday|commute|dentist"),
    (Activity.SUPERVISION_GROUP, r"group superv\w*|superv\w*.*\bgroup"),
    (Activity.SUPERVISION_TRIADIC, r"triadic.*|dyadic.*|superv\w*.*\btriadic"),
    (Activity.SUPERVISION_INDIVIDUAL, r"superv\w*"),
    (Activity.CASE_MANAGEMENT, r"case manag\w*|care coordination|coordination"),
    (Activity.PSYCHOEDUCATION, r"psycho ?education\w*|psychoed"),
    (Activity.ASSESSMENT, r"test(?:s|ing)?|psychological test\w*|9613\d"),
    (Activity.CLINICAL_ASSESSMENT, r"intakes?|assessments?|diagnostic.*|evaluations?|treatment plan\w*|9079[12]"),
    (f"{Activity.COUNSELING}:couple", r"couples?|marital|conjoint|premarital"),
    (f"{Activity.COUNSELING}:family", r"famil(?:y|ies)|9084[67]"),
    (f"{Activity.COUNSELING}:group", r"groups?|90853"),
    (f"{Activity.COUNSELING}:child", r"child(?:ren)?|play therapy|minors?|adolescents?|teens?"),
    (Activity.NOTES, r"(?:progress |process )?notes?|documentation|charting|paperwork"),
    (Activity.REPORTS, r"reports?"),
    (Activity.CONSULTATION, r"consult\w*|research"),
    (Activity.ADVOCACY, r"advoca\w*"),
    (Activity.OUTREACH, r"outreach|community"),
    (Activity.WORKSHOP, r"workshops?|seminars?|trainings?|conferences?|webinars?|continuing education|ceu?s?"),
    (Activity.ADMINISTRATION, r"admin\w*|staff meeting\w*|meetings?|staffing"),
    (Activity.SIMULATION, r"simulat\w*|role ?play"),
    (f"{Activity.COUNSELING}:individual",
     r"individual\w*|psychotherapy|therapy|counsel\w*|sessions?|appointments?|client|tx|9083[2-9]|9084[05]"),
)  # fmt: skip

_STATUSES: tuple[tuple[Held, str], ...] = (
    (Held.NONE,
     r"cancel\w*|no ?-?show\w*|miss\w*|resched\w*|delet\w*|declin\w*|dna|waitlist|entered in error|late cancel\w*|"
     r"not attended|did not attend|absent|proposed|no|false"),
    (Held.CONFIRM,
     r"show|shows|scheduled|booked|pending|confirmed|planned|arrived|tentative|checked ?-?in|in ?-?progress|triaged|"
     r"onleave|unknown|unconfirmed|requested"),
    (Held.DONE,
     r"attended|complet\w*|occurred|finished|fulfilled|kept|done|held|seen|checked ?-?out|present|yes|true|took place|"
     r"billed|signed"),
)  # fmt: skip

_DELIVERIES: tuple[tuple[str, str], ...] = (
    ("video", r"video\w*|tele\w*health|telemedicine|virtual|zoom|online|web\w*|remote|meet|teams|10|02|2"),
    ("phone", r"phone|telephon\w*|audio\w*|call"),
    ("asynchronous", r"async\w*|chat|messag\w*|e ?mail|written"),
    ("in_person", r"in ?-?person|office|clinic|on ?-?site|face to face|f2f|home|school|site|room|11"),
)

_PATTERNS = {
    table: [(meaning, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for meaning, words in entries]
    for table, entries in (("activity", _ACTIVITIES), ("status", _STATUSES), ("delivery", _DELIVERIES))
}

PHRASES = (
    "group supervision", "triadic supervision", "supervision", "intake", "couple", "couples", "family", "group", "child",
    "psychotherapy", "therapy", "counseling", "session", "case management", "consultation", "documentation", "notes",
    "training", "workshop", "staff meeting",
)  # fmt: skip
"""What is looked for in the titles of a calendar until the person says otherwise; the first that fits is taken."""


def guess_activity(text: str) -> str:
    """An activity, perhaps with whom it was for ("counseling:couple"), NOT_WORK, or ASK."""
    return _guess("activity", text) or ASK


def guess_held(text: str) -> Held:
    """What a status says; "Show" is what programs enter by themselves, so it is asked about."""
    return Held(_guess("status", text) or Held.CONFIRM)


def guess_delivery(text: str) -> str | None:
    """How people met, or None."""
    return _guess("delivery", text)


def is_known_word(text: str) -> bool:
    """Whether a text has a word of the field in it."""
    return any(pattern.search(text) for patterns in _PATTERNS.values() for _, pattern in patterns)


def different(texts: Iterable[str]) -> list[str]:
    """Every text once, in the order of the alphabet; the empty one last."""
    return sorted(set(texts), key=lambda text: (text == "", text.casefold()))


def _guess(table: str, text: str) -> str | None:
    return next((str(meaning) for meaning, pattern in _PATTERNS[table] if pattern.search(text)), None)
