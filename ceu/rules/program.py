"""An integer program: the least costly whole numbers of courses that fill gaps under caps, solved exactly by HiGHS.

It speaks of columns and numbers only. What they stand for, and whether the answer holds, is for ``ceu.rules.plan``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Aim = Literal["price", "minutes", "courses"]
Value = tuple[int, ...]
"""How good a set of courses is, the smaller the better: gaps left open, what is missing in them, then the aims in order."""

NODES = 20_000
"""Branches the solver may look at in one search: a count, not a time, so that the same question has the same answer."""
_TOLERANCE = 1e-6
_LESS_THAN_ONE = 0.5


@dataclass(frozen=True)
class Column:
    """Courses that are the same to every rule and cost the same: price in cents, minutes, and how many there are."""

    price: int
    minutes: int
    most: int

    def cost(self, aim: Aim) -> int:
        """What one of them adds to an aim."""
        return {"price": self.price, "minutes": self.minutes, "courses": 1}[aim]


@dataclass(frozen=True)
class Cap:
    """At most ``room`` minutes of these columns are credited."""

    room: int
    members: tuple[int, ...]


@dataclass(frozen=True)
class Gap:
    """So much is ``missing``, and so much one course of each column adds (``gains``).

    ``credited`` gains are minutes that caps may reduce. With ``options`` it is the number of those filled that is
    missing. In the sum of what stays missing one unit weighs ``weight``.
    """

    missing: int
    gains: Mapping[int, int]
    credited: bool = False
    weight: int = 1
    options: tuple["Gap", ...] = ()


@dataclass(frozen=True)
class Share:
    """One license: the minutes of one course of each column that it can credit, its caps and its gaps."""

    creditable: tuple[int, ...]
    caps: tuple[Cap, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Answer:
    """How many courses of each column, what that is worth by the program, and how much of them every license credits.

    ``credited`` holds one row per license, between 0 and 1. ``proven`` is false where the search was cut short.
    """

    numbers: tuple[int, ...]
    value: Value
    credited: tuple[tuple[float, ...], ...]
    proven: bool


def solve(
    columns: Sequence[Column],
    shares: Sequence[Share],
    aims: Sequence[Aim],
    tried: Sequence[tuple[int, ...]] = (),
) -> Answer | None:
    """The best numbers of courses other than those ``tried``; None when every choice was tried.

    First as few gaps as possible stay open, then as little as possible is missing in them, then the aims in order.
    """
    program = _Program()
    numbers = [program.variable(column.most) for column in columns]
    parts = [_add_share(program, share, numbers, columns) for share in shares]
    for earlier in tried:
        _forbid(program, numbers, columns, earlier)
    stages = [
        {is_open: 1 for part in parts for is_open, _, _ in part.gaps},
        {missing: weight for part in parts for _, missing, weight in part.gaps},
        *(
            {number: column.cost(aim) for number, column in zip(numbers, columns, strict=True)}
            for aim in aims
        ),
    ]
    value, proven = [], True
    found: Floats = np.zeros(program.size)
    for stage in stages:
        searched = program.minimize(stage)
        if searched is None:
            return None
        found, optimal = searched
        proven &= optimal
        reached = ceil(sum(found[place] * cost for place, cost in stage.items()) - _TOLERANCE)
        value.append(reached)
        program.row(stage, most=reached + _LESS_THAN_ONE)
    return Answer(
        tuple(round(float(found[number])) for number in numbers),
        tuple(value),
        tuple(part.credited_of(found, numbers) for part in parts),
        proven,
    )


@dataclass(frozen=True)
class _Part:
    """The variables of one license: the credited minutes of its capped columns; per gap (is open, missing, weight)."""

    creditable: tuple[int, ...]
    capped: Mapping[int, int]
    gaps: tuple[tuple[int, int, int], ...]

    def credited_of(self, found: Floats, numbers: Sequence[int]) -> tuple[float, ...]:
        """The part of each column that is credited; 1 where nothing is taken of it or nothing caps it."""
        parts = [1.0] * len(numbers)
        for column, variable in self.capped.items():
            whole = found[numbers[column]] * self.creditable[column]
            if whole > _TOLERANCE:
                parts[column] = float(found[variable] / whole)
        return tuple(parts)


class _Program:
    """Variables from 0 up and rows of terms, in the order in which they were added."""

    def __init__(self) -> None:
        self.upper: list[float] = []
        self.whole: list[int] = []
        self.rows: list[tuple[Mapping[int, float], float, float]] = []

    @property
    def size(self) -> int:
        return len(self.upper)

    def variable(self, upper: float, *, whole: bool = True) -> int:
        self.upper.append(upper)
        self.whole.append(int(whole))
        return self.size - 1

    def row(self, terms: Mapping[int, float], *, least: float = -inf, most: float = inf) -> None:
        self.rows.append((terms, least, most))

    def minimize(self, cost: Mapping[int, float]) -> tuple[Floats, bool] | None:
        """The variables at their best and whether that is proven; None where no values satisfy the rows."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        objective = np.zeros(self.size)
        objective[list(cost)] = list(cost.values())
        terms = [
            (row, place, factor)
            for row, (each, _, _) in enumerate(self.rows)
            for place, factor in each.items()
        ]
        row, place, factor = zip(*terms, strict=True) if terms else ((), (), ())
        matrix = csr_array((factor, (row, place)), shape=(len(self.rows), self.size))
        found = milp(
            objective,
            integrality=self.whole,
            bounds=Bounds(0, self.upper),
            constraints=LinearConstraint(
                matrix, [least for _, least, _ in self.rows], [most for _, _, most in self.rows]
            ),
            options={"mip_rel_gap": 0, "node_limit": NODES},
        )
        return None if found.x is None else (found.x, found.status == 0)


