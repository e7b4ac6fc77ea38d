"""What the requirement pages show, worked out from a standing: rows, sums, a year of weeks, a curve. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from ceu.domain.dates import day_text, monday_of
from ceu.domain.experience import ACTIVITY_LABELS, WeekState
from ceu.domain.minutes import clock_text
from ceu.experience.assessing import Json, Run, Standing, WeekSum
from ceu.experience.models import Entry
from ceu.experience.requirement_queries import SheetSum
from ceu.rules.assessment import Result
from ceu.rules.pack import Limit, Note, Requirement, Rule, Source, Version
from ceu.rules.words import STATUS_LABELS

WEEKS_SHOWN = 52


@dataclass(frozen=True)
class Addresses:
    """The addresses of the pages that rows lead to: of a rule, of a week, and of the reasons for an entry."""

    rule: Callable[[str], str]
    week: Callable[[date], str]
    entry: Callable[[int], str]


@dataclass(frozen=True)
class Row:
    """One requirement or limit as a line: certain amounts solid, those that wait for a signature hatched."""

    id: str
    title: str
    have: int
    waiting: int
    need: int | None
    have_text: str
    need_text: str | None
    waiting_text: str | None
    state: str
    note: str
    citation: str
    citation_url: str
    url: str
    children: tuple["Row", ...] = ()


@dataclass(frozen=True)
class Condition:
    """A rule that every hour is held against, and what it took."""

    id: str
    title: str
    citation: str
    status: str
    as_of: date
    cut_text: str | None
    url: str


@dataclass(frozen=True)
class YearWeek:
    """One week of the calendar."""

    start: date
    state: str
    minutes: int
    text: str
    url: str | None


@dataclass(frozen=True)
class Point:
    """The countable minutes at the end of a day."""

    day: date
    value: int
    text: str


def amount_text(amount: int, unit: str) -> str:
    """An amount of a requirement without its unit: hours and minutes for minutes.

    >>> amount_text(95190, "minutes"), amount_text(71, "weeks")
    ('1,586:30', '71')
    """
    return clock_text(amount) if unit == "minutes" else f"{amount:,}"


def whole_hours_text(minutes: int) -> str:
    """Hours without minutes where there are none: "3,000", "4:15"."""
    return clock_text(minutes) if minutes % 60 else f"{minutes // 60:,}"


def need_text(amount: int, unit: str) -> str:
    """What is asked, with its unit: "3,000 h", "104 weeks"."""
    if unit == "minutes":
        return f"{whole_hours_text(amount)} h"
    return f"{amount:,} {unit}"


def main_requirement(run: Run) -> Result | None:
    """The total that the page is about: the first requirement counted in minutes."""
    return next((one for one in run.assessment.minimums if one.unit == "minutes"), None)


def rows(standing: Standing, kind: str, where: Addresses) -> list[Row]:
    """The requirements (``minimum``) or limits (``maximum``) as a tree: those inside another stand below it."""
    logged = {result.id: result for result in standing.logged.assessment.requirements}
    chosen = [
        result for result in standing.signed.assessment.requirements if result.kind == kind and result.applies
    ]
    shown = {result.id for result in chosen}
    inside: dict[str | None, list[Result]] = {}
    for result in chosen:
        inside.setdefault(result.parent if result.parent in shown else None, []).append(result)

    def below(parent: str | None) -> tuple[Row, ...]:
        return tuple(
            _row(one, logged[one.id], where.rule(one.id), below(one.id)) for one in inside.get(parent, ())
        )

    return list(below(None))


def _row(signed: Result, logged: Result, url: str, children: tuple[Row, ...]) -> Row:
    waiting = max(logged.have - signed.have, 0)
    is_limit = signed.kind == "maximum"
    have, need = amount_text(signed.have, signed.unit), None
    if is_limit and not signed.need:
        have = f"{need_text(logged.uncounted, 'minutes')} cut" if logged.uncounted else "nothing cut"
    elif signed.need is not None:
        need = ("at most " if is_limit else "") + need_text(signed.need, signed.unit)
    return Row(
        id=signed.id,
        title=signed.title,
        have=signed.have,
        waiting=waiting,
        need=signed.need,
        have_text=have,
        need_text=need,
        waiting_text=_waiting_text(waiting, signed.unit) if waiting else None,
        state="short" if is_limit and signed.answer == "met" else signed.answer,
        note=_note(signed, logged),
        citation=signed.citation,
        citation_url=url,
        url=url,
        children=children,
    )


def _waiting_text(waiting: int, unit: str) -> str:
    verb = "waits" if waiting == (60 if unit == "minutes" else 1) else "wait"
    noun = need_text(waiting, unit) if waiting != 1 or unit == "minutes" else f"1 {unit.removesuffix('s')}"
    return f"{noun} more {verb} for a signature"


def _note(signed: Result, logged: Result) -> str:
    """What else is to be said of a row, and how sure its law is."""
    said = []
    if signed.kind == "maximum" and logged.uncounted:
        said.append(f"{need_text(logged.uncounted, 'minutes')} beyond it do not count.")
    if signed.answer == "short" and logged.answer == "met":
        said.append("Met once everything logged is signed.")
    if signed.answer == "cannot_tell":
        said += signed.reasons[:1]
    said.append(f"{STATUS_LABELS[signed.status].capitalize()}, as of {day_text(signed.as_of)}.")
    return " ".join(said)


def version_of(standing: Standing) -> Version | None:
    """The version of the pack that was applied."""
    wanted = standing.logged.assessment.version_id
    return next((version for version in standing.pack.versions if version.id == wanted), None)


def conditions(standing: Standing, where: Addresses) -> list[Condition]:
    """The rules every hour is held against (who, where, under whom, how much contact), with what each took."""
    version = version_of(standing)
    if version is None:
        return []
    listed: list[Rule] = [*version.gates, *version.sessions]
    if version.supervision:
        listed += [*version.supervision.floors, *version.supervision.steps, *version.supervision.averages]
    return [_condition(rule, standing.logged.cuts.get(rule.id, 0), where.rule(rule.id)) for rule in listed]


def _condition(rule: Rule, cut: int, url: str) -> Condition:
    return Condition(
        id=rule.id,
        title=rule.title,
        citation=rule.citation,
        status=STATUS_LABELS[rule.status],
        as_of=rule.as_of,
        cut_text=f"{need_text(cut, 'minutes')} do not count" if cut else None,
        url=url,
    )


def curve(weeks: Sequence[WeekSum], today: date) -> list[Point]:
    """The countable minutes from the first week on: one point a month, and the last."""
    if not weeks:
        return []
    points = [Point(weeks[0].start, 0, clock_text(0))]
    total = 0
    for week, following in zip(weeks, [*weeks[1:], None], strict=True):
        total += week.credited
        if following is None or following.start.month != week.start.month:
            points.append(Point(min(week.start + timedelta(days=6), today), total, clock_text(total)))
    return points


def first_week_shown(today: date) -> date:
    """The first of the 52 weeks that end with this one."""
    return monday_of(today) - timedelta(weeks=WEEKS_SHOWN - 1)


def year(
    sheets: Iterable[SheetSum], weeks: Iterable[WeekSum], today: date, where: Addresses
) -> list[YearWeek]:
    """The last 52 weeks, each with the state of its sheets; a past week that loses more than it gains is lost."""
    this_week = monday_of(today)
    by_week: dict[date, list[SheetSum]] = {}
    for sheet in sheets:
        by_week.setdefault(sheet.week_start, []).append(sheet)
    # A pack may count weeks from Sunday: such a week is shown where its Monday lies.
    cuts = {monday_of(week.start + timedelta(days=1)): week for week in weeks if week.cut}
    starts = [this_week - timedelta(weeks=back) for back in reversed(range(WEEKS_SHOWN))]
    return [
        _year_week(start, by_week.get(start, []), cuts.get(start), start < this_week, where)
        for start in starts
    ]


def _year_week(
    start: date, sheets: Sequence[SheetSum], cut: WeekSum | None, is_past: bool, where: Addresses
) -> YearWeek:
    minutes = sum(sheet.minutes for sheet in sheets)
    lost = cut is not None and is_past and cut.cut > cut.credited
    text = clock_text(minutes) if minutes else ""
    return YearWeek(
        start=start,
        state="lost" if lost and sheets else _state({sheet.state for sheet in sheets}),
        minutes=minutes,
        text=f"{text}, {clock_text(cut.cut)} of it not counted" if cut and sheets else text,
        url=where.week(start) if sheets else None,
    )


def _state(states: set[str]) -> str:
    """How a week of several settings stands: as its least finished sheet."""
    for state, shown in (
        (WeekState.RETURNED, "returned"),
        (WeekState.DRAFT, "draft"),
        (WeekState.SUBMITTED, "waiting"),
        (WeekState.SIGNED, "signed"),
    ):
        if state in states:
            return shown
    return "none"


@dataclass(frozen=True)
class Overview:
    """Everything the overview shows about one standing.

    ``mend`` and ``open`` speak of this week: what can still be put right, and what cannot be told.
    """

    standing: Standing
    version: Version | None
    main: Row | None
    goal: int
    sentence: str
    minimums: tuple[Row, ...]
    maximums: tuple[Row, ...]
    conditions: tuple[Condition, ...]
    notes: tuple[tuple[Note, str], ...]
    mend: tuple["Finding", ...]
    open: tuple["Finding", ...]
    mend_settings: tuple["Finding", ...]
    doubts: tuple["Finding", ...]
    curve: tuple[Point, ...]
    curve_sentence: str
    year: tuple[YearWeek, ...]
    year_sentence: str

    @property
    def goal_text(self) -> str:
        """The hours asked in all: "3,000"."""
        return whole_hours_text(self.goal)

    @property
    def this_week(self) -> YearWeek:
        return self.year[-1]


def overview_of(
    standing: Standing, sheets: Iterable[SheetSum], this_week: Json | None, today: date, where: Addresses
) -> Overview:
    """Put a standing into rows, pictures and words; ``this_week`` is the verdict of the week of today."""
    minimums = rows(standing, "minimum", where)
    main = next((row for row in minimums if row.id == _main_id(standing)), None)
    drawn = curve(standing.signed.weeks, today)
    weeks = year(sheets, standing.logged.weeks, today, where)
    return Overview(
        standing=standing,
        version=version_of(standing),
        main=main,
        goal=main.need or 0 if main else 0,
        sentence=_sentence(standing),
        minimums=tuple(minimums),
        maximums=tuple(rows(standing, "maximum", where)),
        conditions=tuple(conditions(standing, where)),
        notes=tuple(notes_of(standing, where)),
        mend=_chosen(standing, "mend", _findings_of_week(this_week), where),
        open=_chosen(standing, "cannot_tell", _findings_of_week(this_week), where),
        mend_settings=_chosen(standing, "mend", map(asdict, standing.logged.assessment.findings), where),
        doubts=tuple(
            Finding(
                "cannot_tell",
                f"{need_text(doubt.minutes, 'minutes')}: {doubt.sentence}",
                None,
                _rule_url(standing, doubt.rule, where),
            )
            for doubt in standing.logged.doubts
        ),
        curve=tuple(drawn),
        curve_sentence=f"{main.have_text} of {main.need_text} by {day_text(today)}." if main else "",
        year=tuple(weeks),
        year_sentence=_year_sentence(weeks),
    )


def _main_id(standing: Standing) -> str | None:
    main = main_requirement(standing.signed)
    return main.id if main else None


def _sentence(standing: Standing) -> str:
    """What became of the hours that do not count today."""
    logged = standing.logged
    waiting = logged.credited - standing.signed.credited
    lost = sum(logged.cuts.values())
    parts = []
    if waiting > 0:
        parts.append(f"{need_text(waiting, 'minutes')} more count once they are signed.")
    if logged.undetermined:
        parts.append(f"{need_text(logged.undetermined, 'minutes')} cannot be told yet.")
    if lost:
        parts.append(f"{need_text(lost, 'minutes')} logged do not count.")
    return " ".join(parts) or "Everything logged is signed and counts."


def _year_sentence(weeks: Sequence[YearWeek]) -> str:
    words = (
        ("signed", "signed"),
        ("waiting", "waiting for a signature"),
        ("returned", "returned"),
        ("draft", "draft"),
        ("lost", "lost"),
    )
    counts = [(sum(week.state == state for week in weeks), word) for state, word in words]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "Nothing logged."


# ---- this week, one rule, one entry ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """A sentence of the rules, its smallest fix if any, and the page of the rule."""

    severity: str
    sentence: str
    fix: str | None
    url: str | None


def _findings_of_week(verdict: Json | None) -> list[Json]:
    return [found for setting in verdict["settings"] for found in setting["findings"]] if verdict else []


def _chosen(
    standing: Standing, severity: str, found: Iterable[Json], where: Addresses
) -> tuple[Finding, ...]:
    """The findings of one severity: what can still be put right ("mend"), or what waits for a fact."""
    return tuple(
        Finding(severity, one["sentence"], one["fix"], _rule_url(standing, one["rule"], where))
        for one in found
        if one["severity"] == severity
    )


def _rule_url(standing: Standing, rule_id: str, where: Addresses) -> str | None:
    version = version_of(standing)
    return where.rule(rule_id) if version and version.rule(rule_id) else None


def notes_of(standing: Standing, where: Addresses) -> list[tuple[Note, str]]:
    """Duties and notes that no log can show, each with the address of its page."""
    version = version_of(standing)
    return [(note, where.rule(note.id)) for note in version.notes] if version else []


@dataclass(frozen=True)
class RulePage:
    """One rule with its law. ``row`` and ``result`` are there for requirements and limits.

    ``lists_failed_weeks`` is true for a requirement of weeks: its page lists the weeks that do not count for it,
    others list what the rule took. ``took`` are minutes it took from everything logged.
    """

    rule: Rule
    version_id: str
    kind: str
    row: Row | None
    result: Result | None
    took: int
    lists_failed_weeks: bool
    text: str | None
    status: str
    sources: tuple[Source, ...]
    shares: tuple[tuple[str, str, int], ...]


def rule_page(standing: Standing, rule_id: str, where: Addresses) -> RulePage | None:
    """Everything about one rule, or None for a rule this version does not have."""
    version = version_of(standing)
    rule = version.rule(rule_id) if version else None
    if version is None or rule is None:
        return None
    results = {one.id: one for one in standing.signed.assessment.requirements}
    logged = {one.id: one for one in standing.logged.assessment.requirements}
    result = logged.get(rule_id)
    row = _row(results[rule_id], logged[rule_id], where.rule(rule_id), ()) if result else None
    main = main_requirement(standing.logged)
    return RulePage(
        rule=rule,
        version_id=version.id,
        kind=_kind(rule),
        row=row,
        result=result,
        took=standing.logged.cuts.get(rule_id, 0),
        lists_failed_weeks=isinstance(rule, Requirement) and rule.periods is not None,
        text=rule.text if isinstance(rule, Note) else None,
        status=STATUS_LABELS[rule.status],
        sources=tuple(standing.pack.sources[name] for name in rule.source),
        shares=_shares(standing, version, where) if main and main.id == rule_id else (),
    )


def _kind(rule: Rule) -> str:
    match rule:
        case Requirement():
            return "Requirement"
        case Limit():
            return "Limit"
        case Note():
            return "Duty" if rule.kind == "duty" else "Note"
        case _:
            return "Condition"


def _shares(standing: Standing, version: Version, where: Addresses) -> tuple[tuple[str, str, int], ...]:
    """What each rule took of everything logged, the most first: title, address, minutes."""
    taken = sorted(standing.logged.cuts.items(), key=lambda cut: -cut[1])
    titles = {rule.id: rule.title for rule in version.rules()}
    return tuple((titles[rule], where.rule(rule), minutes) for rule, minutes in taken if rule in titles)


@dataclass(frozen=True)
class EntryLine:
    """One entry of which a rule took something, or about which it cannot tell."""

    day: date
    label: str
    setting: str
    minutes: int
    took: int
    url: str


@dataclass(frozen=True)
class RuleWeek:
    """One week of a rule's page: its sentences, and the entries concerned."""

    start: date
    url: str
    sentences: tuple[str, ...]
    entries: tuple[EntryLine, ...]

    @property
    def took(self) -> int:
        return sum(entry.took for entry in self.entries)


