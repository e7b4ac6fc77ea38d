"""The rules read slowly: one row at a time, in plain Python, as the readable specification of the engine.

It shares with the engine the pack's data and nothing else: no columns, no tricks. Every question is answered True, False
or None (cannot tell). Read from the bottom: ``assess_slowly`` reads the log twice, ``read`` is one reading.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from ceu.rules import language as c
from ceu.rules.facts import NOT_YET
from ceu.rules.pack import EVERYTHING

YES, NO, CANNOT_TELL = True, False, None


@dataclass
class Slow:
    credited: dict = field(default_factory=dict)
    undetermined: dict = field(default_factory=dict)
    have: dict = field(default_factory=dict)


class Case:
    """A version of a pack, the facts, the day and the policies."""

    def __init__(self, pack, version, facts, as_of, policies=None):
        self.pack, self.version, self.facts, self.as_of = pack, version, facts, as_of
        self.policies = pack.choices(policies or {})

    # -- what an attribute is --------------------------------------------------------------------------------------

    def value(self, subject, row):
        if subject == "as_of":
            return self.as_of
        owner, _, name = subject.partition(".")
        if not name:
            found = row.get(subject)
        elif owner == "policy":
            found = self.policies[name]
        elif owner == "person":
            found = self.facts.person.get(name)
        else:
            records = self.facts.settings if owner == "setting" else self.facts.supervisors
            found = records.get(row.get(owner), {}).get(name)
        declared = self.pack.facts.get(subject)
        return declared.assume if found is None and declared else found

    def day(self, anchor, row):
        """A date, "not_yet", or None when it is not known."""
        day = anchor.of if isinstance(anchor.of, date) else self.value(anchor.of, row)
        if anchor.otherwise and day in (None, NOT_YET):
            day = self.value(anchor.otherwise, row)
        if day in (None, NOT_YET):
            return day
        if anchor.end_of_month:
            while (day + timedelta(days=1)).month == day.month:
                day += timedelta(days=1)
        if anchor.shift:
            day = later(
                day, anchor.shift.unit, -anchor.shift.amount if anchor.backward else anchor.shift.amount
            )
        return day

    # -- whether a condition holds for a row -----------------------------------------------------------------------

    def truth(self, condition, row):  # noqa: C901 (one clause per kind of condition)
        if isinstance(condition, c.Named):
            known = self.version.definitions.get(condition.name)
            return YES if known is None else self.truth(known, row)
        if isinstance(condition, c.All):
            return all_of([self.truth(part, row) for part in condition.parts])
        if isinstance(condition, c.Any_):
            return negation(all_of([negation(self.truth(part, row)) for part in condition.parts]))
        if isinstance(condition, c.Not):
            return negation(self.truth(condition.part, row))
        if isinstance(condition, c.When):
            return in_order(
                self.value(condition.subject, row), condition.order, self.day(condition.anchor, row)
            )
        if isinstance(condition, c.Within):
            return self.in_periods(condition, row)
        value = self.value(condition.subject, row)
        if value is None:
            return CANNOT_TELL
        if isinstance(condition, c.Known):
            return YES
        if isinstance(condition, c.Bounds):
            low, high = condition.at_least, condition.at_most
            return (low is None or value >= low) and (high is None or value <= high)
        several = value if isinstance(value, tuple | list) else [value]
        return any(one in condition.values and isinstance(one, bool) is any(isinstance(v, bool) for v in condition.values)
                   for one in several)  # fmt: skip

    def in_periods(self, within, row):
        day = self.value(within.subject, row)
        periods = self.value(within.periods, row)
        followed_by = self.value(within.followed_by, row) if within.followed_by else None
        if periods is None:
            return CANNOT_TELL
        if any(begins <= day and (ends is None or day <= ends) for begins, ends in periods):
            return YES
        ended = [ends for _, ends in periods if ends is not None and ends < day]
        if not ended or not within.lapse_under:
            return NO
        last = max(ended)
        resumes = [begins for begins, _ in periods if begins > day]
        if isinstance(followed_by, date) and followed_by > day:
            resumes.append(followed_by)
        if resumes:
            return (min(resumes) - last).days - 1 < within.lapse_under
        if isinstance(followed_by, date) and last < followed_by:
            return NO  # the lapse was closed by what followed, before this day
        return CANNOT_TELL if (day - last).days < within.lapse_under else NO

    # -- whether a row is admitted ---------------------------------------------------------------------------------

    def admitted(self, row):
        answers = [row["day"] <= self.as_of]
        answers.append(YES if row["day"] >= self.version.covers_from.day else CANNOT_TELL)
        for gate in (*self.version.gates, *self.version.sessions):
            applies = self.truth(gate.applies, row)
            if gate.status == "unknown":
                answers.append(YES if applies is NO else CANNOT_TELL)
            else:
                answers.append(negation(all_of([applies, negation(self.truth(gate.only_if, row))])))
        if any(self.truth(doubt.when, row) is YES for doubt in self.version.doubts):
            return CANNOT_TELL
        return all_of(answers)

    # -- one reading -----------------------------------------------------------------------------------------------

    def week(self, row):
        starts_sunday = (
            self.version.week_start_policy and self.policies[self.version.week_start_policy] == "sunday"
        )
        return row["day"] - timedelta(days=(row["day"].weekday() + bool(starts_sunday)) % 7)

    def cell(self, row):
        return (self.week(row), row.get("setting"))

    def in_credit_order(self, rows):
        policy = self.version.order_policy
        classes = self.version.order[self.policies[policy]] if policy else ()

        def key(row):
            mine = [i for i, name in enumerate(classes) if self.truth(c.Named(name), row) is YES]
            return (min(mine, default=len(classes)), row["day"], str(row["id"]))

        return sorted(rows, key=key)

    def read(self, rows, doubtful):
        """Credited and admitted minutes per id, and how much of each requirement there is."""
        verdicts = {row["id"]: self.admitted(row) for row in rows}
        admitted = {
            row["id"]: row["minutes"]
            if verdicts[row["id"]] is YES or (doubtful and verdicts[row["id"]] is None)
            else 0
            for row in rows
        }
        left = dict(admitted)
        if self.version.supervision:
            self.condition(rows, admitted, left, doubtful)
        for limit in self.version.limits:
            if limit.status == "unknown" and doubtful:
                continue
            members = [row for row in rows if self.truth(limit.of, row) is not NO
                       and (not doubtful or self.truth(limit.of, row) is YES)]  # fmt: skip
            self.limit(limit, members, left)
        have = {
            rule.id: self.have(rule, rows, admitted, left, doubtful) for rule in self.version.requirements
        }
        return left, have

    def units(self, rows, admitted):
        """Units of supervision, as a fraction: minutes by the minutes of one unit of that kind."""
        minutes = self.version.supervision.units.minutes
        return sum(
            (Fraction(admitted[row["id"]], minutes[row["activity"]]) for row in rows
             if row.get("activity") in minutes),
            Fraction(0),
        )  # fmt: skip

    def units_of(self, cell, rows, admitted, doubtful):
        """Units of a week in a setting; in the hopeful reading those of an ungiven setting may have been there."""
        anywhere = [cell, (cell[0], None)] if doubtful and cell[1] is not None else [cell]
        return self.units([row for row in rows if self.cell(row) in anywhere], admitted)

    def condition(self, rows, admitted, left, doubtful):  # noqa: C901 (floor, steps, averages, read in a row)
        rules = self.version.supervision
        needing = [row for row in rows if self.truth(rules.exempt, row) is not YES]
        cells = {self.cell(row) for row in needing if admitted[row["id"]] > 0}
        if doubtful:
            cells = {cell for cell in cells if cell[1] is not None}
        of = {cell: [row for row in rows if self.cell(row) == cell] for cell in cells}
        units = {cell: self.units_of(cell, rows, admitted, doubtful) for cell in cells}
        without_floor = {cell for cell in cells if units[cell] < rules.floor.at_least.amount}
        for row in needing:
            if self.cell(row) in without_floor:
                left[row["id"]] = 0
        need = dict.fromkeys(cells, rules.floor.at_least.amount)
        for step in rules.steps:
            for cell in cells:
                basis = [
                    r
                    for r in of[cell]
                    if self.truth(step.applies, r) is YES and self.truth(step.performed, r) is YES
                ]
                if sum(row["minutes"] for row in basis) <= step.over.amount:
                    continue
                need[cell] += step.extra.amount
                if units[cell] >= need[cell] or cell in without_floor:
                    continue
                if step.consequences[self.policies[step.policy]] == "forfeit":
                    for row in of[cell]:
                        if row in needing and self.truth(step.applies, row) is not NO:
                            left[row["id"]] = 0
                else:
                    self.keep(basis, step.over.amount, left)
        for average in rules.averages:
            for setting in {row.get("setting") for row in rows} - ({None} if doubtful else set()):
                counted = [r for r in rows if r.get("setting") == setting and self.truth(average.applies, r) is YES
                           and self.cell(r) not in without_floor]  # fmt: skip
                basis = [row for row in counted if self.truth(average.performed, row) is YES]
                covered = int(self.units(counted, admitted) * average.one_unit_per.amount)
                if sum(admitted[row["id"]] for row in basis) <= covered:
                    continue
                cap = average.consequences[self.policies[average.policy]] == "cap"
                self.keep(basis, covered if cap else 0, left)

    def keep(self, rows, room, left):
        """In the order of credit, keep what the room holds."""
        for row in self.in_credit_order(rows):
            left[row["id"]] = min(left[row["id"]], room)
            room -= left[row["id"]]

    def limit(self, limit, members, left):
        room = 0 if limit.status == "unknown" or limit.at_most is None else limit.at_most.amount
        if limit.in_any:
            self.limit_any_days(members, room, limit.in_any.amount, left)
        elif limit.once_per:
            seen = set()
            for row in self.in_credit_order([row for row in members if left[row["id"]] > 0]):
                if row.get(limit.once_per) in seen:
                    left[row["id"]] = 0
                seen.add(row.get(limit.once_per))
        elif limit.per == "week":
            for week in {self.week(row) for row in members}:
                self.keep([row for row in members if self.week(row) == week], room, left)
        else:
            self.keep(members, room, left)

    def limit_any_days(self, members, room, days, left):
        """Each entry is credited up to the room left in every run of so many days that contains its day."""
        credited = {}
        for row in self.in_credit_order(members):
            fits = left[row["id"]]
            for back in range(days):
                first = row["day"] - timedelta(days=back)
                in_run = sum(m for day, m in credited.values() if first <= day < first + timedelta(days=days))
                fits = min(fits, room - in_run)
            credited[row["id"]] = (row["day"], fits)
            left[row["id"]] = fits

    def have(self, rule, rows, admitted, left, doubtful):
        counted = admitted if rule.counting == "admitted" else left
        members = [
            row
            for row in rows
            if self.truth(rule.of, row) is YES or (doubtful and self.truth(rule.of, row) is None)
        ]
        credited = [row for row in members if counted[row["id"]] > 0]
        if rule.span:
            days = [row["day"] for row in credited]
            length = (max(days) - min(days)).days + 1 if days else 0
            return length // 7 if rule.unit == "weeks" else length
        if rule.weeks:
            cells = {self.cell(row) for row in credited}
            if self.version.supervision:
                giving = [
                    row
                    for row in rows
                    if self.truth(rule.weeks.of, row) is YES
                    or (doubtful and self.truth(rule.weeks.of, row) is CANNOT_TELL)
                ]
                units = {
                    cell: self.units([row for row in giving if self.cell(row) == cell], admitted)
                    for cell in cells
                }
                if rule.weeks.of == EVERYTHING:
                    units = {cell: self.units_of(cell, rows, admitted, doubtful) for cell in cells}
                cells = {cell for cell in cells if units[cell] >= rule.weeks.units}
            return len({week for week, _ in cells})
        return sum(counted[row["id"]] for row in members)


def assess_slowly(case, rows):
    """What counts either way is credited; what counts one way only cannot be told."""
    without, have_without = case.read(rows, doubtful=False)
    with_, have_with = case.read(rows, doubtful=True)
    slow = Slow()
    for row in rows:
        low, high = sorted((without[row["id"]], with_[row["id"]]))
        slow.credited[row["id"]] = low
        slow.undetermined[row["id"]] = high - low
    slow.have = {rule: tuple(sorted((have_without[rule], have_with[rule]))) for rule in have_without}
    return slow


def all_of(answers):
    if NO in answers:
        return NO
    return CANNOT_TELL if None in answers else YES


def negation(answer):
    return CANNOT_TELL if answer is None else not answer


def in_order(left, order, right):
    if left is None or right is None:
        return CANNOT_TELL
    left, right = (date.max if day == NOT_YET else day for day in (left, right))
    return {"before": left < right, "until": left <= right, "from": left >= right, "after": left > right}[
        order
    ]


def later(day, unit, amount):
    if unit in ("days", "weeks"):
        return day + timedelta(**{unit: amount})
    months = (day.year * 12 + day.month - 1) + amount * (12 if unit == "years" else 1)
    wanted = day.day
    while True:
        try:
            return date(months // 12, months % 12 + 1, wanted)
        except ValueError:
            wanted -= 1
