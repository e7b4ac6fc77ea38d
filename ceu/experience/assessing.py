"""What the rules of a person's goals say about their log, kept beside it.

``reassess`` runs once in every transaction that changes a log, a goal or a fact. It reads the log once as columns, asks
the engine twice per goal (about the signed weeks, and about everything logged), and stores two kinds of rows:

``LogAssessment.signed`` and ``.logged``::

    {"assessment": {...},                  # rules.assessment.Assessment.as_json() without weeks and entries
     "minutes": 95190,                     # logged minutes of the run, and what became of them:
     "credited": 93000, "undetermined": 0,
     "cuts": {"hours.predegree": 480},     # minutes each rule took
     "doubts": [["registration", "...", 1095]],  # why minutes cannot be told: rule, sentence, minutes
     "weeks": [["2026-11-16", 1740, 60]]}  # week start, credited minutes, minutes cut; ascending

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
until ``good_until``; after that pages assess in memory, so that reading never writes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from hashlib import sha256
from json import dumps
from typing import Any

from sqlalchemy.orm import Session

from ceu.adapters.rulepacks import PackLibrary
from ceu.domain.experience import WeekState
from ceu.experience.asked import answers_of
from ceu.experience.attest_models import Backlog
from ceu.experience.attest_queries import list_backlogs
from ceu.experience.backlog_rules import Total, Untold, is_total, sort_totals, told_apart, with_totals
from ceu.experience.models import LogAssessment, Supervision, WeekVerdict, WorkSetting
from ceu.experience.queries import list_settings, list_supervisions
from ceu.experience.records import read_record, signed_lines
from ceu.experience.requirement_queries import (
    find_log_assessment,
    find_week_verdict,
    list_log_assessments,
    list_verdicts_with,
    list_versions_in_force,
    list_week_verdicts,
    log_columns,
    verdict_texts,
)
from ceu.licenses.models import Goal
from ceu.licenses.packs import find_pack
from ceu.licenses.queries import facts_of, list_goals
from ceu.rules.assessment import Assessment, Finding, PolicyInUse, Result
from ceu.rules.columns import numbered
from ceu.rules.engine import assess
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Pack

SHAPE = [
    "2",
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
    """What the rules say about one reading of a log; ``assessment`` comes without weeks and entries."""

    assessment: Assessment
    minutes: int
    credited: int
    undetermined: int
    cuts: Mapping[str, int]
    doubts: tuple[Doubt, ...]
    weeks: tuple[WeekSum, ...]

    def as_json(self) -> Json:
        """The document of the module's description."""
        return {
            "assessment": self.assessment.as_json(),
            "minutes": self.minutes,
            "credited": self.credited,
            "undetermined": self.undetermined,
            "cuts": dict(self.cuts),
            "doubts": [[doubt.rule, doubt.sentence, doubt.minutes] for doubt in self.doubts],
            "weeks": [[week.start.isoformat(), week.credited, week.cut] for week in self.weeks],
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
            weeks=tuple(WeekSum(date.fromisoformat(start), *minutes) for start, *minutes in stored["weeks"]),
        )


@dataclass(frozen=True)
class Standing:
    """Where a log stands under one goal: ``signed`` hours alone, and everything ``logged``.

    ``verdicts`` holds the weeks when they were assessed just now; None when they are to be read from the database.
    """

    goal: Goal
    pack: Pack
    as_of: date
    signed: Run
    logged: Run
    verdicts: Mapping[date, Json] | None = None


@dataclass(frozen=True)
class _Log:
    """A person's log as columns, the signed versions of weeks that are being amended, and the facts around it.

    ``earlier`` are the totals of earlier logs, which are no entries (see ``backlog_rules``).
    """

    columns: Columns
    states: Sequence[str]
    in_force: Columns
    facts: Facts
    earlier: Sequence[Total] = ()

    def ledgers(self) -> tuple[Ledger, Ledger]:
        """The signed entries, as they were signed, and all entries as they stand."""
        signed = [place for place, state in enumerate(self.states) if state == WeekState.SIGNED]
        logged = Ledger.from_columns(self.columns)
        if not self.in_force["id"]:
            return logged.only(signed), logged
        columns = {
            name: [*(column[place] for place in signed), *self.in_force[name]]
            for name, column in self.columns.items()
        }
        return Ledger.from_columns(columns), logged


def reassess(session: Session, packs: PackLibrary, person_id: int, as_of: date) -> None:
    """Bring the stored assessments of a person's log up to date after log, goals or facts have changed."""
    session.flush()
    goals = list_goals(session, person_id)
    log = log_of(session, person_id) if goals else None
    for goal in goals:
        pack = find_pack(packs, goal.pack_id)
        if log is not None and pack is not None:
            _store(session, _judge(goal, pack, log, as_of))


