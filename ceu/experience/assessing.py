"""What the rules of a person's goals say about their log, kept beside it.

``reassess`` runs once in every transaction that changes a log, a goal or a fact. It reads the log once, from the bytes
kept beside each week, and asks the engine twice per goal: about everything logged, and about the signed weeks unless
nothing signed has changed. The numbers are those of the whole log; words are made for the weeks that now read otherwise,
which their marks tell (``rules.judgment``). Two kinds of rows are stored:

``LogAssessment.signed`` and ``.logged``::

    {"assessment": {...},                  # rules.assessment.Assessment.as_json() without weeks and entries
     "minutes": 95190,                     # logged minutes of the run, and what became of them:
     "credited": 93000, "undetermined": 0,
     "cuts": {"hours.predegree": 480},     # minutes each rule took
     "doubts": [["registration", "...", 1095]],  # why minutes cannot be told: rule, sentence, minutes
     "weeks": [[739936], [1740], [60]]}  # ordinals of week starts, credited minutes, minutes cut; by week, ascending

``WeekVerdict.verdict``, of the run over everything logged, one row per calendar week::

    {"settings": [{"setting": "7", "logged": 1800, "credited": 1740, "undetermined": 0,
                   "supervision_have": 120, "supervision_need": 120,    # in sixtieths of a unit
                   "qualifies": ["weeks.supervised"],
                   "findings": [{"rule": "...", "severity": "lost|mend|note|cannot_tell", "sentence": "...",
                                 "entries": [31], "fix": "..."}]}],
     "entries": {"31": {"logged": 300, "credited": 240, "undetermined": 0,
                        "cuts": [{"rule": "...", "minutes": 60, "sentence": "..."}],
                        "reasons": [{"rule": "...", "sentence": "..."}]}}}

Only rows whose content changed are written. What is stored holds while the pack (and the shape above) is the same and
until ``good_until``; after that pages assess in memory, in the same way, so that reading never writes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import islice
from operator import itemgetter
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from ceu.adapters.rulepacks import PackLibrary
from ceu.domain.dates import local_date
from ceu.domain.experience import WeekState
from ceu.experience.asked import answers_of
from ceu.experience.assessment_queries import (
    ReadLog,
    StoredVerdict,
    find_week_verdict,
    keep_packed,
    list_goals_assessed,
    list_log_assessments,
    list_verdict_starts,
    list_verdicts_on,
    list_versions_in_force,
    list_week_verdicts,
    read_log,
    write_verdicts,
)
from ceu.experience.attest_models import Backlog
from ceu.experience.attest_queries import list_backlogs
from ceu.experience.backlog_rules import Total, Untold, is_total, sort_totals, told_apart, with_totals
from ceu.experience.models import LogAssessment, Supervision, WorkSetting
from ceu.experience.queries import list_settings_with_supervisions
from ceu.experience.records import read_record, signed_lines
from ceu.licenses.models import Goal
from ceu.licenses.packs import find_pack, taken
from ceu.licenses.queries import facts_of, zone_and_facts_of
from ceu.rules.assessment import Assessment, Finding, PolicyInUse, Result
from ceu.rules.columns import sum_by
from ceu.rules.engine import choose_version, judge
from ceu.rules.facts import Facts
from ceu.rules.judgment import Judgment
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack

SHAPE = [
    "4",
    *(
        f"{part.name}: {part.type}"
        for kind in (Assessment, Result, Finding, PolicyInUse)
        for part in fields(kind)
    ),
]
"""How what is stored is spelled. The number is raised when the documents above change shape, or the engine its words; what
was stored otherwise is assessed anew."""

PAGE = 20
"""Weeks on a page of a rule."""

A_MONDAY = date(1, 1, 1)

Json = dict[str, Any]
Columns = dict[str, Sequence[Any]]


@dataclass(frozen=True)
class WeekSum:
    """What became of one calendar week: minutes credited, and minutes that rules took."""

    start: date
    credited: int
    cut: int


@dataclass(frozen=True)
class Doubt:
    """Why minutes can be told neither to count nor not to: the rule, in a sentence what is missing, and how many."""

    rule: str
    sentence: str
    minutes: int


@dataclass(frozen=True)
class Run:
    """What the rules say about one reading of a log; ``assessment`` comes without weeks and entries.

    ``by_week`` are the columns of ``weeks``: ordinals of their first days, minutes credited, minutes cut.
    """

    assessment: Assessment
    minutes: int
    credited: int
    undetermined: int
    cuts: Mapping[str, int]
    doubts: tuple[Doubt, ...]
    by_week: tuple[Sequence[int], Sequence[int], Sequence[int]]

    @cached_property
    def weeks(self) -> tuple[WeekSum, ...]:
        """The calendar weeks with entries, ascending."""
        starts, credited, cut = self.by_week
        return tuple(map(WeekSum, map(date.fromordinal, starts), credited, cut))

    def as_json(self) -> Json:
        """The document of the module's description."""
        return {
            "assessment": self.assessment.as_json(),
            "minutes": self.minutes,
            "credited": self.credited,
            "undetermined": self.undetermined,
            "cuts": dict(self.cuts),
            "doubts": [[doubt.rule, doubt.sentence, doubt.minutes] for doubt in self.doubts],
            "weeks": list(self.by_week),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Run":
        """The run that ``as_json`` spelled."""
        return cls(
            assessment=Assessment.from_json(stored["assessment"]),
            minutes=stored["minutes"],
            credited=stored["credited"],
            undetermined=stored["undetermined"],
            cuts=stored["cuts"],
            doubts=tuple(Doubt(*doubt) for doubt in stored["doubts"]),
            by_week=tuple(stored["weeks"]),
        )


@dataclass(frozen=True)
class Standing:
    """Where a log stands under one goal: ``signed`` hours alone, and everything ``logged``.

    ``anew`` holds the verdicts on the weeks that read differently from what the database has of them; None for a week
    that has no entries any more. ``kept`` are the weeks of which the database has something, with the rules it speaks of.
    """

    goal: Goal
    pack: Pack
    as_of: date
    signed: Run
    logged: Run
    anew: Mapping[date, Json | None]
    kept: "Kept"

    def weeks_about(self, rule_id: str, *, failed: bool, before: date | None) -> Iterator[date]:
        """The weeks in which a rule had something to say, or (``failed``) those that a requirement does not count.

        The latest first.
        """
        told = {start: _rules_of(verdict) for start, verdict in self.anew.items() if verdict is not None}
        weeks = [
            (start, said)
            for day, said in self.kept.rules()
            if (start := date.fromordinal(day)) not in self.anew
        ]
        for start, said in sorted((*weeks, *told.items()), key=itemgetter(0), reverse=True):
            spoken = rule_id in said or (failed and _COUNTED + rule_id in said)
            if (before is None or start < before) and spoken is not failed:
                yield start


_MARK = np.dtype([("start", "<i4"), ("mark", "<u8"), ("said", "<u2")])
_COUNTED = "+"


@dataclass(frozen=True)
class Kept:
    """What is kept of the weeks about which something is stored: ``packed`` marks, and the rules they speak of.

    ``unmarked`` are weeks of which nothing is known but that they are there; they have to be told anew.
    """

    packed: bytes = b""
    said: Sequence[Collection[str]] = ()
    unmarked: Sequence[date] = ()

    @cached_property
    def _columns(self) -> tuple[list[int], list[int], list[int]]:
        marks = np.frombuffer(self.packed, dtype=_MARK)
        return marks["start"].tolist(), marks["mark"].tolist(), marks["said"].tolist()

    @property
    def marks(self) -> dict[int, int | None]:
        """The mark of each week by the ordinal of its first day, None where there is none."""
        starts, marks, _ = self._columns
        return {
            **dict(zip(starts, marks, strict=True)),
            **{start.toordinal(): None for start in self.unmarked},
        }

    def rules(self) -> Iterator[tuple[int, Collection[str]]]:
        """The rules of which each week speaks, by the ordinal of its first day."""
        starts, _, places = self._columns
        for start, place in zip(starts, places, strict=True):
            yield start, self.said[place]


@dataclass(frozen=True)
class _Log:
    """A person's log as it stands, as ``signed`` as it was signed, and the facts around it.

    ``of_signed`` is a digest of everything that is signed. ``earlier`` are the totals of earlier logs, which are no entries
    (see ``backlog_rules``).
    """

    read: ReadLog
    in_force: Columns
    of_signed: str
    facts: Facts
    earlier: Sequence[Total] = ()

    @property
    def logged(self) -> Ledger:
        """All entries as they stand."""
        return self.read.ledger

    @cached_property
    def signed(self) -> Ledger:
        """The signed entries, as they were signed."""
        signed = self.read.ledger.only(np.flatnonzero(self.read.signed))
        return signed.followed_by(Ledger.from_columns(self.in_force)) if self.in_force["id"] else signed


@dataclass(frozen=True)
class _Case:
    """What is asked about a log: whether it counts under a goal's pack, by these facts, as of a day."""

    goal: Goal
    pack: Pack
    log: _Log
    as_of: date

    @cached_property
    def policies(self) -> dict[str, str]:
        """The readings chosen, without those that the pack no longer offers."""
        return taken(self.pack, self.goal.readings)

    @cached_property
    def basis(self) -> str:
        """A digest of all that is asked beside the log itself."""
        version = choose_version(self.pack, self.log.facts, self.as_of)
        facts = [
            sorted(self.log.facts.person.items()),
            sorted((name, sorted(of.items())) for name, of in self.log.facts.settings.items()),
            sorted((name, sorted(of.items())) for name, of in self.log.facts.supervisors.items()),
        ]
        asked = (_digest(self.pack), version and version.id, sorted(self.policies.items()), facts)
        return sha256(repr(asked).encode()).hexdigest()

    @property
    def signed_basis(self) -> str:
        """A digest of all that the judgment of the signed hours rests on, but the day."""
        return sha256(f"{self.basis}:{self.log.of_signed}".encode()).hexdigest()

    @cached_property
    def totals(self) -> tuple[list[Total], list[Untold]]:
        """The totals of earlier logs that can be measured, and those that cannot be told."""
        return sort_totals(self.pack, self.log.earlier, self.log.facts, self.as_of, self.policies)

    @cached_property
    def signed(self) -> Run:
        """What the pack says of the signed hours alone."""
        totals = [total for total in self.totals[0] if total.is_signed]
        untold = [one for one in self.totals[1] if one.total.is_signed]
        return self.run(self.judge(with_totals(self.log.signed, totals)), untold)

    @cached_property
    def judged(self) -> Judgment:
        """What the pack says of everything logged."""
        return self.judge(with_totals(self.log.logged, self.totals[0]))

    @cached_property
    def logged(self) -> Run:
        """The same, summed up."""
        return self.run(self.judged, self.totals[1])

    def judge(self, ledger: Ledger) -> Judgment:
        """What the pack says of a reading of the log."""
        return judge(self.pack, ledger, self.log.facts, self.as_of, self.policies)

    def run(self, judged: Judgment, untold: Sequence[Untold]) -> Run:
        """A judgment summed up, with the totals of earlier logs that cannot be told."""
        summary = told_apart(judged.summary, self.pack, untold, self.log.facts, self.policies)
        return _with_untold(replace(_run(judged), assessment=summary), untold)

    def still_signed(self, stored: LogAssessment) -> bool:
        """Whether what is stored about the signed hours is what would be said now."""
        in_time = stored.signed_until is None or self.as_of < stored.signed_until
        return stored.signed_basis == self.signed_basis and stored.as_of <= self.as_of and in_time

    def anew(self, known: Mapping[int, int | None], basis: str) -> dict[date, Json | None]:
        """The verdicts on weeks that read differently from what is stored; None for weeks without entries any more.

        ``known`` are the stored weeks with their marks, which tell nothing on another ``basis``.
        """
        judged = self.judged
        starts, marks = judged.week_starts.tolist(), judged.marks.tolist()
        same = basis == self.basis
        changed = [not same or known.get(start) != mark for start, mark in zip(starts, marks, strict=True)]
        told: dict[date, Json | None] = {}
        if any(changed):
            weeks = np.array(changed)
            of_entry = judged.week_starts[judged.week_of_entry[weeks[judged.week_of_entry]]].tolist()
            told.update(_verdicts(judged.assessment(weeks), map(date.fromordinal, of_entry)))
        told.update((date.fromordinal(start), None) for start in known.keys() - set(starts))
        return told


@dataclass(frozen=True)
class Asked:
    """A person's goals, each with what was last stored of its log; the facts they told, and the day of the question."""

    person_id: int
    as_of: date
    facts: Mapping[str, Any]
    goals: Sequence[tuple[Goal, LogAssessment | None]]


def asked_of(session: Session, person_id: int, now: datetime) -> Asked:
    """What is asked of a person's log now, on the date where they live."""
    session.flush()
    zone, facts = zone_and_facts_of(session, person_id)
    return Asked(person_id, local_date(now, zone), facts, list_goals_assessed(session, person_id))


def assess_anew(session: Session, packs: PackLibrary, asked: Asked) -> None:
    """Bring the stored assessments of a person's log up to date after log, goals or facts have changed."""
    if not asked.goals:
        return
    log = log_of(session, asked.person_id, asked.facts)
    keep_packed(session, log.read.packed)
    for goal, stored in asked.goals:
        pack = find_pack(packs, goal.pack_id)
        if pack is not None:
            _store(session, _Case(goal, pack, log, asked.as_of), stored)
    session.flush()


def reassess(session: Session, packs: PackLibrary, person_id: int, as_of: date) -> None:
    """The same as of a day."""
    session.flush()
    goals = list_goals_assessed(session, person_id)
    assess_anew(session, packs, Asked(person_id, as_of, facts_of(session, person_id), goals))


def current_assessment(session: Session, packs: PackLibrary, goal: Goal, as_of: date) -> Standing | None:
    """Where the goal's log stands today: as stored while that holds, else assessed for this page without storing it.

    None when the goal's pack is missing or cannot be read.
    """
    return current_assessments(session, packs, [goal], as_of)[0]


def current_assessments(
    session: Session, packs: PackLibrary, goals: Sequence[Goal], as_of: date
) -> list[Standing | None]:
    """The same for all of one person's goals, in their order; what is stored is read once, and so is a log to assess."""
    stored = list_log_assessments(session, [goal.id for goal in goals]) if goals else {}
    found: list[Standing | None] = []
    log: _Log | None = None
    for goal in goals:
        pack, row = find_pack(packs, goal.pack_id), stored.get(goal.id)
        if pack is None:
            found.append(None)
        elif row is not None and _holds(row, pack, as_of):
            found.append(
                Standing(
                    goal,
                    pack,
                    as_of,
                    Run.from_json(row.signed),
                    Run.from_json(row.logged),
                    {},
                    _kept(session, row),
                )
            )
        else:
            log = log or log_of(session, goal.person_id)
            found.append(_standing(session, _Case(goal, pack, log, as_of), row))
    return found


def _standing(session: Session, case: _Case, stored: LogAssessment | None) -> Standing:
    if stored is None:
        return Standing(case.goal, case.pack, case.as_of, case.signed, case.logged, case.anew({}, ""), Kept())
    signed = Run.from_json(stored.signed) if case.still_signed(stored) else case.signed
    kept = _kept(session, stored)
    anew = case.anew(kept.marks, stored.basis)
    return Standing(case.goal, case.pack, case.as_of, signed, case.logged, anew, kept)


def list_stored_standings(
    session: Session, packs: PackLibrary, goals: Sequence[Goal], as_of: date
) -> dict[int, Standing]:
    """Where the logs of several people's goals stand as stored, by goal; one statement, and nothing is assessed.

    What was true on an earlier day only says so by its ``as_of``; what was stored under another text of the rules, or
    in another shape, is left out.
    """
    found: dict[int, Standing] = {}
    stored = list_log_assessments(session, [goal.id for goal in goals])
    for goal in goals:
        row, pack = stored.get(goal.id), find_pack(packs, goal.pack_id)
        if row is None or pack is None or row.pack_digest != _digest(pack):
            continue
        day = as_of if _holds(row, pack, as_of) else row.as_of
        signed, logged = Run.from_json(row.signed), Run.from_json(row.logged)
        found[goal.id] = Standing(goal, pack, day, signed, logged, {}, _kept(session, row))
    return found


def verdict_of_week(session: Session, standing: Standing, day: date) -> Json | None:
    """What the rules say about the calendar week in which a day lies, or None when nothing was logged in it.

    The week begins where the pack's policy says, on Monday or Sunday.
    """
    starts, *_ = standing.logged.by_week
    start = _start_of(day, date.fromordinal(starts[0]) if starts else None)
    if start in standing.anew:
        return standing.anew[start]
    row = find_week_verdict(session, standing.goal.id, start)
    return None if row is None else row.verdict


def list_verdicts_about(
    session: Session, standing: Standing, rule_id: str, *, failed: bool, before: date | None
) -> list[tuple[date, Json]]:
    """The weeks in which a rule had something to say, or (``failed``) those that a requirement does not count.

    The latest first, one more than a page holds.
    """
    starts = list(islice(standing.weeks_about(rule_id, failed=failed, before=before), PAGE + 1))
    rows = list_verdicts_on(
        session, standing.goal.id, [start for start in starts if start not in standing.anew]
    )
    verdicts = {row.week_start: row.verdict for row in rows}
    return [(start, standing.anew.get(start) or verdicts[start]) for start in starts]


def all_verdicts(session: Session, standing: Standing) -> list[Json]:
    """What the rules say about every week of the log, oldest first."""
    rows = list_week_verdicts(session, standing.goal.id)
    verdicts = {**{row.week_start: row.verdict for row in rows}, **standing.anew}
    return [verdict for _, verdict in sorted(verdicts.items(), key=itemgetter(0)) if verdict is not None]


def _holds(stored: LogAssessment, pack: Pack, as_of: date) -> bool:
    in_time = stored.as_of <= as_of and (stored.good_until is None or as_of < stored.good_until)
    return in_time and stored.pack_digest == _digest(pack)


def _digest(pack: Pack) -> str:
    return sha256(f"{SHAPE}:{pack.digest}".encode()).hexdigest()


def log_of(session: Session, person_id: int, facts_told: Mapping[str, Any] | None = None) -> _Log:
    """The whole log of a person, and the facts around it; ``facts_told`` are the person's own, where they are read already."""
    settings, supervisions = list_settings_with_supervisions(session, person_id)
    backlogs = list_backlogs(session, person_id)
    read = read_log(session, person_id, {setting.id: setting.practicum for setting in settings})
    facts = Facts(
        person=facts_of(session, person_id) if facts_told is None else facts_told,
        settings={str(setting.id): _setting_facts(setting) for setting in settings},
        supervisors={str(each.id): _supervisor_facts(each) for each in supervisions}
        | {_earlier_key(each): _earlier_facts(each) for each in backlogs},
    )
    earlier = [total for each in backlogs for total in _totals_of(each)]
    lines = _lines_in_force(session, person_id) if read.amended else []
    in_force: Columns = {name: [line[name] for line in lines] for name in _IN_FORCE}
    signed = (read.of_signed, lines, [total for total in earlier if total.is_signed])
    return _Log(read, in_force, sha256(repr(signed).encode()).hexdigest(), facts, earlier)


def _totals_of(backlog: Backlog) -> list[Total]:
    return [
        Total(
            backlog.first_day,
            backlog.last_day,
            each["minutes"],
            each["activity"],
            each["client_unit"],
            str(backlog.setting_id),
            _earlier_key(backlog),
            backlog.setting.practicum,
            backlog.state == WeekState.SIGNED,
        )
        for each in backlog.totals
    ]


def _earlier_key(backlog: Backlog) -> str:
    return f"earlier-{backlog.id}"


def _earlier_facts(backlog: Backlog) -> dict[str, Any]:
    return {"name": backlog.supervisor_name, "license_type": backlog.license_type}


_IN_FORCE = (
    "id", "day", "minutes", "activity", "client_unit", "delivery", "head_count", "practicum", "setting", "supervisor",
)  # fmt: skip


def _lines_in_force(session: Session, person_id: int) -> list[dict[str, Any]]:
    """The entries of signed versions; the log's entries have positive ids, these negative ones.

    A signed record does not tell clients apart.
    """
    lines = [
        {
            **line,
            "practicum": version.practicum,
            "setting": str(version.setting_id),
            "supervisor": str(version.supervision_id),
        }
        for version in list_versions_in_force(session, person_id)
        for line in signed_lines(read_record(version.record).body)
    ]
    return [{**line, "id": -number} for number, line in enumerate(lines, 1)]


def _setting_facts(setting: WorkSetting) -> dict[str, Any]:
    return {
        **answers_of(setting.facts),
        "name": setting.name,
        "kind": setting.kind,
        "employment": setting.employment,
    }


def _supervisor_facts(supervision: Supervision) -> dict[str, Any]:
    return {
        **answers_of(supervision.facts),
        "name": supervision.invited_name,
        "license_type": supervision.license_type,
        "licensed_on": supervision.licensed_on,
        "license_expires_on": supervision.license_expires_on,
        "related": supervision.related,
    }


def _with_untold(run: Run, untold: Sequence[Untold]) -> Run:
    """The run with the totals of earlier logs that cannot be told: logged, undetermined, and why."""
    if not untold:
        return run
    minutes: dict[tuple[str, str], int] = {}
    for one in untold:
        key = (one.rule, one.sentence)
        minutes[key] = minutes.get(key, 0) + one.total.minutes
    more = sum(minutes.values())
    return replace(
        run,
        minutes=run.minutes + more,
        undetermined=run.undetermined + more,
        doubts=(*run.doubts, *(Doubt(rule, sentence, total) for (rule, sentence), total in minutes.items())),
    )


def _start_of(day: date, a_start: date | None) -> date:
    """The first day of the calendar week of a day, when another week begins on ``a_start`` (else on Monday)."""
    return day - timedelta(days=(day.toordinal() - (a_start or A_MONDAY).toordinal()) % 7)


def _run(judged: Judgment) -> Run:
    week, size = judged.week_of_entry, len(judged.week_starts)
    credited, cut_of_week = sum_by(week, judged.credited, size), np.zeros(size, dtype=np.int64)
    cuts: dict[str, int] = {}
    for cut in judged.cuts:
        cut_of_week += sum_by(week[cut.entries], cut.minutes, size)
        cuts[cut.rule] = cuts.get(cut.rule, 0) + int(cut.minutes.sum())
    return Run(
        assessment=judged.summary,
        minutes=int(judged.ledger.minutes.sum()),
        credited=int(judged.credited.sum()),
        undetermined=int(judged.undetermined.sum()),
        cuts=cuts,
        doubts=_doubts(judged),
        by_week=(judged.week_starts.tolist(), credited.tolist(), cut_of_week.tolist()),
    )


def _doubts(judged: Judgment) -> tuple[Doubt, ...]:
    """The reasons of all undetermined minutes, the most minutes first."""
    found = [Doubt(one.rule, one.sentence, minutes) for one, minutes in judged.minutes_in_doubt().items()]
    return tuple(sorted(found, key=lambda doubt: (-doubt.minutes, doubt.rule, doubt.sentence)))


def _verdicts(assessment: Assessment, starts: Iterable[date]) -> dict[date, Json]:
    """The verdicts on the weeks of an assessment; ``starts`` says in which week each entry lies."""
    verdicts: dict[date, Json] = {}
    for place, (start, entry_id) in enumerate(zip(starts, assessment.ids, strict=True)):
        verdict = verdicts.setdefault(start, {"settings": [], "entries": {}})
        if is_total(entry_id):  # a total of an earlier log belongs to no week
            continue
        verdict["entries"][str(entry_id)] = {
            "logged": assessment.logged[place],
            "credited": assessment.credited_minutes[place],
            "undetermined": assessment.undetermined_minutes[place],
            "cuts": [dict(vars(cut)) for cut in assessment.cuts.get(place, ())],
            "reasons": [dict(vars(reason)) for reason in assessment.reasons.get(place, ())],
        }
    for week in assessment.weeks:
        setting = {name: value for name, value in vars(week).items() if name != "start"}
        setting["qualifies"] = list(week.qualifies)
        setting["findings"] = [
            vars(finding) | {"entries": list(finding.entries)} for finding in week.findings
        ]
        verdicts[week.start]["settings"].append(setting)
    return verdicts


def _rules_of(verdict: Json) -> frozenset[str]:
    """The rules that have something to say of a week, and with a sign before them the requirements that count it."""
    judged = verdict["entries"].values()
    said = {each["rule"] for one in judged for each in (*one["cuts"], *one["reasons"])}
    for setting in verdict["settings"]:
        said.update(finding["rule"] for finding in setting["findings"])
        said.update(_COUNTED + rule for rule in setting["qualifies"])
    return frozenset(said)


def _kept(session: Session, stored: LogAssessment) -> Kept:
    """What is kept of the weeks about which something is stored."""
    if stored.marks:
        return Kept(stored.marks, stored.said)
    return Kept(unmarked=list_verdict_starts(session, stored.goal_id))


def _keep(row: LogAssessment, judged: Judgment, kept: Kept, anew: Mapping[date, Json | None]) -> None:
    """Keep the marks of the weeks as they are now, and of which rules each speaks."""
    said = dict(kept.rules())
    said |= {week.toordinal(): sorted(_rules_of(verdict)) for week, verdict in anew.items() if verdict}
    places: dict[tuple[str, ...], int] = {}
    marks = np.empty(len(judged.week_starts), dtype=_MARK)
    marks["start"], marks["mark"] = judged.week_starts, judged.marks
    marks["said"] = [
        places.setdefault(tuple(said[week]), len(places)) for week in judged.week_starts.tolist()
    ]
    row.marks, row.said = marks.tobytes(), [list(each) for each in places]


def _store(session: Session, case: _Case, stored: LogAssessment | None) -> None:
    row = stored or LogAssessment(goal_id=case.goal.id)
    judged, logged = case.judged, case.logged
    kept = _kept(session, row) if stored else Kept()
    known = kept.marks
    anew = case.anew(known, row.basis)
    if stored is None or not case.still_signed(row):
        row.signed, row.signed_until = case.signed.as_json(), case.signed.assessment.good_until
    row.logged, until = logged.as_json(), logged.assessment.good_until
    row.version_id = judged.summary.version_id
    row.pack_digest, row.basis, row.signed_basis = _digest(case.pack), case.basis, case.signed_basis
    row.as_of = case.as_of
    row.good_until = min((day for day in (row.signed_until, until) if day), default=None)
    _keep(row, judged, kept, anew)
    session.add(row)
    starts, credited, cut = logged.by_week
    sums_of = dict(zip(starts, zip(credited, cut, strict=True), strict=True))
    write_verdicts(
        session,
        case.goal.id,
        [
            StoredVerdict(start, *sums_of[start.toordinal()], verdict, start.toordinal() in known)
            for start, verdict in anew.items()
            if verdict is not None
        ],
        [start for start, verdict in anew.items() if verdict is None],
    )