def weeks_of_rule(
    page: RulePage, found: Sequence[tuple[date, Json]], entries: Mapping[int, Entry], where: Addresses
) -> list[RuleWeek]:
    """The weeks that a rule's page lists; ``entries`` are the entries of those weeks by id."""
    return [_rule_week(page, start, verdict, entries, where) for start, verdict in found]


def _rule_week(
    page: RulePage, start: date, verdict: Json, entries: Mapping[int, Entry], where: Addresses
) -> RuleWeek:
    findings = _findings_of_week(verdict)
    if page.lists_failed_weeks:
        sentences = [found["sentence"] for found in findings if found["severity"] != "note"]
        contact = max((setting["supervision_have"] for setting in verdict["settings"]), default=0)
        units = whole_hours_text(contact)
        sentences = sentences or [
            f"At most {units} units of supervision in one setting; the kind or amount asked for was not reached."
        ]
        return RuleWeek(start, where.week(monday_of(start + timedelta(days=1))), tuple(sentences), ())
    lines = []
    for entry_id, judged in verdict["entries"].items():
        took = sum(cut["minutes"] for cut in judged["cuts"] if cut["rule"] == page.rule.id)
        doubted = any(reason["rule"] == page.rule.id for reason in judged["reasons"])
        entry = entries.get(int(entry_id))
        if entry is not None and (took or doubted):
            lines.append(
                EntryLine(
                    day=entry.day,
                    label=ACTIVITY_LABELS[entry.activity],
                    setting=entry.sheet.setting.name,
                    minutes=entry.minutes,
                    took=took,
                    url=where.entry(entry.id),
                )
            )
    sentences = [found["sentence"] for found in findings if found["rule"] == page.rule.id]
    lines.sort(key=lambda line: line.day)
    return RuleWeek(start, where.week(monday_of(start + timedelta(days=1))), tuple(sentences), tuple(lines))