def current_assessment(session: Session, packs: PackLibrary, goal: Goal, as_of: date) -> Standing | None:
    """Where the goal's log stands today: as stored while that holds, else assessed for this page without storing it.

    None when the goal's pack is missing or cannot be read.
    """
    pack = find_pack(packs, goal.pack_id)
    if pack is None:
        return None
    stored = find_log_assessment(session, goal.id)
    if stored is not None and _holds(stored, pack, as_of):
        return Standing(goal, pack, as_of, Run.from_json(stored.signed), Run.from_json(stored.logged))
    return _judge(goal, pack, log_of(session, goal.person_id), as_of)


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
        found[goal.id] = Standing(goal, pack, day, Run.from_json(row.signed), Run.from_json(row.logged))
    return found


def verdict_of_week(session: Session, standing: Standing, day: date) -> Json | None:
    """What the rules say about the calendar week in which a day lies, or None when nothing was logged in it.

    The week begins where the pack's policy says, on Monday or Sunday.
    """
    weeks = standing.logged.weeks
    start = _start_of(day, weeks[0].start if weeks else None)
    if standing.verdicts is not None:
        return standing.verdicts.get(start)
    row = find_week_verdict(session, standing.goal.id, start)
    return None if row is None else row.verdict


def list_verdicts_about(
    session: Session, standing: Standing, rule_id: str, *, failed: bool, before: date | None
) -> list[tuple[date, Json]]:
    """The weeks in which a rule had something to say, or (``failed``) those that a requirement does not count.

    The latest first, one more than a page holds.
    """
    words = f'"{rule_id}"' if failed else f'"rule": "{rule_id}"'
    if standing.verdicts is None:
        found = list_verdicts_with(
            session, standing.goal.id, words=words, absent=failed, before=before, limit=PAGE + 1
        )
        return [(row.week_start, row.verdict) for row in found]
    chosen = [
        (start, verdict)
        for start, verdict in sorted(standing.verdicts.items(), reverse=True)
        if (before is None or start < before) and (words in dumps(verdict)) is not failed
    ]
    return chosen[: PAGE + 1]


def _holds(stored: LogAssessment, pack: Pack, as_of: date) -> bool:
    in_time = stored.as_of <= as_of and (stored.good_until is None or as_of < stored.good_until)
    return in_time and stored.pack_digest == _digest(pack)


def _digest(pack: Pack) -> str:
    return sha256(f"{SHAPE}:{pack.digest}".encode()).hexdigest()


def log_of(session: Session, person_id: int) -> _Log:
    """The whole log of a person as columns, and the facts around it."""
    columns = log_columns(session, person_id)
    states = columns.pop("state")
    backlogs = list_backlogs(session, person_id)
    facts = Facts(
        person=facts_of(session, person_id),
        settings={str(setting.id): _setting_facts(setting) for setting in list_settings(session, person_id)},
        supervisors={str(each.id): _supervisor_facts(each) for each in list_supervisions(session, person_id)}
        | {_earlier_key(each): _earlier_facts(each) for each in backlogs},
    )
    earlier = [total for each in backlogs for total in _totals_of(each)]
    return _Log(columns, states, _in_force(session, person_id, columns), facts, earlier)


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


def _in_force(session: Session, person_id: int, names: Iterable[str]) -> Columns:
    """The entries of signed versions as columns; the log's entries have positive ids, these negative ones."""
    lines = [
        {
            **line,
            "practicum": version.practicum,
            "setting": str(version.setting_id),
            "supervisor": str(version.supervision_id),
            "client": None,  # a signed record does not tell clients apart
        }
        for version in list_versions_in_force(session, person_id)
        for line in signed_lines(read_record(version.record).body)
    ]
    numbered = [{**line, "id": -number} for number, line in enumerate(lines, 1)]
    return {name: [line[name] for line in numbered] for name in names}


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


def _judge(goal: Goal, pack: Pack, log: _Log, as_of: date) -> Standing:
    policies = _policies(pack, goal)
    measured, untold = sort_totals(pack, log.earlier, log.facts, as_of, policies)
    signed_only, everything = log.ledgers()
    ledgers = (
        with_totals(signed_only, [total for total in measured if total.is_signed]),
        with_totals(everything, measured),
    )
    untold_of = ([one for one in untold if one.total.is_signed], untold)
    signed, logged = (
        told_apart(assess(pack, ledger, log.facts, as_of, policies), pack, left_out, log.facts, policies)
        for ledger, left_out in zip(ledgers, untold_of, strict=True)
    )
    a_start = logged.weeks[0].start if logged.weeks else None
    of_signed, of_logged = (_weeks_of(ledger, a_start) for ledger in ledgers)
    return Standing(
        goal,
        pack,
        as_of,
        _with_untold(_run(signed, of_signed), untold_of[0]),
        _with_untold(_run(logged, of_logged), untold_of[1]),
        _verdicts(logged, of_logged),
    )


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


def _policies(pack: Pack, goal: Goal) -> dict[str, str]:
    """The readings chosen, without those that the pack no longer offers."""
    return {
        name: option
        for name, option in goal.readings.items()
        if name in pack.policies and option in pack.policies[name].options
    }


def _start_of(day: date, a_start: date | None) -> date:
    """The first day of the calendar week of a day, when another week begins on ``a_start`` (else on Monday)."""
    return day - timedelta(days=(day.toordinal() - (a_start or A_MONDAY).toordinal()) % 7)


