"""How far a license is toward its renewal, and what one more course would add: pure functions over loaded rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from ceu.adapters.rulepacks import PackLibrary
from ceu.domain.dates import day_text
from ceu.domain.errors import NotFound
from ceu.domain.minutes import hours_text
from ceu.licenses.facts import held, license_facts
from ceu.licenses.models import Credit, License
from ceu.licenses.packs import find_pack, pack_name, taken
from ceu.rules.assessment import Assessment, Result
from ceu.rules.cycle import RenewalCycle, current_cycle, cycles, whole_months
from ceu.rules.engine import assess, choose_version
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger
from ceu.rules.offers import Offer, effects_of
from ceu.rules.pack import Grant, Pack, Requirement
from ceu.rules.situation import NO, YES, Situation

THIS_COURSE = "this course"
NO_APPROVAL = "other"

Row = dict[str, Any]


@dataclass(frozen=True)
class CreditFinding:
    """Why minutes of a credit are left out: ``lost``, or ``cannot_tell`` while a fact is missing."""

    severity: str
    sentence: str


@dataclass(frozen=True)
class CountedCredit:
    """What became of one credit: minutes toward each requirement it helps, and why minutes were left out."""

    credit: Credit
    credited: int
    undetermined: int
    toward: tuple[tuple[str, int], ...]
    findings: tuple[CreditFinding, ...]

    @property
    def is_self_reported(self) -> bool:
        """The person's own word, without a certificate issued here."""
        return self.credit.certificate_number is None


@dataclass(frozen=True)
class GrantedHours:
    """Hours the rules credit without a course, carried over from the renewal before, say.

    ``answer`` says whether they are given: yes, no or cannot_tell. ``told`` are the whole hours that were entered, None where
    none are asked or told; ``minutes`` is what of them counts.
    """

    grant: Grant
    answer: str
    told: int | None
    minutes: int


@dataclass(frozen=True)
class LicenseProgress:
    """Where a license stands in one renewal cycle. ``cycles`` are all of them up to the current one, the last.

    Without a usable pack there are only dates: ``pack`` and ``assessment`` are None. Without a law about cycles in it
    the one cycle known is the whole time from issue to expiration.
    """

    license: License
    label: str
    cycle: RenewalCycle
    cycles: tuple[RenewalCycle, ...]
    pack: Pack | None = None
    assessment: Assessment | None = None
    credits: tuple[CountedCredit, ...] = ()
    granted: tuple[GrantedHours, ...] = ()

    @property
    def is_past(self) -> bool:
        """Whether a later cycle has begun."""
        return self.cycle != self.cycles[-1]

    @property
    def requirements(self) -> tuple[Result, ...]:
        """The requirements that apply to this license in this cycle; options of others are among them."""
        return tuple(one for one in self.assessment.minimums if one.applies) if self.assessment else ()

    @property
    def asked(self) -> tuple[Result, ...]:
        """The requirements that apply and are asked for themselves."""
        return tuple(one for one in self.requirements if not one.option)

    @property
    def total(self) -> Result | None:
        """The requirement of hours in all, the first of the pack that asks for hours."""
        return next((one for one in self.asked if one.unit == "minutes"), None)

    @property
    def is_exempt(self) -> bool:
        """The rules are at hand and ask nothing: the license is inactive, say, or renewed for the first time."""
        return self.assessment is not None and self.assessment.version_id is not None and not self.asked

    @property
    def answer(self) -> str:
        """met, short or cannot_tell for the whole renewal."""
        if self.assessment is None or self.assessment.version_id is None:
            return "cannot_tell"
        return self.assessment.answer


@dataclass(frozen=True)
class CourseOffer:
    """A course that could be taken. ``approval_bodies`` are those whose approval of its provider is in force today."""

    course_key: str
    title: str
    minutes: int
    topics: tuple[str, ...]
    delivery: str
    approval_bodies: tuple[str, ...]


@dataclass(frozen=True)
class Gain:
    """What a course adds to one requirement: ``minutes`` of what is still needed, then ``have`` of ``need``."""

    title: str
    minutes: int
    have: int
    need: int

    @property
    def sentence(self) -> str:
        """In words: "1.0 toward Law and ethics (you still need 5.0)"."""
        if not self.minutes:
            return f"{self.title} is complete already"
        rest = self.need - self.have
        after = f"you still need {hours_text(rest)}" if rest > 0 else "which completes it"
        return f"{hours_text(self.minutes)} toward {self.title} ({after})"


