"""What the license pages show, worked out from a license's progress: rows, spans of time and one sentence. Pure."""

from calendar import month_name
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ceu.domain.dates import day_text
from ceu.domain.minutes import hours_text
from ceu.licenses.facts import (
    ALREADY_COMPLETED,
    CARRIED_OVER,
    LICENSE_STATUS,
    SUPERVISES,
    from_json,
    license_questions,
)
from ceu.licenses.progress import CreditFinding, GrantedHours, LicenseProgress
from ceu.licenses.words import topics_text
from ceu.rules.assessment import Result
from ceu.rules.facts import NOT_YET
from ceu.rules.pack import Cycle, FactDeclaration, Note, Pack, Version
from ceu.rules.words import STATUS_LABELS, amount_text, in_words, quantity_text

SOON = 90
"""Days before continuing education is due from which a license's page warns."""
ACTIVE = "active"
_PAST_STATES = {
    "met": ("met", "Was complete"),
    "short": ("lost", "Credit was missing"),
    "cannot_tell": ("cannot_tell", "Cannot tell"),
}


@dataclass(frozen=True)
class RenewalRow:
    """One requirement of a renewal as a line of a list."""

    title: str
    have: int
    need: int | None
    have_text: str
    need_text: str | None
    state: str
    note: str
    citation: str
    citation_url: str
    children: tuple["RenewalRow", ...] = ()


@dataclass(frozen=True)
class Span:
    """One renewal cycle on the axis of time."""

    label: str
    url: str
    start: date
    end: date
    text: str
    due_text: str
    state: str


@dataclass(frozen=True)
class Renewal:
    """One license as its pages show it. ``rows`` are empty where nothing can be told; ``sentence`` then says why."""

    progress: LicenseProgress
    url: str
    state: str
    badge: str
    sentence: str
    span: Span
    rows: tuple[RenewalRow, ...]
    missing: tuple[str, ...]
    granted: tuple["GrantedRow", ...]
    surplus: str
    limits: tuple[Result, ...]
    left_out: tuple[CreditFinding, ...]
    notes: tuple[Note, ...]
    law: "CycleLaw | None"
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class GrantedRow:
    """Hours credited without a course: what of them counts toward what, in a sentence, and where the law says so."""

    title: str
    sentence: str
    remark: str | None
    citation: str
    source_url: str


@dataclass(frozen=True)
class CycleLaw:
    """How the law lays the renewal cycles of a license, in a sentence, and where it says so.

    ``remarks`` say what of it rests on the person's own dates.
    """

    sentence: str
    citation: str
    source_url: str
    status: str
    remarks: tuple[str, ...]


def renewal_of(progress: LicenseProgress, today: date, url: str) -> Renewal:
    """Put a license's progress into rows and words."""
    state, badge = _state(progress, today)
    maximums = progress.assessment.maximums if progress.assessment else ()
    version = version_of(progress)
    return Renewal(
        progress=progress,
        url=url,
        state=state,
        badge=badge,
        sentence=_sentence(progress, today),
        span=_span(progress, url, state),
        rows=_rows(progress),
        missing=tuple(one.smallest_fix or one.sentence for one in progress.asked if one.answer != "met"),
        granted=tuple(_granted_rows(progress)),
        surplus=_surplus(progress),
        limits=tuple(one for one in maximums if one.uncounted),
        left_out=tuple(
            CreditFinding(found.severity, f"{counted.credit.title}: {found.sentence}")
            for counted in progress.credits
            for found in counted.findings
        ),
        notes=version.notes if version else (),
        law=_law(progress),
        facts=tuple(_told(progress)),
    )


def version_of(progress: LicenseProgress) -> Version | None:
    """The version of the pack that was applied."""
    if progress.pack is None or progress.assessment is None:
        return None
    wanted = progress.assessment.version_id
    return next((version for version in progress.pack.versions if version.id == wanted), None)


def _granted_rows(progress: LicenseProgress) -> Iterator[GrantedRow]:
    pack, titles = progress.pack, {each.id: each.title for each in progress.requirements}
    for each in progress.granted:
        toward = [titles[rule] for rule in each.grant.to if rule in titles]
        if pack and toward and (said := _granted_text(pack, each, toward)):
            url = pack.sources[each.grant.source[0]].url
            yield GrantedRow(each.grant.title, said, each.grant.remark, each.grant.citation, url)


