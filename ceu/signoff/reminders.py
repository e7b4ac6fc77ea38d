"""Which reminder a waiting week is due: the longest term it has passed, unless that one or a later one went out."""

from collections.abc import Collection
from datetime import datetime, timedelta

TERMS = (7, 14, 30)
"""Days after which a week that waits is reminded of."""


def due_term(submitted_at: datetime, now: datetime, sent: Collection[int]) -> int | None:
    """The term in days whose reminder is due now, or None; terms passed over while nothing ran are not made up for."""
    passed = [term for term in TERMS if now >= submitted_at + timedelta(days=term)]
    if not passed or any(term >= passed[-1] for term in sent):
        return None
    return passed[-1]
