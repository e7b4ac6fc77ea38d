"""Which agreements, evaluations and reports a supervision owes, and by when: the boards' forms held against the dates. Pure.

What is owed is what the catalog of forms gives a day for (``export_form_catalog``), for the licenses the trainee works
towards. Reports of a period are asked for while they lie at most half a year back: older ones were owed before this list.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ceu.exporting.board_form_catalog import MONTHS, BoardForm, forms_for
from ceu.exporting.board_forms import REGISTERED, Period, due_on, fact_day, plus_months
from ceu.rules.pack import Pack

WHOLE = "whole"
LOOK_BACK = timedelta(days=183)
AHEAD = timedelta(days=120)
SOON = timedelta(days=14)
TERMS = (14, 0)
"""Days before the day it is due on which a document is reminded of; at 0 it is overdue."""


@dataclass(frozen=True)
class Supervised:
    """A supervision as the dates are counted from: its first day, its last, and the packs of the trainee's goals."""

    supervision_id: int
    began: date
    ended: date | None
    packs: Sequence[Pack]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Done:
    """That a document was made, on which day and by whom it was signed."""

    on: date
    signed_by: str
    record_id: int


@dataclass(frozen=True)
class Owed:
    """A document about a supervision: by when it is owed, and whether it was made."""

    supervision_id: int
    form: BoardForm
    period: Period
    due: date
    done: Done | None = None

    @property
    def form_id(self) -> str:
        """The form's name across jurisdictions."""
        return form_id(self.form)

    @property
    def start(self) -> str:
        """The first day of its period, or that it covers the whole supervision."""
        return WHOLE if self.period.first is None else self.period.first.isoformat()

    @property
    def key(self) -> tuple[int, str, str]:
        """What tells it from every other."""
        return self.supervision_id, self.form_id, self.start

    def tone(self, today: date) -> str:
        """Whether it is met, lost (overdue), to be mended soon, or only noted for later."""
        if self.done is not None:
            return "met"
        if self.due < today:
            return "lost"
        return "mend" if self.due <= today + SOON else "note"


def form_id(form: BoardForm) -> str:
    """The form's name across jurisdictions: "us-ca.supervision-agreement"."""
    return f"{form.jurisdiction.lower()}.{form.key}"


def owed(
    supervised: Iterable[Supervised], done: Mapping[tuple[int, str, str], Done], today: date
) -> list[Owed]:
    """What these supervisions owe around now, what is not done first and by its day, then what is done."""
    found = [
        Owed(
            one.supervision_id,
            form,
            period,
            due,
            done.get((one.supervision_id, form_id(form), _start(period))),
        )
        for one in supervised
        for form, begin in _forms(one)
        for period in _periods(form, one, begin, today)
        if (due := due_on(form.due, one.began, one.ended, period)) is not None
    ]
    return sorted(found, key=lambda each: (each.done is not None, each.due, each.key))


def _forms(one: Supervised) -> Iterator[tuple[BoardForm, date]]:
    """The forms with a day, each once, and from when its periods are counted."""
    seen: set[str] = set()
    for pack in one.packs:
        for form in forms_for(pack.jurisdiction, pack.license):
            if form.due is not None and not form.optional and form_id(form) not in seen:
                seen.add(form_id(form))
                yield form, fact_day(pack, one.facts, REGISTERED) or one.began


def _periods(form: BoardForm, one: Supervised, begin: date, today: date) -> Iterator[Period]:
    if form.span == "whole":
        yield Period()
        return
    last = min(filter(None, (one.ended, today + AHEAD)))
    number = 0
    while (first := plus_months(begin, number * MONTHS[form.span])) <= last:
        period = Period(first, plus_months(begin, (number + 1) * MONTHS[form.span]) - timedelta(days=1))
        number += 1
        if period.last is not None and period.last >= max(one.began, today - LOOK_BACK) and first <= today:
            yield period


def _start(period: Period) -> str:
    return WHOLE if period.first is None else period.first.isoformat()


def due_term(due: date, today: date, sent: Collection[int]) -> int | None:
    """The term whose reminder is due now, or None; a term passed over while nothing ran is not made up for."""
    passed = [term for term in TERMS if today >= due - timedelta(days=term) + timedelta(days=term == 0)]
    if not passed or any(term <= passed[-1] for term in sent):
        return None
    return passed[-1]
