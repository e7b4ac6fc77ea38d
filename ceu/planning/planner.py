"""From a person's licenses, credit and the courses there are to a plan. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ceu.adapters.rulepacks import PackLibrary
from ceu.catalog.models import CourseVersion
from ceu.catalog.offers import course_key, offer_of
from ceu.learning.models import Enrollment
from ceu.licenses.facts import license_facts
from ceu.licenses.models import Credit, License
from ceu.licenses.progress import NO_APPROVAL, LicenseProgress, ce_progress, credit_row
from ceu.providers.queries import approvals_on
from ceu.rules.facts import Facts
from ceu.rules.holding import Holding
from ceu.rules.ledger import Ledger
from ceu.rules.offers import Offer
from ceu.rules.plan import CHEAPEST, Plan, plan
from ceu.rules.program import Aim

AIMS: dict[str, tuple[Aim, ...]] = {"hours": CHEAPEST, "courses": ("price", "courses", "minutes")}
"""What a plan has as little of as it can, by what the person prefers; the price first, where there is one."""
DELIVERIES: dict[str, frozenset[str]] = {
    "live": frozenset({"in_person", "live_online"}),
    "online": frozenset({"live_online", "asynchronous_text", "asynchronous_video"}),
}
"""How courses may be delivered, by what the person chooses; without a choice in any way."""


@dataclass(frozen=True)
class Preferences:
    """What a person wishes of a plan; ``without`` are ids of courses, ``begun`` lets in versions that are offered no more."""

    delivery: str = ""
    prefer: str = "hours"
    begun: bool = True
    without: frozenset[int] = frozenset()

    def allow(self, version: CourseVersion) -> bool:
        """Whether a course may be in the plan."""
        allowed = DELIVERIES.get(self.delivery)
        return (
            version.course_id not in self.without
            and (allowed is None or version.delivery in allowed)
            and (self.begun or version.retired_at is None)
        )


@dataclass(frozen=True)
class Planned:
    """A plan for the licenses whose rules ask something now, and the licenses there is nothing to plan for.

    ``courses`` are all that could be taken, by the key that names them in the plan.
    """

    plan: Plan
    progresses: dict[str, LicenseProgress]
    left_aside: tuple[LicenseProgress, ...]
    courses: dict[str, CourseVersion]


def make_plan(
    packs: PackLibrary,
    licenses: Sequence[License],
    credits_: Sequence[Credit],
    on_offer: Iterable[CourseVersion],
    under_way: Iterable[Enrollment],
    preferences: Preferences,
    today: date,
) -> Planned:
    """Plan for all licenses together, as far as their rules are at hand and the licenses are in force."""
    courses = {version.course_id: version for version in on_offer}
    # Whoever has begun a version finishes that one.
    courses |= {one.version.course_id: one.version for one in under_way}
    allowed = [version for version in courses.values() if preferences.allow(version)]
    progresses = [ce_progress(packs, license_, credits_, today) for license_ in licenses]
    ledger = Ledger.from_rows(credit_row(credit) for credit in credits_)
    holdings = {str(one.license.id): one for one in progresses if _can_be_planned(one, today)}
    found = plan(
        list(_holdings(holdings.values(), ledger)),
        [_offer(version, today) for version in allowed],
        today,
        AIMS[preferences.prefer],
    )
    return Planned(
        plan=found,
        progresses=holdings,
        left_aside=tuple(one for one in progresses if str(one.license.id) not in holdings),
        courses={course_key(course_id): version for course_id, version in courses.items()},
    )


def _can_be_planned(progress: LicenseProgress, today: date) -> bool:
    """Whether a course taken now can still count for this renewal, by rules that are at hand and ask something."""
    in_force = progress.license.expires_on >= today and progress.cycle.ends >= today
    return in_force and bool(progress.asked)


def _holdings(progresses: Iterable[LicenseProgress], ledger: Ledger) -> Iterator[Holding]:
    for progress in progresses:
        if progress.pack and progress.assessment:
            cycle = progress.cycle if progress.pack.cycle else None
            yield Holding(
                key=str(progress.license.id),
                pack=progress.pack,
                ledger=ledger,
                facts=Facts(person=license_facts(progress.license, cycle)),
                due=progress.cycle.ends,
                policies={policy.id: policy.option for policy in progress.assessment.policies},
            )


def _offer(version: CourseVersion, today: date) -> Offer:
    """A course in the words of the rules. The catalog has no prices, so a plan asks for the fewest hours or courses."""
    offer = offer_of(version, approvals_on(version.course.provider, today))
    return Offer(
        key=offer.course_key,
        minutes=offer.minutes,
        topics=offer.topics,
        delivery=offer.delivery,
        bodies=offer.approval_bodies or (NO_APPROVAL,),
    )
