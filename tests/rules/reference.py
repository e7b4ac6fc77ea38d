"""The rules read slowly: one row at a time, in plain Python, as the readable specification of the engine.

It shares with the engine the pack's data and nothing else: no columns, no tricks. Every question is answered True, False
or None (cannot tell). Read from the bottom: ``assess_slowly`` reads the log twice, a ``Reading`` is one of them, its parts
stand in the order in which they happen, and a ``Case`` says whether a condition holds.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from ceu.rules import language as c
from ceu.rules.facts import NOT_YET

YES, NO, CANNOT_TELL = True, False, None
PERIODS_OF_UNIT = {
    "days": "day", "weeks": "week", "fortnights": "fortnight", "months": "month", "quarters": "quarter", "years": "year",
}  # fmt: skip


@dataclass
class Slow:
    """Per entry what is credited, cannot be told, was cut (by rule) and granted; per requirement the numbers of both
    readings, the lower first, what is needed where doubt is held against the person, and the answer."""

    credited: dict = field(default_factory=dict)
    undetermined: dict = field(default_factory=dict)
    cuts: dict = field(default_factory=dict)
    granted: dict = field(default_factory=dict)
    have: dict = field(default_factory=dict)
    need: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)


class Case:
    """A version of a pack, the facts, the day and the policies."""

    def __init__(self, pack, version, facts, as_of, policies=None):
        self.pack, self.version, self.facts, self.as_of = pack, version, facts, as_of
        self.policies = pack.choices(policies or {})
        # What is asked of the person is asked of an entry of nothing, today.
        self.person = {"day": as_of, "minutes": 0}
        self.contradicted = any(self.truth(doubt.when, dict(self.person)) is YES for doubt in version.doubts)

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
            amount = -anchor.shift.amount if anchor.backward else anchor.shift.amount
            day = later(day, anchor.shift.unit, amount)
        return day

    # -- whether a condition holds for a row -----------------------------------------------------------------------

    def truth(self, condition, row):
        """Yes, no or cannot tell; nothing can be told of a person whose facts contradict each other."""
        return CANNOT_TELL if row is self.person and self.contradicted else self.plain_truth(condition, row)

    def plain_truth(self, condition, row):  # noqa: C901 (one clause per kind of condition)
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
            left, right = self.value(condition.subject, row), self.day(condition.anchor, row)
            return in_order(left, condition.order, right)
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
        if isinstance(condition, c.Remainder):
            return value % condition.divided_by == condition.leaves
        several = value if isinstance(value, tuple | list) else [value]
        return any(one == other and type(one) is type(other) for one in several for other in condition.values)

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

    def judgments(self, row):
        """(rule, whether it lets the row pass), in the order in which they are asked."""
        yield "future", row["day"] <= self.as_of
        yield "coverage", YES if row["day"] >= self.version.covers_from.day else CANNOT_TELL
        for gate in (*self.version.gates, *self.version.sessions):
            applies = self.truth(gate.applies, row)
            if gate.status == "unknown":
                yield gate.id, YES if applies is NO else CANNOT_TELL
            else:
                yield gate.id, negation(all_of([applies, negation(self.truth(gate.only_if, row))]))

    def admitted(self, row):
        if any(self.truth(doubt.when, row) is YES for doubt in self.version.doubts):
            return CANNOT_TELL
        return all_of([answer for _, answer in self.judgments(row)])

    # -- weeks and the order of credit -----------------------------------------------------------------------------

    def week(self, day):
        """The first day of a day's week."""
        policy = self.version.week_start_policy
        starts_sunday = policy and self.policies[policy] == "sunday"
        return day - timedelta(days=(day.weekday() + bool(starts_sunday)) % 7)

    def in_credit_order(self, rows):
        policy = self.version.order_policy
        classes = self.version.order[self.policies[policy]] if policy else ()

        def key(row):
            mine = [i for i, name in enumerate(classes) if self.truth(c.Named(name), row) is YES]
            return (min(mine, default=len(classes)), row["day"], str(row["id"]))

        return sorted(rows, key=key)

    def amounts(self, plain, instead):
        """The amounts that may hold for the person: those of other people who may be this one, then the one that is."""
        for other in instead:
            answer = self.truth(other.when, self.person)
            if answer is not NO:
                yield other.amount.amount
            if answer is YES:
                return
        yield plain.amount


