"""What the page of one rule shows, and why one entry does or does not count. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ceu.domain.dates import A_DAY, day_text
from ceu.domain.experience import ACTIVITY_LABELS
from ceu.domain.minutes import log_hours_text
from ceu.experience.assessing import Json, Standing
from ceu.experience.models import Entry
from ceu.licenses import rule_words
from ceu.requirements.rows import (
    Addresses,
    Finding,
    Row,
    Wider,
    facts_asked,
    find_row,
    findings_of_week,
    main_requirement,
    need_text,
    rule_url,
    untold_text,
    version_of,
)
from ceu.rules.about import About, PeriodAbout
from ceu.rules.assessment import Result
from ceu.rules.pack import Gate, Limit, Note, Requirement, Rule, Source, Version
from ceu.rules.words import STATUS_LABELS, periods_text


@dataclass(frozen=True)
class RulePage:
    """One rule with its law. ``row`` and ``result`` are there for requirements and limits.

    ``says`` is the rule in words, with what follows under the reading in use. ``lists_failed_weeks`` is true for a
    requirement of weeks: its page lists the weeks that do not count for it, others list what the rule took. ``took``
    are minutes it took from everything logged; ``doubts`` says about which it cannot tell; ``periods`` what is said of
    months and other periods. ``standings`` say how far a requirement is met, by what is signed and by everything logged.
    """

    rule: Rule
    version_id: str
    kind: str
    row: Row | None
    result: Result | None
    standings: tuple[str, ...]
    says: tuple[str, ...]
    took: int
    doubts: tuple[Finding, ...]
    lists_failed_weeks: bool
    periods: tuple[Finding, ...]
    questions: tuple[tuple[str, str], ...]
    text: str | None
    status: str
    sources: tuple[Source, ...]


def rule_page(standing: Standing, rule_id: str, where: Addresses) -> RulePage | None:
    """Everything about one rule, or None for a rule this version does not have."""
    version = version_of(standing)
    rule = version.rule(rule_id) if version else None
    if version is None or rule is None:
        return None
    result = next((one for one in standing.logged.assessment.requirements if one.id == rule_id), None)
    row = find_row(standing, rule_id, where) if result else None
    asked = facts_asked(standing.pack, version, getattr(rule, "confirmed", None))
    return RulePage(
        rule=rule,
        version_id=version.id,
        kind=rule_words.kind_text(rule),
        row=row,
        result=result,
        standings=tuple(_standings(standing, result)) if result else (),
        says=tuple(_says(standing, version, rule)),
        took=standing.logged.cuts.get(rule_id, 0),
        doubts=tuple(
            Finding("cannot_tell", f"{need_text(doubt.minutes, 'minutes')}: {doubt.sentence}", None, None)
            for doubt in standing.logged.doubts
            if doubt.rule == rule_id
        ),
        lists_failed_weeks=_is_of_weeks(rule),
        periods=_periods_about(standing, rule, where),
        questions=tuple((standing.pack.facts[f"person.{key}"].question, where.fact(key)) for key in asked),
        text=rule.text if isinstance(rule, Note) else None,
        status=STATUS_LABELS[rule.status],
        sources=tuple(standing.pack.sources[name] for name in rule.source),
    )


def _is_of_weeks(rule: Rule) -> bool:
    return isinstance(rule, Requirement) and rule.periods is not None and rule.periods.each == "week"


def _says(standing: Standing, version: Version, rule: Rule) -> Iterator[str]:
    """The rule in words: what it sets, and what follows when it is missing, under the reading in use."""
    pack = standing.pack
    amount = rule_words.amount_text(pack, version, rule)
    if amount and not isinstance(rule, Requirement | Limit):
        yield f"{amount}."
    if not isinstance(rule, Note | Gate):
        yield from rule_words.says(pack, version, rule)
    if policy := getattr(rule, "policy", None):
        in_use = next((one for one in standing.logged.assessment.policies if one.id == policy), None)
        for reading, follows, _ in rule_words.consequences(pack, version, rule):
            if in_use and reading == in_use.reading:
                yield f"The law does not say what follows. As it is read here: {follows}"


def _periods_about(standing: Standing, rule: Rule, where: Addresses) -> tuple[Finding, ...]:
    """What is said of months and other periods: by the rule itself, or, for a requirement that counts them, by any."""
    counts_periods = isinstance(rule, Requirement) and rule.periods is not None and not _is_of_weeks(rule)
    return tuple(
        Finding(one.severity, one.sentence, one.fix, rule_url(standing, one.rule, where))
        for one in Wider.of(standing).of_periods
        if counts_periods or one.rule == rule.id
    )


def _standings(standing: Standing, logged: Result) -> Iterator[str]:
    """How far a requirement is met: by what is signed, and by everything logged where that is another sentence."""
    signed = next(one for one in standing.signed.assessment.requirements if one.id == logged.id)
    if signed.sentence == logged.sentence:
        yield logged.sentence
    else:
        yield f"Signed: {signed.sentence}"
        yield f"With everything logged: {logged.sentence}"
    if untold := untold_text(logged):
        yield untold


# ---- behind the number of a requirement --------------------------------------------------------------------------


@dataclass(frozen=True)
class Taking:
    """A rule that keeps hours of a requirement from counting, or asks for what is missing: minutes of each."""

    title: str
    url: str | None
    taken: int
    untold: int


@dataclass(frozen=True)
class PeriodLine:
    """A month or another period that a requirement does not count, or cannot tell whether: its hours and what took some."""

    name: str
    url: str
    answer: str
    credited: int
    takings: tuple[Taking, ...]
    because: str


@dataclass(frozen=True)
class Behind:
    """What stands behind the number of a requirement: the rules that take hours, and the periods that do not count.

    ``counted`` of ``of_periods`` periods with entries count; ``reach`` says from when to when its hours reach.
    """

    takings: tuple[Taking, ...]
    counted: int
    periods_name: str
    of_periods: int
    periods: tuple[PeriodLine, ...]
    reach: str | None


def behind(found: About, rule: Requirement, version: Version, where: Addresses) -> Behind:
    """Put into lines what a requirement is about."""
    each = rule.periods.each if rule.periods else "week"
    return Behind(
        takings=_takings(found.taken, found.untold, version, where),
        counted=sum(one.answer == "met" for one in found.periods),
        periods_name=periods_text(each),
        of_periods=len(found.periods),
        periods=tuple(
            _period_line(one, each, version, where)
            for one in found.periods
            if one.answer != "met" and each != "week"
        ),
        reach=(
            f"From {day_text(found.first)} to {day_text(found.last)}."
            if rule.span and found.first and found.last
            else None
        ),
    )


def _takings(
    taken: Mapping[str, int], untold: Mapping[str, int], version: Version, where: Addresses
) -> tuple[Taking, ...]:
    """The most first; what is dated ahead has no rule, and neither has what depends on other entries."""
    lines = []
    for rule_id in dict.fromkeys((*taken, *untold)):
        rule = version.rule(rule_id)
        title = (
            rule.title
            if rule
            else "Dated ahead"
            if rule_id in taken
            else "Depends on what cannot be told yet"
        )
        url = where.rule(rule_id) if rule else None
        lines.append(Taking(title, url, taken.get(rule_id, 0), untold.get(rule_id, 0)))
    return tuple(sorted(lines, key=lambda line: (-line.taken, -line.untold)))


def _period_line(one: PeriodAbout, each: str, version: Version, where: Addresses) -> PeriodLine:
    takings = _takings(one.taken, {}, version, where)
    because = ""
    if one.answer == "cannot_tell":
        because = f"{need_text(one.undetermined, 'minutes')} cannot be told yet." if one.undetermined else ""
    elif one.credited:
        because = "Less is credited, or less supervision given, than a period needs to count."
    elif not takings:
        because = "Nothing of the kind asked for is logged."
    return PeriodLine(
        name=f"{one.begins:%B %Y}" if each == "month" else f"{day_text(one.begins)} to {day_text(one.ends)}",
        url=where.week(one.begins + timedelta(days=6)),
        answer=one.answer,
        credited=one.credited,
        takings=takings,
        because=because,
    )


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
    """The weeks that a rule's page lists; ``entries`` are those they concern, by id."""
    return [_rule_week(page, start, verdict, entries, where) for start, verdict in found]


