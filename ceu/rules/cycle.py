"""Renewal cycles: into which stretches of time the law divides the years of a license.

Cycles follow each other without gap or overlap, from the day after issue on; each ends on a day its law names.
"""

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ceu.rules.language import Anchor, Duration
from ceu.rules.pack import Cycle
from ceu.rules.situation import moved

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Held:
    """A license as it is held: first issued, expiring, and the month of birth (1 to 12) where it matters and is known."""

    issued_on: date
    expires_on: date
    birth_month: int | None = None


@dataclass(frozen=True)
class RenewalCycle:
    """One renewal cycle, both days included. ``number`` is 1 for the one that begins with the issue of the license.

    ``months`` are the whole months for which the license is held within it.
    """

    begins: date
    ends: date
    number: int
    months: int

    @property
    def is_first(self) -> bool:
        return self.number == 1

    def days_left(self, today: date) -> int:
        """Days until the cycle ends; negative once it has."""
        return (self.ends - today).days


def cycles(law: Cycle, held: Held) -> Iterator[RenewalCycle]:
    """Every renewal cycle of a license, the first one first, without end.

    The first begins on the day after issue. Every day after issue lies in exactly one.
    """
    begins, licensed_from = held.issued_on + _DAY, held.issued_on
    for number, ends in enumerate(_ends_after(held.issued_on, _nth_end(law, held)), start=1):
        yield RenewalCycle(begins, ends, number, whole_months(licensed_from, ends))
        begins = licensed_from = ends + _DAY


def cycle_on(law: Cycle, held: Held, day: date) -> RenewalCycle:
    """The renewal cycle in which a day lies; for days up to the issue of the license, the first."""
    return next(cycle for cycle in cycles(law, held) if day <= cycle.ends)


def current_cycle(law: Cycle, held: Held, as_of: date) -> RenewalCycle:
    """The renewal cycle a license is in on ``as_of``.

    Where cycles end with the license it is the one that ends on the expiration date, also when that was renewed early
    or has passed. Otherwise it is the one of ``as_of``, or of the expiration date once the license has expired.
    """
    is_by_expiration = anchor_of(law, held) == "expiration"
    return cycle_on(law, held, held.expires_on if is_by_expiration else min(as_of, held.expires_on))


def anchor_of(law: Cycle, held: Held) -> str:
    """What cycles end with, as far as is known: without the month of birth, the expiration date stands for it."""
    return "expiration" if law.ends == "birth_month" and held.birth_month is None else law.ends


def whole_months(first: date, last: date) -> int:
    """Whole months from a first day to a last one, both included.

    >>> whole_months(date(2025, 9, 1), date(2027, 8, 31)), whole_months(date(2025, 10, 7), date(2027, 8, 31))
    (24, 22)
    """
    after = last + _DAY
    months = (after.year - first.year) * 12 + after.month - first.month
    return months if _later(first, months, "months") <= after else months - 1


def _ends_after(issued_on: date, nth: Callable[[int], date]) -> Iterator[date]:
    """The ends of cycles after a license was issued, in order."""
    place = 0
    while nth(place) > issued_on:
        place -= 1
    while True:
        place += 1
        if (end := nth(place)) > issued_on:
            yield end


def _nth_end(law: Cycle, held: Held) -> Callable[[int], date]:
    """The ends of cycles numbered from any one of them, so that no error adds up."""
    length = law.length
    match anchor_of(law, held):
        case "expiration":
            return lambda place: _keeping_month_ends(held.expires_on, place * length.amount, length.unit)
        case "anniversary":
            return lambda place: _later(held.issued_on, place * length.amount, length.unit) - _DAY
        case anchor:
            month, day = (
                (held.birth_month or 1, 31) if anchor == "birth_month" else _month_and_day(law.day or "")
            )
            step = _years_between_ends(law)
            year = _a_year_of_end(law, held, month, day)
            return lambda place: _in_year(year + place * step, month, day)


def _a_year_of_end(law: Cycle, held: Held, month: int, day: int) -> int:
    """The year of the first end the law allows on or after the expiration date."""
    year = held.expires_on.year + (_in_year(held.expires_on.year, month, day) < held.expires_on)
    parity = {"odd": 1, "even": 0, "parity_of_issue": held.issued_on.year % 2}.get(law.years, year % 2)
    return year + (year % 2 != parity)


def _years_between_ends(law: Cycle) -> int:
    """Whole years from one end to the next; an even number where the law names odd or even years."""
    years = max(_later(date(2001, 1, 1), law.length.amount, law.length.unit).year - 2001, 1)
    return years if law.years == "every" else years + years % 2


def _month_and_day(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)


def _in_year(year: int, month: int, day: int) -> date:
    """A day of a year, or the last of its month where there is none such."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _later(day: date, amount: int, unit: str) -> date:
    return moved(day, Anchor("as_of", shift=Duration(amount, unit)))


def _keeping_month_ends(day: date, amount: int, unit: str) -> date:
    """Later or earlier by so much; the last day of a month stays one where months or years are counted."""
    is_month_end = day == _in_year(day.year, day.month, 31) and unit in ("months", "years")
    found = _later(day, amount, unit)
    return _in_year(found.year, found.month, 31) if is_month_end else found
