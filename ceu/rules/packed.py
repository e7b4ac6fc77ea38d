"""A log packed: the entries of each week as bytes, kept beside the week, and read as a ledger without a look at each.

A week's bytes are a cache of its entries, never a second truth: who changes the entries of a week packs it anew, bytes in
another layout are none, and so are those whose minutes are not the week's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from ceu.domain.experience import ACTIVITY_LABELS, CLIENT_UNIT_LABELS, DELIVERY_LABELS
from ceu.rules.columns import Mask, sum_by
from ceu.rules.ledger import UNKNOWN, Category, Ints, Ledger

_WORDS = {
    "activity": tuple(map(str, ACTIVITY_LABELS)),
    "client_unit": tuple(CLIENT_UNIT_LABELS),
    "delivery": tuple(DELIVERY_LABELS),
}
"""The words a log may hold, each kept as its place here; 255 stands for none."""

_ROW = np.dtype(
    [
        ("id", "<i8"),
        ("day", "<i4"),
        ("minutes", "<i2"),
        ("head_count", "<i2"),
        ("client", "<i2"),
        *((name, "u1") for name in _WORDS),
    ]
)
"""One entry; ``head_count`` and ``client`` are -1 where not known, else ``client`` is a place among the week's clients."""

_LAYOUT = sha256(repr((_ROW.descr, _WORDS)).encode()).digest()[:4]
_HEAD = len(_LAYOUT) + 2  # the number of entries follows
_NONE = 255


@dataclass(frozen=True)
class EntryLine:
    """An entry as the rules read it; ``client`` is a hash, where known."""

    id: int
    day: date
    minutes: int
    activity: str
    client_unit: str | None
    delivery: str
    head_count: int | None
    client: str | None


def pack_week(entries: Sequence[EntryLine]) -> bytes:
    """The entries of one week in one setting as bytes, by day and id.

    Raises ValueError for a word that no log can hold.
    """
    entries = sorted(entries, key=lambda entry: (entry.day, entry.id))
    clients = list(dict.fromkeys(entry.client for entry in entries if entry.client is not None))
    rows = np.empty(len(entries), dtype=_ROW)
    for place, entry in enumerate(entries):
        rows[place] = (
            entry.id,
            entry.day.toordinal(),
            entry.minutes,
            UNKNOWN if entry.head_count is None else entry.head_count,
            UNKNOWN if entry.client is None else clients.index(entry.client),
            *(_code(name, getattr(entry, name)) for name in _WORDS),
        )
    return _LAYOUT + len(entries).to_bytes(2, "little") + rows.tobytes() + "\n".join(clients).encode()


def _code(name: str, word: str | None) -> int:
    return _NONE if word is None else _WORDS[name].index(word)


class PackedWeeks:
    """The bytes of weeks, in any order, read together; a week without bytes of today's layout has no entries here."""

    def __init__(self, packed: Sequence[bytes | None]) -> None:
        readable = [one is not None and one.startswith(_LAYOUT) for one in packed]
        self.is_read: Mask = np.array(readable, dtype=np.bool_)
        self.packed = [
            one if one is not None and is_read else _EMPTY
            for one, is_read in zip(packed, readable, strict=True)
        ]
        self.counts = [int.from_bytes(one[_HEAD - 2 : _HEAD], "little") for one in self.packed]
        self.ends = [_HEAD + _ROW.itemsize * count for count in self.counts]
        bodies = (one[_HEAD:end] for one, end in zip(self.packed, self.ends, strict=True))
        self.rows = np.frombuffer(b"".join(bodies), dtype=_ROW)
        self.week = np.repeat(np.arange(len(self.packed)), np.array(self.counts, dtype=np.int64))

    def minutes(self) -> Ints:
        """The minutes of the entries of each week."""
        return sum_by(self.week, self.rows["minutes"].astype(np.int64), len(self.packed))

    def stale(self, minutes: Sequence[int]) -> list[int]:
        """The places of weeks without bytes of today's layout, and of those that do not have these minutes."""
        wrong = self.minutes() != np.array(minutes, dtype=np.int64)
        return np.flatnonzero(wrong | ~self.is_read).tolist()

    def ledger(
        self,
        *,
        settings: Sequence[str],
        supervisors: Sequence[str | None],
        practicum: Sequence[bool],
        signed: Sequence[bool],
    ) -> tuple[Ledger, Mask]:
        """The entries of one person as a ledger, by day and id, and for each whether it is signed.

        The arguments say what holds for all entries of each week.
        """
        order = self._order()
        # Column by column: whole rows move slowly.
        rows = {name: self.rows[name][order] for name in _ROW.names or ()}
        week = self.week[order]
        is_practicum, is_signed = np.array(practicum, dtype=np.int64), np.array(signed, dtype=np.bool_)
        columns = {
            "id": rows["id"],
            "practicum": is_practicum[week],
            "setting": self._of_weeks(settings, week),
            "supervisor": self._of_weeks(supervisors, week),
            "client": self._clients(week, rows["client"].astype(np.int64)),
            **{name: rows[name].astype(np.int64) for name in ("day", "minutes", "head_count")},
            **{name: _of_words(rows[name], words) for name, words in _WORDS.items()},
        }
        return Ledger.from_columns(columns), is_signed[week]

    def _order(self) -> Ints | slice:
        """The places of the entries by day and id; all as they stand, where weeks do not cross each other."""
        day, number = self.rows["day"], self.rows["id"]
        later, same = day[1:] > day[:-1], day[1:] == day[:-1]
        if (later | (same & (number[1:] > number[:-1]))).all():
            return slice(None)
        # Nearly in order all the same, which a stable sort is quick with.
        by_id = np.argsort(number, kind="stable")
        return by_id[np.argsort(day[by_id], kind="stable")]

    def _of_weeks(self, words: Sequence[str | None], week: Ints) -> Category:
        """A column of words that hold for whole weeks."""
        of_week = Category.of(words)
        if 0 in self.counts:  # the words of weeks without entries are none of the ledger's
            return of_week.only(week)
        return Category(of_week.codes[week], of_week.values)

    def _clients(self, week: Ints, client: Ints) -> Category:
        """The clients of the weeks' own lists, numbered for the whole log."""
        named: dict[str, int] = {}
        places: list[int] = []
        first = np.zeros(len(self.packed), dtype=np.int64)
        lengths = np.fromiter(map(len, self.packed), dtype=np.int64, count=len(self.packed))
        for number in np.flatnonzero(lengths > self.ends).tolist():
            first[number] = len(places)
            names = self.packed[number][self.ends[number] :].decode().split("\n")
            places += [named.setdefault(name, len(named)) for name in names]
        if not places:
            return Category.unknown(len(week))
        of_place = np.array([*places, UNKNOWN], dtype=np.int64)
        known = client != UNKNOWN
        return Category(of_place[np.where(known, first[week] + client, len(places))], tuple(named))


_EMPTY = _LAYOUT + bytes(2)


def _of_words(codes: NDArray[np.uint8], words: tuple[str, ...]) -> Category:
    """A column of words kept as their places among all that a log may hold."""
    used = np.flatnonzero(np.bincount(codes, minlength=_NONE + 1)[:_NONE])
    number = np.full(_NONE + 1, UNKNOWN, dtype=np.int64)
    number[used] = np.arange(len(used))
    return Category(number[codes], tuple(words[place] for place in used.tolist()))