def _granted_text(pack: Pack, each: GrantedHours, toward: list[str]) -> str | None:
    grant = each.grant
    where = f"toward {' and '.join(f'“{title}”' for title in toward)}"
    if grant.add_hours_of and each.told is None:
        return f"Not told yet: {pack.facts[grant.add_hours_of].label}. Enter it with “Change or renew”."
    if grant.add_hours_of and not each.told:
        label = pack.facts[grant.add_hours_of].label
        return f"None: {label} stand at 0. If there were any, enter them with “Change or renew”."
    if each.answer == "no":
        return None
    if each.answer == "cannot_tell" and grant.add:
        return f"{hours_text(grant.add.amount)} hours {where}, if this is for you: answers are missing that say so."
    if each.told and each.told * 60 > each.minutes:
        return f"{hours_text(each.minutes)} of the {each.told} hours you entered count {where}: no more than that may."
    return (
        f"{'1.0 hour counts' if each.minutes == 60 else f'{hours_text(each.minutes)} hours count'} {where}."
    )


def _surplus(progress: LicenseProgress) -> str:
    """What of this renewal may go on to the next: whole hours gained in it that it does not need, as far as the law lets."""
    carried = next((each.grant for each in progress.granted if each.grant.add_hours_of == CARRIED_OVER), None)
    total = progress.total
    if carried is None or total is None or total.need is None or total.have <= total.need:
        return ""
    given = sum(each.minutes for each in progress.granted if total.id in each.grant.to)
    spare = min(total.have - total.need, total.have - given) // 60
    goes_on = carried.worth(spare) // 60
    if goes_on <= 0:
        return ""
    of = f" of the {spare}" if spare > goes_on else ""
    return (
        f"{goes_on}{of} whole {'hour' if goes_on == 1 else 'hours'} that this renewal does not need may go on to the next. "
        f"Enter {goes_on} there, once the license is renewed."
    )


def _rows(progress: LicenseProgress) -> tuple[RenewalRow, ...]:
    """The requirements as a tree: those inside another, and the options of another, stand below it."""
    version = version_of(progress)
    option_of = (
        {option: rule.id for rule in version.requirements for option in rule.any_of} if version else {}
    )
    shown = {result.id for result in progress.requirements}
    inside: dict[str | None, list[Result]] = {}
    for result in progress.requirements:
        parent = option_of.get(result.id, result.parent)
        inside.setdefault(parent if parent in shown else None, []).append(result)

    def below(parent: str | None) -> tuple[RenewalRow, ...]:
        return tuple(_row(result, below(result.id)) for result in inside.get(parent, ()))

    return below(None)


def _row(result: Result, children: tuple[RenewalRow, ...]) -> RenewalRow:
    need = result.need
    done_before = result.answer == "met" and need is not None and result.have < need
    have_text, need_text = amount_text(result.have, result.unit), None
    if result.unit == "minutes":
        have_text = hours_text(result.have)
        need_text = None if need is None else f"{hours_text(need).removesuffix('.0')} h"
    elif result.unit == "confirmations":
        have_text, need = "Confirmed" if result.have else "Not confirmed", None
    elif need is not None:
        need_text = f"{need:,}" if result.unit == "options" else quantity_text(need, result.unit)
    status = f"{STATUS_LABELS[result.status].capitalize()} as of {day_text(result.as_of)}."
    return RenewalRow(
        title=f"Or: {result.title}" if result.option else result.title,
        have=result.have,
        need=None if done_before else need,
        have_text="Completed before" if done_before else have_text,
        need_text=None if done_before else need_text,
        state=result.answer,
        note=" ".join([*filter(None, [result.smallest_fix]), *result.reasons, status]),
        citation=result.citation,
        citation_url=result.source_url,
        children=children,
    )


def _sentence(progress: LicenseProgress, today: date) -> str:
    expires = day_text(progress.license.expires_on)
    if progress.pack is None:
        return "This site has no usable rules for this license, so nothing can be said about its renewal."
    if progress.is_past:
        return f"This renewal cycle ended on {day_text(progress.cycle.ends)}. {_past_sentence(progress)}"
    if progress.license.expires_on < today:
        return f"The license expired on {expires}. Once it is renewed, enter the new expiration date."
    if progress.is_exempt:
        status = f" (status: {status_text(progress)})" if progress.license.status != ACTIVE else ""
        return f"No continuing education is asked for this renewal{status}. The license expires on {expires}."
    return _due_sentence(progress, today)


def _past_sentence(progress: LicenseProgress) -> str:
    if progress.is_exempt:
        return "No continuing education was asked for it."
    if not progress.requirements:
        return "The rules at hand do not cover it, so nothing can be told about it."
    return "It is read with what is entered today."


def _due_sentence(progress: LicenseProgress, today: date) -> str:
    ends, expires = progress.cycle.ends, progress.license.expires_on
    in_days = _in_days(progress.cycle.days_left(today))
    if not progress.requirements:
        return f"The rules at hand do not cover the renewal of {day_text(ends)}, so nothing can be told about it."
    if ends == expires:
        return f"It expires on {day_text(expires)}, {in_days}."
    return f"Its continuing education is due on {day_text(ends)}, {in_days}. The license expires on {day_text(expires)}."