@dataclass(frozen=True)
class _Weeks:
    """The calendar weeks of a ledger, ascending, and for each entry the place of its week among them."""

    starts: list[date]
    of_entry: list[int]


def _weeks_of(ledger: Ledger, a_start: date | None) -> _Weeks:
    origin = (a_start or A_MONDAY).toordinal()
    starts, of_entry = numbered(ledger.day - (ledger.day - origin) % 7)
    return _Weeks([date.fromordinal(start) for start in starts.tolist()], of_entry.tolist())


def _run(assessment: Assessment, weeks: _Weeks) -> Run:
    cuts: dict[str, int] = {}
    credited, cut_of_week = [0] * len(weeks.starts), [0] * len(weeks.starts)
    for week, minutes in zip(weeks.of_entry, assessment.credited_minutes, strict=True):
        credited[week] += minutes
    for place, taken in assessment.cuts.items():
        for cut in taken:
            cut_of_week[weeks.of_entry[place]] += cut.minutes
            cuts[cut.rule] = cuts.get(cut.rule, 0) + cut.minutes
    return Run(
        assessment=replace(
            assessment,
            weeks=(),
            ids=(),
            logged=(),
            credited_minutes=(),
            undetermined_minutes=(),
            cuts={},
            reasons={},
        ),
        minutes=sum(assessment.logged),
        credited=sum(assessment.credited_minutes),
        undetermined=sum(assessment.undetermined_minutes),
        cuts=cuts,
        doubts=_doubts(assessment),
        weeks=tuple(map(WeekSum, weeks.starts, credited, cut_of_week)),
    )


def _doubts(assessment: Assessment) -> tuple[Doubt, ...]:
    """The reasons of all undetermined minutes, the most minutes first; minutes with two reasons stand under both."""
    minutes: dict[tuple[str, str], int] = {}
    for place, reasons in assessment.reasons.items():
        for reason in reasons:
            key = (reason.rule, reason.sentence)
            minutes[key] = minutes.get(key, 0) + assessment.undetermined_minutes[place]
    ordered = sorted(minutes.items(), key=lambda doubt: (-doubt[1], doubt[0]))
    return tuple(Doubt(rule, sentence, total) for (rule, sentence), total in ordered)


def _verdicts(assessment: Assessment, weeks: _Weeks) -> dict[date, Json]:
    verdicts: dict[date, Json] = {start: {"settings": [], "entries": {}} for start in weeks.starts}
    entries: list[Json] = [
        {"logged": logged, "credited": credited, "undetermined": undetermined, "cuts": [], "reasons": []}
        for logged, credited, undetermined in zip(
            assessment.logged, assessment.credited_minutes, assessment.undetermined_minutes, strict=True
        )
    ]
    for place, cuts in assessment.cuts.items():
        entries[place]["cuts"] = [dict(vars(cut)) for cut in cuts]
    for place, reasons in assessment.reasons.items():
        entries[place]["reasons"] = [dict(vars(reason)) for reason in reasons]
    of_week = [verdict["entries"] for verdict in verdicts.values()]
    for place, entry_id, entry in zip(weeks.of_entry, assessment.ids, entries, strict=True):
        if not is_total(entry_id):  # a total of an earlier log belongs to no week
            of_week[place][str(entry_id)] = entry
    for week in assessment.weeks:
        setting = {name: value for name, value in vars(week).items() if name != "start"}
        setting["qualifies"] = list(week.qualifies)
        setting["findings"] = [
            vars(finding) | {"entries": list(finding.entries)} for finding in week.findings
        ]
        verdicts[week.start]["settings"].append(setting)
    return verdicts


def _store(session: Session, standing: Standing) -> None:
    row = find_log_assessment(session, standing.goal.id)
    if row is None:
        row = LogAssessment(goal_id=standing.goal.id)
        session.add(row)
    row.pack_digest = _digest(standing.pack)
    row.as_of = standing.as_of
    row.good_until = min(
        (
            run.assessment.good_until
            for run in (standing.signed, standing.logged)
            if run.assessment.good_until
        ),
        default=None,
    )
    row.signed, row.logged = standing.signed.as_json(), standing.logged.as_json()
    _store_verdicts(session, standing)
    session.flush()


def _store_verdicts(session: Session, standing: Standing) -> None:
    assert standing.verdicts is not None
    stored = verdict_texts(session, standing.goal.id)
    changed = [start for start, verdict in standing.verdicts.items() if stored.get(start) != dumps(verdict)]
    gone = [start for start in stored if start not in standing.verdicts]
    rows = {row.week_start: row for row in list_week_verdicts(session, standing.goal.id, [*changed, *gone])}
    sums = {week.start: week for week in standing.logged.weeks}
    for start in changed:
        row = rows.get(start)
        if row is None:
            row = WeekVerdict(goal_id=standing.goal.id, week_start=start)
            session.add(row)
        row.credited_minutes, row.lost_minutes = sums[start].credited, sums[start].cut
        row.verdict = standing.verdicts[start]
    for start in gone:
        session.delete(rows[start])
