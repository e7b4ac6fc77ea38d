"""Which statements a package asks for: xAPI 1.0.3, part three, section 2.1.3. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ceu.domain.errors import DomainError

KNOWN = frozenset(
    {
        *("statementId", "agent", "verb", "activity", "registration", "related_activities"),
        *("related_agents", "since", "until", "limit", "format", "attachments", "ascending", "after"),
    }
)
MOST = 100
"""Statements in one answer."""


@dataclass(frozen=True)
class Selection:
    """What is asked for. ``after`` goes on where an answer ended; ``limit`` is never more than MOST."""

    statement_id: str | None = None
    verb: str | None = None
    activity: str | None = None
    related: bool = False
    since: datetime | None = None
    until: datetime | None = None
    limit: int = MOST
    ascending: bool = False
    after: int | None = None

    def holds(self, body: Mapping[str, Any]) -> bool:
        """Whether a statement is among those asked for, whenever it was stored."""
        if self.verb is not None and body["verb"]["id"] != self.verb:
            return False
        return self.activity is None or self.activity in set(_activities(body, related=self.related))


def selection_of(asked: Mapping[str, str]) -> Selection:
    """What a package asks for. Raises DomainError for a question that cannot be understood, or not be answered here."""
    if unknown := sorted(set(asked) - KNOWN):
        raise DomainError(f"There is no parameter {unknown[0][:60]!a}.")
    if asked.get("format", "exact") != "exact":
        raise DomainError("Statements come as they were made, in the format exact.")
    limit = _count(asked.get("limit", "0"))
    return Selection(
        statement_id=asked.get("statementId"),
        verb=asked.get("verb"),
        activity=asked.get("activity"),
        related=_flag(asked.get("related_activities", "false")),
        since=instant(asked.get("since")),
        until=instant(asked.get("until")),
        limit=min(limit, MOST) or MOST,
        ascending=_flag(asked.get("ascending", "false")),
        after=_count(asked["after"]) if "after" in asked else None,
    )


def instant(text: str | None) -> datetime | None:
    """A time with its zone, as a package writes it, or None for none."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise DomainError(f"{text[:40]!a} is no time.") from error
    if found.tzinfo is None:
        raise DomainError(f"{text[:40]!a} has no zone.")
    return found


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise DomainError(f"{text[:20]!a} is no number.")
    return int(text)


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise DomainError(f"{text[:20]!a} is neither true nor false.")
    return text == "true"


def _activities(body: Mapping[str, Any], *, related: bool) -> Iterator[str]:
    if "id" in body["object"]:
        yield body["object"]["id"]
    if related:
        for found in body.get("context", {}).get("contextActivities", {}).values():
            yield from (activity["id"] for activity in (found if isinstance(found, list) else [found]))