@dataclass(frozen=True)
class OfferForLicense:
    """What a course would count for with one license. ``reasons`` say why minutes of it would not."""

    license: License
    label: str
    minutes: int
    undetermined: int
    gains: tuple[Gain, ...]
    reasons: tuple[str, ...]

    @property
    def counts(self) -> bool:
        return self.minutes > 0

    @property
    def headline(self) -> str:
        """The answer in one line."""
        name = f"your {self.label} ({self.license.number})"
        if self.counts:
            return f"{_hours(self.minutes)} for {name}"
        if self.undetermined:
            return f"Whether it counts for {name} cannot be told"
        return f"It would not count for {name}"


def _label(pack: Pack | None, license_: License) -> str:
    return license_.ce_pack_id if pack is None else pack_name(pack)


def _cycles(pack: Pack | None, license_: License, as_of: date) -> tuple[RenewalCycle, ...]:
    """The renewal cycles of a license up to the current one."""
    if pack is None or pack.cycle is None:
        begins, ends = license_.issued_on + timedelta(days=1), license_.expires_on
        return (RenewalCycle(begins, ends, 1, whole_months(license_.issued_on, ends)),)
    current = current_cycle(pack.cycle, held(license_), as_of)
    return tuple(islice(cycles(pack.cycle, held(license_)), current.number))


def ce_progress(
    packs: PackLibrary, license_: License, credits_: Sequence[Credit], as_of: date, number: int | None = None
) -> LicenseProgress:
    """Hold all of a person's credit against the renewal rules of one license, in the current cycle or an earlier one.

    Raises NotFound where the license has no cycle of that number yet.
    """
    pack = find_pack(packs, license_.ce_pack_id)
    laid = _cycles(pack, license_, as_of)
    if number is not None and not 1 <= number <= len(laid):
        raise NotFound
    cycle, label = laid[(number or len(laid)) - 1], _label(pack, license_)
    if pack is None:
        return LicenseProgress(license_, label, cycle, laid)
    ledger, facts = Ledger.from_rows(credit_row(credit) for credit in credits_), _facts(pack, license_, cycle)
    readings = taken(pack, license_.readings)
    assessment = assess(pack, ledger, facts, as_of, readings)
    version = choose_version(pack, facts, as_of)
    situation = (
        Situation(version, ledger, (facts,), pack.facts, as_of, pack.choices(readings)) if version else None
    )
    counted = _counted(situation, assessment, credits_)
    granted = () if situation is None else tuple(_granted(situation))
    return LicenseProgress(license_, label, cycle, laid, pack, assessment, counted, granted)


def what_would_count(
    packs: PackLibrary,
    licenses: Sequence[License],
    credits_: Sequence[Credit],
    course: CourseOffer,
    as_of: date,
) -> list[OfferForLicense]:
    """What the course, completed on ``as_of``, would add for each license whose rules are at hand."""
    offers = []
    for license_ in licenses:
        pack = find_pack(packs, license_.ce_pack_id)
        if pack is not None:
            offers.append(_offer(pack, license_, credits_, course, as_of))
    return offers


def accepts(
    packs: PackLibrary, license_: License, courses: Sequence[CourseOffer], as_of: date
) -> tuple[str, list[bool]]:
    """The license's name, and whether its rules let each course in, completed on ``as_of`` and taken alone."""
    pack = find_pack(packs, license_.ce_pack_id)
    label = _label(pack, license_)
    if pack is None:
        return label, [False] * len(courses)
    facts = _facts(pack, license_, _cycles(pack, license_, as_of)[-1])
    version = choose_version(pack, facts, as_of)
    if version is None:
        return label, [False] * len(courses)
    # Courses that are alike to the rules are asked about once.
    kinds = {_kind(course): course for course in courses}
    situation = Situation(
        version,
        Ledger.from_rows([]),
        (facts,),
        pack.facts,
        as_of,
        pack.choices(taken(pack, license_.readings)),
    )
    offers = [
        Offer(
            each.course_key, each.minutes, each.topics, each.delivery, each.approval_bodies or (NO_APPROVAL,)
        )
        for each in kinds.values()
    ]
    effects = effects_of(situation, offers, as_of)
    answers = dict(zip(kinds, (effects.creditable > 0).tolist(), strict=True))
    return label, [answers[_kind(course)] for course in courses]


def _kind(course: CourseOffer) -> tuple[int, tuple[str, ...], str, tuple[str, ...]]:
    return course.minutes, course.topics, course.delivery, course.approval_bodies