@dataclass(frozen=True)
class Cut:
    """Minutes that a rule took from an entry, or a doubt about it (0 minutes), in a sentence with its law."""

    severity: str
    minutes: int
    sentence: str
    title: str
    url: str | None


@dataclass(frozen=True)
class EntryExplained:
    """One entry under one goal's rules. ``assessed`` is false while the rules have not looked at it."""

    goal: str
    goal_url: str
    assessed: bool
    logged: int = 0
    credited: int = 0
    undetermined: int = 0
    cuts: tuple[Cut, ...] = ()
    fixes: tuple[str, ...] = ()

    @property
    def lost(self) -> int:
        """Minutes that rules took."""
        return self.logged - self.credited - self.undetermined


def explain_entry(
    standing: Standing, entry: Entry, verdict: Json | None, goal: str, where: Addresses
) -> EntryExplained:
    """Why minutes of an entry count or not, and the smallest thing that would mend it."""
    judged = verdict["entries"].get(str(entry.id)) if verdict else None
    main = main_requirement(standing.logged)
    goal_url = where.rule(main.id) if main else ""
    if verdict is None or judged is None:
        return EntryExplained(goal, goal_url, assessed=False)
    version = version_of(standing)
    titles = {rule.id: rule.title for rule in version.rules()} if version else {}
    said = [("lost", cut["minutes"], cut) for cut in judged["cuts"]]
    said += [("cannot_tell", 0, reason) for reason in judged["reasons"]]
    fixes = [
        found["fix"]
        for found in _findings_of_week(verdict)
        if found["fix"] and found["severity"] == "mend" and entry.id in found["entries"]
    ]
    fixes += [
        found.fix for found in standing.logged.assessment.findings if found.fix and entry.id in found.entries
    ]
    return EntryExplained(
        goal=goal,
        goal_url=goal_url,
        assessed=True,
        logged=judged["logged"],
        credited=judged["credited"],
        undetermined=judged["undetermined"],
        cuts=tuple(
            Cut(
                severity,
                minutes,
                one["sentence"],
                titles.get(one["rule"], ""),
                _rule_url(standing, one["rule"], where),
            )
            for severity, minutes, one in said
        ),
        fixes=tuple(dict.fromkeys(fixes)),
    )