class Reading:
    """The whole log once. What is doubtful is left out and held against the person, or let in and held in her favor."""

    def __init__(self, case, rows, doubtful):
        self.case, self.version, self.rows, self.doubtful = case, case.version, rows, doubtful
        self.cuts = {row["id"]: {} for row in rows}
        self.granted = {row["id"]: 0 for row in rows}
        self.left = {row["id"]: self.admit(row) for row in rows}
        self.admitted = dict(self.left)
        self.first_day = min((row["day"] for row in rows if self.admitted[row["id"]] > 0), default=None)
        if self.version.supervision:
            self.supervise(self.version.supervision)
        for limit in self.version.limits:
            self.limit(limit)
        self.have = {rule.id: self.measure(rule) for rule in self.version.requirements}
        for grant in self.version.grants:
            for rule in grant.to:
                self.have[rule] += self.grant(grant)
        self.have |= {rule.id: self.options_met(rule) for rule in self.version.requirements if rule.any_of}

    # -- what is doubtful ------------------------------------------------------------------------------------------

    def serves(self, condition, row):
        """Whether a row is taken to be something that helps: supervision, an hour of the kind required."""
        answer = self.case.truth(condition, row)
        return answer is YES or (self.doubtful and answer is CANNOT_TELL)

    def burdens(self, condition, row):
        """Whether a row is taken to be something that costs: limited, in need of supervision."""
        answer = self.case.truth(condition, row)
        return answer is YES or (not self.doubtful and answer is CANNOT_TELL)

    def choose(self, candidates, more_helps):
        """Of what may hold, what is worse for the person where doubt is held against her, else what is better."""
        return max(candidates) if more_helps is self.doubtful else min(candidates)

    # -- small parts -----------------------------------------------------------------------------------------------

    def take(self, rule, row, minutes):
        """A rule takes minutes of a row, and it is remembered which."""
        if minutes > 0:
            self.left[row["id"]] -= minutes
            self.cuts[row["id"]][rule] = self.cuts[row["id"]].get(rule, 0) + minutes

    def keep(self, rule, rows, room):
        """In the order of credit, keep what the room holds."""
        for row in self.case.in_credit_order(rows):
            self.take(rule, row, self.left[row["id"]] - min(self.left[row["id"]], room))
            room -= self.left[row["id"]]

    def with_something_left(self, rows):
        return [row for row in rows if self.left[row["id"]] > 0]

    def period(self, kind, row):
        """A name for the period a row lies in."""
        day = row["day"]
        first = self.first_day or day
        if kind == "week":
            return self.case.week(day)
        if kind == "fortnight":
            return (self.case.week(day) - self.case.week(first)).days // 14
        if kind == "year_of_experience":
            return years_since(first, day)
        if kind == "year_of_cycle":
            begins = self.case.value("person.cycle_begins", self.case.person)
            return years_since(begins, day) if isinstance(begins, date) else "the whole cycle"
        return {
            "day": day,
            "month": (day.year, day.month),
            "quarter": (day.year, (day.month - 1) // 3),
            "year": day.year,
        }[kind]

    def number_of_periods(self, unit, rows):
        return len({self.period(PERIODS_OF_UNIT[unit], row) for row in rows})

    # -- admit, and normalize --------------------------------------------------------------------------------------

    def admit(self, row):
        """The minutes a row brings in, by what they count as."""
        verdict = self.case.admitted(row)
        if verdict is NO:
            by = next(rule for rule, answer in self.case.judgments(row) if answer is NO)
            self.cuts[row["id"]] = {by: row["minutes"]} if row["minutes"] else {}
        if verdict is NO or (verdict is CANNOT_TELL and not self.doubtful):
            return 0
        minutes, by = self.choose(list(self.conversions(row)), more_helps=True)
        if minutes < row["minutes"]:
            self.cuts[row["id"]] = {by: row["minutes"] - minutes}
        self.granted[row["id"]] = max(minutes - row["minutes"], 0)
        return minutes

    def conversions(self, row):
        """(minutes it may count as, by which conversion)."""
        for conversion in self.version.conversions:
            answer = self.case.truth(conversion.of, row)
            if answer is not NO:
                minutes = row["minutes"] * conversion.count_as // conversion.minutes
                if conversion.whole:
                    minutes = row["minutes"] // conversion.minutes * conversion.count_as
                yield minutes, conversion.id
            if answer is YES:
                return
        yield row["minutes"], ""

    # -- condition: supervision ------------------------------------------------------------------------------------

    def cell(self, row, period):
        """Where supervision is owed: a period, in one setting or wherever."""
        anywhere = self.version.supervision is None or self.version.supervision.where == "anywhere"
        return (self.period(period, row), "anywhere" if anywhere else row.get("setting"))

    def shared(self, cell):
        """The cell of what was logged that period in a setting that was not given: it may have been this one."""
        return (cell[0], None)

    def needing(self, rule):
        """The rows that need the supervision of a floor or a step."""
        supervision = self.version.supervision
        return [
            row
            for row in self.rows
            if self.admitted[row["id"]] > 0
            and self.case.truth(supervision.exempt, row) is not YES
            and self.burdens(rule.applies, row)
            and not (self.doubtful and self.cell(row, supervision.per)[1] is None)
        ]

    def supervision_in(self, cell, period, of):
        """The admitted rows of a cell that serve as supervision."""
        cells = [cell, self.shared(cell)] if self.doubtful else [cell]
        return [
            row
            for row in self.rows
            if self.admitted[row["id"]] > 0 and self.cell(row, period) in cells and self.serves(of, row)
        ]

    def units(self, rows):
        """Units of supervision, as a fraction: minutes by the minutes of one unit of that kind."""
        minutes = self.version.supervision.units.minutes
        return sum(
            (Fraction(self.admitted[row["id"]], minutes[row["activity"]]) for row in rows
             if row.get("activity") in minutes),
            Fraction(0),
        )  # fmt: skip

    def amount(self, floor, rows):
        """How much supervision rows are: units, meetings or minutes, as the floor counts it."""
        if floor.at_least.unit == "units":
            return self.units(rows)
        if floor.at_least.unit == "minutes":
            return sum(self.admitted[row["id"]] for row in rows)
        meetings = [row for row in rows if floor.each is None or row["minutes"] >= floor.each.amount]
        return (
            len({self.case.week(row["day"]) for row in meetings})
            if floor.in_different_weeks
            else len(meetings)
        )

    def supervise(self, rules):
        """Every floor first, on what was admitted; then the steps; then the averages over what had its floors."""
        self.contact, self.owed, self.short, forfeited = {}, {}, {}, set()
        for floor in rules.floors:
            forfeited |= self.floor(rules, floor)
        for step in rules.steps:
            self.step(step, step.floor or rules.floors[0].id)
        for average in rules.averages:
            counted = [row for row in self.rows if self.case.truth(average.applies, row) is YES
                       and self.cell(row, rules.per) not in forfeited]  # fmt: skip
            if average.across == "everything":
                self.average(average, counted)
                continue
            # Hours in a setting that was not given may have been supervised there.
            for setting in {row.get("setting") for row in self.rows} - ({None} if self.doubtful else set()):
                self.average(average, [row for row in counted if row.get("setting") == setting])

    def floor(self, rules, floor):
        """The cells that are forfeited for want of a floor."""
        cells = {self.cell(row, rules.per) for row in self.needing(floor)}
        there = {cell: self.supervision_in(cell, rules.per, floor.of) for cell in cells}
        self.contact[floor.id] = {cell: self.amount(floor, there[cell]) for cell in cells}
        self.owed[floor.id] = dict.fromkeys(cells, floor.at_least.amount)
        self.short[floor.id] = {
            cell for cell in cells if self.contact[floor.id][cell] < floor.at_least.amount
        }
        if floor.follows(self.case.policies) != "forfeit":
            return set()
        self.forfeit(floor, self.short[floor.id])
        return self.short[floor.id]

    def step(self, step, floor):
        """More of a floor in the cells in which much was performed."""
        consequence = step.follows(self.case.policies)
        for cell in self.owed[floor]:
            basis = self.performed(step, cell)
            if sum(row["minutes"] for row in basis) <= step.over.amount:
                continue
            self.owed[floor][cell] += step.extra.amount
            if cell in self.short[floor] or self.contact[floor][cell] >= self.owed[floor][cell]:
                continue
            if consequence == "forfeit":
                self.forfeit(step, {cell})
            elif consequence == "cap":
                self.keep(step.id, basis, step.over.amount)

    def forfeit(self, rule, cells):
        for row in self.needing(rule):
            if self.cell(row, self.version.supervision.per) in cells:
                self.take(rule.id, row, self.left[row["id"]])

    def performed(self, step, cell):
        """What was performed of a step's kind, admitted or not: the section speaks of what is performed."""
        return [
            row
            for row in self.rows
            if self.cell(row, self.version.supervision.per) == cell
            and self.case.truth(step.applies, row) is YES
            and self.case.truth(step.performed, row) is YES
        ]

    def average(self, average, rows):
        basis = [row for row in rows if self.case.truth(average.performed, row) is YES]
        giving = [row for row in rows if self.serves(average.of, row)]
        if self.version.supervision.units:
            units = self.units(giving)
        else:
            units = Fraction(sum(self.admitted[row["id"]] for row in giving), 60)
        covered = int(units * average.one_unit_per.amount)
        consequence = average.follows(self.case.policies)
        if sum(self.admitted[row["id"]] for row in basis) > covered and consequence != "warn":
            self.keep(average.id, basis, covered if consequence == "cap" else 0)

    # -- limit -----------------------------------------------------------------------------------------------------

    def limit(self, limit):
        if limit.status == "unknown" and self.doubtful:
            return
        members = self.with_something_left(row for row in self.rows if self.burdens(limit.of, row))
        if limit.once_per:
            seen = set()
            for row in self.case.in_credit_order(members):
                if row.get(limit.once_per) in seen:
                    self.take(limit.id, row, self.left[row["id"]])
                seen.add(row.get(limit.once_per))
        elif limit.only_from:
            self.limit_to_the_fullest(limit, members)
        elif limit.in_best:
            self.limit_to_the_best_run(limit, members)
        elif limit.in_any:
            self.limit_any_run(limit, members)
        else:
            for period in {self.scope(limit, row) for row in members}:
                mine = [row for row in members if self.scope(limit, row) == period]
                self.keep(limit.id, mine, self.room(limit, mine, period))

    def scope(self, limit, row):
        return self.period(limit.per, row) if limit.per else "in all"

    def room(self, limit, members=(), scope="in all"):
        if limit.status == "unknown":
            return 0
        amount = self.choose(list(self.case.amounts(limit.at_most, limit.instead)), more_helps=True)
        if limit.for_every is None:
            return amount
        per, unit = limit.for_every.amount.amount, limit.for_every.amount.unit
        base = self.with_something_left(
            row
            for row in self.rows
            if self.scope(limit, row) == scope and self.serves(limit.for_every.of, row)
        )
        if unit != "minutes":
            return amount * self.number_of_periods(unit, base) // per
        if not any(row in members for row in base):
            return amount * self.total(base) // per
        # What is limited is part of the whole it is measured by: a of b is a/(b - a) of the rest.
        if per <= amount:
            return self.total(members)
        return amount * self.total(row for row in base if row not in members) // (per - amount)

    def total(self, rows):
        return sum(self.left[row["id"]] for row in rows)

    def limit_any_run(self, limit, members):
        """Each entry is credited up to the room left in every run of that length that contains its day.

        A run that ends on a day without entries holds no more than the one that ends on the last day with one.
        """
        room, length = self.room(limit), limit.in_any
        runs = [(later(day, length.unit, -length.amount), day) for day in {row["day"] for row in members}]
        credited = []
        for row in self.case.in_credit_order(members):
            fits = self.left[row["id"]]
            for before, last in runs:
                if before < row["day"] <= last:
                    fits = min(fits, room - sum(minutes for day, minutes in credited if before < day <= last))
            self.take(limit.id, row, self.left[row["id"]] - fits)
            credited.append((row["day"], fits))

    def limit_to_the_best_run(self, limit, members):
        """Only the run that holds the most counts; of equal ones the latest."""

        def run(first):
            end = later(first, limit.in_best.unit, limit.in_best.amount)
            return [row for row in members if first <= row["day"] < end]

        if members:
            best = run(max((self.total(run(first)), first) for first in {row["day"] for row in members})[1])
            for row in members:
                if row not in best:
                    self.take(limit.id, row, self.left[row["id"]])

    def limit_to_the_fullest(self, limit, members):
        """Only what came from so many of them counts, from those with the most; of equal ones the first in the log."""
        whose = limit.only_from.unit.removesuffix("s")
        names = list(dict.fromkeys(row.get(whose) for row in members))
        totals = {name: self.total(row for row in members if row.get(whose) == name) for name in names}
        fullest = sorted(names, key=lambda name: -totals[name])[: limit.only_from.amount]
        for row in members:
            if row.get(whose) not in fullest:
                self.take(limit.id, row, self.left[row["id"]])

    # -- grant, and require ----------------------------------------------------------------------------------------

    def grant(self, grant):
        if not self.serves(grant.when, self.case.person):
            return 0
        if grant.add:
            return grant.add.amount
        hours = self.case.value(grant.add_hours_of, self.case.person)
        most = grant.at_most.amount if grant.at_most else None
        if hours is None:
            return (most or 0) if self.doubtful else 0
        return hours * 60 if most is None else min(hours * 60, most)

    def measure(self, rule):
        """How much of a requirement there is; ``any_of`` is counted last, when the others are known."""
        if rule.any_of:
            return 0
        if rule.confirmed is not None:
            return int(self.serves(rule.confirmed, self.case.person))
        counted = self.admitted if rule.counting == "admitted" else self.left
        members = [row for row in self.rows if self.serves(rule.of, row)]
        credited = [row for row in members if counted[row["id"]] > 0]
        if rule.span:
            return span([row["day"] for row in credited], rule.unit)
        if rule.distinct:
            found = {row.get(rule.distinct) for row in credited}
            return len(found) if self.doubtful else len(found - {None})
        if rule.periods:
            return len({period for period in {self.period(rule.periods.each, row) for row in credited}
                        if self.counts(rule.periods, period, credited, counted)})  # fmt: skip
        return sum(counted[row["id"]] for row in members)

    def counts(self, periods, period, credited, counted):
        """Whether a period has enough credited, and enough supervision in a cell in which something is credited."""
        mine = [row for row in credited if self.period(periods.each, row) == period]
        if periods.minutes and sum(counted[row["id"]] for row in mine) < periods.minutes.amount:
            return False
        if not periods.units:
            return True
        return any(
            self.units(self.supervision_in(cell, periods.each, periods.of)) >= periods.units
            for cell in {self.cell(row, periods.each) for row in mine}
        )

    def need(self, rule):
        """How much is required; None where nobody knows."""
        if rule.amount is None or rule.status == "unknown":
            return None
        amount = self.choose(list(self.case.amounts(rule.value, rule.instead)), more_helps=False)
        if rule.for_every is None:
            return amount
        per, unit = rule.for_every.amount.amount, rule.for_every.amount.unit
        base = self.with_something_left(row for row in self.rows if self.serves(rule.for_every.of, row))
        so_much = self.total(base) if unit == "minutes" else self.number_of_periods(unit, base)
        return -(-amount * so_much // per)

    def met(self, rule):
        """Whether a requirement is met in this reading, or need not be."""
        if not self.burdens(rule.applies, self.case.person):
            return True
        if rule.satisfied_if is not None and self.serves(rule.satisfied_if, self.case.person):
            return True
        return self.is_enough(rule)

    def is_enough(self, rule):
        need = self.need(rule)
        if need is None:
            return self.doubtful
        return (self.options_met(rule) if rule.any_of else self.have[rule.id]) >= need

    def options_met(self, rule):
        return sum(self.met(option) for option in self.version.requirements if option.id in rule.any_of)


def assess_slowly(case, rows):
    """What counts either way is credited; what counts one way only cannot be told."""
    without, with_ = Reading(case, rows, doubtful=False), Reading(case, rows, doubtful=True)
    slow = Slow()
    for row in rows:
        name = row["id"]
        fuller = without if without.left[name] > with_.left[name] else with_
        slow.credited[name] = min(without.left[name], with_.left[name])
        slow.undetermined[name] = fuller.left[name] - slow.credited[name]
        slow.cuts[name], slow.granted[name] = fuller.cuts[name], fuller.granted[name]
    for rule in case.version.requirements:
        slow.have[rule.id] = tuple(sorted((without.have[rule.id], with_.have[rule.id])))
        slow.need[rule.id] = 0 if case.truth(rule.applies, case.person) is NO else without.need(rule)
        slow.answers[rule.id] = answer(case, rule, (without, with_))
    return slow


def answer(case, rule, readings):
    """Met where there is enough in both readings, short where in neither, if it is known to apply."""
    if case.contradicted:
        return "cannot_tell"
    applies = case.truth(rule.applies, case.person)
    satisfied = NO if rule.satisfied_if is None else case.truth(rule.satisfied_if, case.person)
    enough = [reading.is_enough(rule) for reading in readings]
    if applies is NO or satisfied is YES or all(enough):
        return "met"
    return "cannot_tell" if any(enough) or CANNOT_TELL in (applies, satisfied) else "short"


# -- answers, and the calendar -------------------------------------------------------------------------------------------


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
    """The same day so many months or years later, or the last of that month where there is none such."""
    if unit in ("days", "weeks"):
        return day + timedelta(**{unit: amount})
    months = (day.year * 12 + day.month - 1) + amount * (12 if unit == "years" else 1)
    wanted = day.day
    while True:
        try:
            return date(months // 12, months % 12 + 1, wanted)
        except ValueError:
            wanted -= 1


def years_since(first, day):
    """The number of the year a day lies in, each beginning so many whole years after the first day."""
    year = day.year - first.year
    return year if later(first, "years", year) <= day else year - 1


def span(days, unit):
    """From the first day through the last, in whole units."""
    if not days:
        return 0
    first, after = min(days), max(days) + timedelta(days=1)
    number = 0
    while later(first, unit, number + 1) <= after:
        number += 1
    return number
