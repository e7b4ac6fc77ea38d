"""The calendar on columns of days: months, whole months between days, and the periods that rules speak of.

A day is its proleptic ordinal (``date.toordinal``); a month is counted from January of the year 1970.
"""

from calendar import monthrange
from datetime import date

import numpy as np

from ceu.rules.ledger import Ints

_EPOCH = 719_163  # the ordinal of 1970-01-01, from which numpy counts


def months(days: Ints) -> Ints:
    """The calendar month of each day."""
    return _dates(days).astype("datetime64[M]").astype(np.int64)


def add_months(days: Ints, amount: int) -> Ints:
    """So many months later (or earlier): the same day of that month, or its last day where there is none such."""
    then = months(days) + amount
    return _first_days(then) + np.minimum(_day_of_month(days), _lengths(then)) - 1


def months_later(day: date, amount: int) -> date:
    """One day so many months later (or earlier), as ``add_months`` moves columns of them."""
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole_months(first: Ints, last: Ints) -> Ints:
    """Whole months from one day to another; negative when the other is earlier."""
    then = months(last)
    completes = np.minimum(_day_of_month(first), _lengths(then)) <= _day_of_month(last)
    return then - months(first) - np.where(completes, 0, 1)


def _dates(days: Ints) -> np.ndarray:
    return (days - _EPOCH).astype("datetime64[D]")


def _first_days(month: Ints) -> Ints:
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + _EPOCH


def _day_of_month(days: Ints) -> Ints:
    return days - _first_days(months(days)) + 1


def _lengths(month: Ints) -> Ints:
    return _first_days(month + 1) - _first_days(month)