def _add_share(program: _Program, share: Share, numbers: Sequence[int], columns: Sequence[Column]) -> _Part:
    members = sorted({column for cap in share.caps for column in cap.members})
    capped = {}
    for column in members:
        each = share.creditable[column]
        capped[column] = program.variable(each * columns[column].most, whole=False)
        program.row({capped[column]: 1, numbers[column]: -each}, most=0)
    for cap in share.caps:
        program.row({capped[column]: 1 for column in cap.members}, most=cap.room)

    def filling(gap: Gap) -> dict[int, float]:
        if gap.options:
            return {_filled(program, filling(option), option.missing): 1 for option in gap.options}
        return {
            capped[column] if gap.credited and column in capped else numbers[column]: (
                1 if gap.credited and column in capped else gain
            )
            for column, gain in gap.gains.items()
        }

    gaps = []
    for gap in share.gaps:
        missing, is_open = program.variable(gap.missing, whole=False), program.variable(1)
        program.row({**filling(gap), missing: 1}, least=gap.missing)
        program.row({missing: 1, is_open: -gap.missing}, most=0)
        gaps.append((is_open, missing, gap.weight))
    return _Part(share.creditable, capped, tuple(gaps))


def _filled(program: _Program, filling: Mapping[int, float], missing: int) -> int:
    """A variable that is 1 only if so much is there."""
    filled = program.variable(1)
    program.row({**filling, filled: -missing}, least=0)
    return filled


def _forbid(
    program: _Program, numbers: Sequence[int], columns: Sequence[Column], earlier: Sequence[int]
) -> None:
    """Leave these numbers out: some column must have more, or fewer."""
    differs: dict[int, float] = {}
    for number, column, there in zip(numbers, columns, earlier, strict=True):
        if there == 0:
            differs[number] = 1
            continue
        more, fewer = program.variable(1), program.variable(1)
        program.row({number: 1, more: -(there + 1)}, least=0)
        program.row({number: 1, fewer: column.most - there + 1}, most=column.most)
        differs |= {more: 1, fewer: 1}
    program.row(differs, least=1)
