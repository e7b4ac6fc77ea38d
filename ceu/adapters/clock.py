"""The clock: read at the edges, handed down as `now`."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the current instant, aware, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FrozenClock:
    """A clock that stands still until it is set: for tests and demonstrations."""

    def __init__(self, instant: datetime) -> None:
        self.set(instant)

    def now(self) -> datetime:
        return self._instant

    def set(self, instant: datetime) -> None:
        """Move the clock. Raises `ValueError` for a time without a time zone, which is no instant."""
        if instant.utcoffset() is None:
            raise ValueError(f"{instant!r} has no time zone; a clock shows an instant.")
        self._instant = instant.astimezone(UTC)