def status_text(progress: LicenseProgress) -> str:
    """The status of a license in the words of its rules."""
    asked = progress.pack.facts.get(LICENSE_STATUS) if progress.pack else None
    return ((asked.options if asked else None) or {}).get(progress.license.status, progress.license.status)


def _told(progress: LicenseProgress) -> Iterator[tuple[str, str]]:
    """What the license was said to be, and the answers to the rules' own questions."""
    pack, license_ = progress.pack, progress.license
    if pack is None:
        return
    if LICENSE_STATUS in pack.facts:
        yield "Status", status_text(progress)
    if SUPERVISES in pack.facts:
        yield "Supervising", "Yes" if license_.supervises else "No"
    if ALREADY_COMPLETED in pack.facts:
        yield "One-time topics done before", topics_text(license_.completed_topics) or "None entered"
    for key, question in license_questions(pack).items():
        label = f"{question.label[:1].upper()}{question.label[1:]}"
        yield label, _answer_text(question, from_json(license_.facts.get(key)))


def _answer_text(question: FactDeclaration, fact: Any) -> str:
    """An answer as people say it."""
    match fact:
        case None:
            said = "Not entered"
        case bool():
            said = "Yes" if fact else "No"
        case date():
            said = day_text(fact)
        case int():
            said = f"{fact:,}"
        case tuple() if question.type == "periods":
            said = "; ".join(_period_text(begins, ends) for begins, ends in fact)
        case tuple():
            said = "; ".join(_option_text(question, word) for word in fact)
        case _:
            said = "Not yet" if fact == NOT_YET else _option_text(question, fact)
    return said


def _period_text(begins: date, ends: date | None) -> str:
    return f"from {day_text(begins)}" if ends is None else f"{day_text(begins)} to {day_text(ends)}"


def _option_text(question: FactDeclaration, word: str) -> str:
    return (question.options or {}).get(word, word)


def _law(progress: LicenseProgress) -> CycleLaw | None:
    """How the rules lay the cycles of this license, and what in it rests on the dates entered."""
    if progress.pack is None or (law := progress.pack.cycle) is None:
        return None
    remarks = [law.remark] if law.remark else []
    if law.ends == "birth_month" and progress.license.birth_month is None:
        remarks.append(
            "Your month of birth is not entered, so the expiration date stands for it. Enter it with “Change or renew”."
        )
    if not progress.is_past and progress.cycle.ends != progress.license.expires_on:
        remarks.append(
            f"The license itself expires on {day_text(progress.license.expires_on)}. Some licenses are renewed more often "
            "than their continuing education is due; if yours is not, check the date."
        )
    return CycleLaw(
        sentence=f"A renewal cycle lasts {in_words(law.length)} and ends {_end_text(law, progress)}.",
        citation=law.citation,
        source_url=progress.pack.sources[law.source[0]].url,
        status=f"{STATUS_LABELS[law.status].capitalize()} as of {day_text(law.as_of)}.",
        remarks=tuple(remarks),
    )


def _end_text(law: Cycle, progress: LicenseProgress) -> str:
    years = {
        "every": "",
        "odd": ", in odd years",
        "even": ", in even years",
        "parity_of_issue": f", in {'odd' if progress.license.issued_on.year % 2 else 'even'} years as that of issue",
    }[law.years]
    match law.ends:
        case "expiration":
            said = "when the license expires"
        case "anniversary":
            said = "on the day before the anniversary of issue"
        case "birth_month":
            said = "on the last day of your month of birth"
        case "day":
            month, _, day = str(law.day).partition("-")
            said = f"on {int(day)} {month_name[int(month)]}"
    return said + years


def _in_days(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days:,} days")


def _state(progress: LicenseProgress, today: date) -> tuple[str, str]:
    """How the renewal is to be colored, and the words of its badge."""
    if progress.is_past:
        return ("met", "Nothing asked") if progress.is_exempt else _PAST_STATES[progress.answer]
    if progress.license.expires_on < today:
        return "lost", "Expired"
    if progress.is_exempt:
        return "met", status_text(progress) if progress.license.status != ACTIVE else "Nothing asked"
    if progress.answer == "met":
        return "met", "Ready to renew"
    if progress.answer == "short":
        is_soon = progress.cycle.days_left(today) <= SOON
        return ("mend", "Due soon, credit missing") if is_soon else ("short", "Credit missing")
    return "cannot_tell", "Cannot tell"


def _span(progress: LicenseProgress, url: str, state: str) -> Span:
    total, text = progress.total, "no hours asked"
    if total is not None and total.need is not None:
        text = f"{hours_text(total.have)} of {hours_text(total.need).removesuffix('.0')} hours"
    return Span(
        label=f"{progress.label} ({progress.license.number})",
        url=url,
        start=progress.cycle.begins,
        end=progress.cycle.ends,
        text=text,
        due_text=f"due {day_text(progress.cycle.ends)}",
        state="short" if state == "cannot_tell" else state,
    )