def concerned(page: RulePage, verdict: Json) -> dict[int, int]:
    """The entries of a week that a rule's page lists, with the minutes it took from each."""
    if page.lists_failed_weeks:
        return {}
    found = {}
    for entry_id, judged in verdict["entries"].items():
        took = sum(cut["minutes"] for cut in judged["cuts"] if cut["rule"] == page.rule.id)
        if took or any(reason["rule"] == page.rule.id for reason in judged["reasons"]):
            found[int(entry_id)] = took
    return found


def _rule_week(
    page: RulePage, start: date, verdict: Json, entries: Mapping[int, Entry], where: Addresses
) -> RuleWeek:
    findings = findings_of_week(verdict)
    if page.lists_failed_weeks:
        sentences = [found["sentence"] for found in findings if found["severity"] != "note"]
        contact = max((setting["supervision_have"] for setting in verdict["settings"]), default=0)
        units = log_hours_text(contact)
        sentences = sentences or [
            f"At most {units} units of supervision in one setting; the kind or amount asked for was not reached."
        ]
        return RuleWeek(start, where.week(start + A_DAY), tuple(sentences), ())
    lines = []
    for entry_id, took in concerned(page, verdict).items():
        entry = entries.get(entry_id)
        if entry is not None:
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
    said_above = {period.sentence for period in page.periods}
    sentences = [
        found["sentence"]
        for found in findings
        if found["rule"] == page.rule.id and found["sentence"] not in said_above
    ]
    lines.sort(key=lambda line: line.day)
    return RuleWeek(start, where.week(start + A_DAY), tuple(sentences), tuple(lines))


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
        for found in findings_of_week(verdict)
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
                rule_url(standing, one["rule"], where),
            )
            for severity, minutes, one in said
        ),
        fixes=tuple(dict.fromkeys(fixes)),
    )