def _offer(
    pack: Pack, license_: License, credits_: Sequence[Credit], course: CourseOffer, as_of: date
) -> OfferForLicense:
    ledger = Ledger.from_rows(credit_row(credit) for credit in credits_)
    facts, readings = (
        _facts(pack, license_, _cycles(pack, license_, as_of)[-1]),
        taken(pack, license_.readings),
    )
    before = assess(pack, ledger, facts, as_of, readings)
    attempts = [
        assess(pack, ledger.with_row(_course_row(course, body, as_of)), facts, as_of, readings)
        for body in course.approval_bodies or (NO_APPROVAL,)
    ]
    after = max(attempts, key=lambda attempt: attempt.entries[THIS_COURSE].credited)
    entry = after.entries[THIS_COURSE]
    reasons = [cut.sentence for cut in entry.cuts] + [reason.sentence for reason in entry.reasons]
    if after.version_id is not None and not any(one.applies for one in after.minimums):
        reasons.append("No continuing education is asked of this license now.")
    for earlier in credits_:
        if earlier.course_key == course.course_key:
            reasons.append(
                f"You already have credit for this course, completed on {day_text(earlier.completed_on)}."
            )
    return OfferForLicense(
        license=license_,
        label=_label(pack, license_),
        minutes=entry.credited,
        undetermined=entry.undetermined,
        gains=tuple(_gains(before, after)),
        reasons=tuple(reasons),
    )


def _gains(before: Assessment, after: Assessment) -> list[Gain]:
    had = {result.id: result.have for result in before.minimums}
    return [
        Gain(
            title=result.title,
            minutes=min(result.have, result.need) - min(had[result.id], result.need),
            have=result.have,
            need=result.need,
        )
        for result in after.minimums
        if result.applies
        and result.unit == "minutes"
        and result.need is not None
        and result.have > had[result.id]
    ]


def _facts(pack: Pack, license_: License, cycle: RenewalCycle) -> Facts:
    return Facts(person=license_facts(license_, cycle if pack.cycle else None))


def credit_row(credit: Credit) -> Row:
    """A credit as an entry of the ledger."""
    is_discipline = credit.kind == "discipline"
    return {
        "id": credit.id,
        "day": credit.completed_on,
        "minutes": credit.minutes,
        "activity": "course" if is_discipline else credit.kind,
        "credit_kind": "discipline" if is_discipline else None,
        "topic": tuple(credit.topics),
        "delivery": credit.delivery,
        "approval": credit.approval_body,
        "course": credit.course_key or None,
    }


def _course_row(course: CourseOffer, body: str, day: date) -> Row:
    return {
        "id": THIS_COURSE,
        "day": day,
        "minutes": course.minutes,
        "activity": "course",
        "topic": course.topics,
        "delivery": course.delivery,
        "approval": body,
        "course": course.course_key,
    }


def _granted(situation: Situation) -> Iterator[GrantedHours]:
    """The hours that the rules credit without entries, and whether they are given to this license."""
    words = {YES: "yes", NO: "no"}
    for grant in situation.version.grants:
        answer = words.get(int(situation.person_answers(grant.when)[0]), "cannot_tell")
        hours = (
            situation.person_facts(grant.add_hours_of.removeprefix("person."))[0]
            if grant.add_hours_of
            else None
        )
        told = hours if isinstance(hours, int) else None
        minutes = grant.add.amount if grant.add else grant.worth(told or 0)
        yield GrantedHours(grant, answer, told, minutes if answer == "yes" else 0)


def _counted(
    situation: Situation | None, assessment: Assessment, credits_: Sequence[Credit]
) -> tuple[CountedCredit, ...]:
    helps = [] if situation is None else _helps(situation, assessment)
    version = None if situation is None else situation.version
    admitting = (
        {rule.id for rule in (*version.gates, *version.sessions, *version.conversions)} if version else set()
    )
    counted = []
    for place, credit in enumerate(credits_):
        entry = assessment.entries[credit.id]
        refused = sum(cut.minutes for cut in entry.cuts if cut.rule in admitting)
        admitted = entry.logged + entry.granted - entry.undetermined - refused
        toward = [
            (rule.title, minutes)
            for rule, members in helps
            if members[place] and (minutes := admitted if rule.counting == "admitted" else entry.credited)
        ]
        findings = [CreditFinding("lost", cut.sentence) for cut in entry.cuts]
        findings += [CreditFinding("cannot_tell", reason.sentence) for reason in entry.reasons]
        counted.append(
            CountedCredit(credit, entry.credited, entry.undetermined, tuple(toward), tuple(findings))
        )
    return tuple(counted)


def _helps(situation: Situation, assessment: Assessment) -> list[tuple[Requirement, Sequence[bool]]]:
    """For each requirement that applies and that credit can fill, which credits belong to it."""
    applies = {result.id for result in assessment.minimums if result.applies}
    return [
        (rule, situation.holds(rule.of).tolist())
        for rule in situation.version.requirements
        if rule.id in applies and rule.confirmed is None and not rule.any_of
    ]


def _hours(minutes: int) -> str:
    return "1.0 hour" if minutes == 60 else f"{hours_text(minutes)} hours"
