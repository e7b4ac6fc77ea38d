"""The demo cast: people with believable lives in Ceu, made by the same services that pages use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Organization, Person
from ceu.accounts.organization_services import (
    accept_invitation as join_organization,
    create_organization,
    invite_member,
)
from ceu.accounts.queries import find_person_by_email
from ceu.accounts.services import confirm_email, register
from ceu.adapters.course_packages import pack, take_in
from ceu.adapters.courses import CourseContent, FolderOfFiles
from ceu.adapters.outside import Outside
from ceu.authoring.checklist import CHECKLIST
from ceu.authoring.queries import find_draft
from ceu.authoring.services import (
    Opinion,
    begin_draft,
    publish_draft,
    review_draft,
    save_draft,
    submit_draft,
    whole_course,
)
from ceu.catalog.models import CourseVersion
from ceu.catalog.package_services import add_package
from ceu.catalog.publishing import proposed_minutes
from ceu.catalog.services import keep_file
from ceu.db.events import Handlers, deliver
from ceu.demo.events import hold_workshops
from ceu.demo.weeks import SECOND_SETTING_FROM, WEEKS, first_monday, planned_weeks
from ceu.domain.credit import LIVE
from ceu.domain.dates import local_date, week_of
from ceu.domain.experience import Activity
from ceu.domain.permissions import Role
from ceu.domain.principal import Principal
from ceu.experience.asked import Answers
from ceu.experience.checks import LicenseFacts, SettingFacts
from ceu.experience.models import WeekSheet, WorkSetting
from ceu.experience.queries import list_given_supervisions
from ceu.experience.records import digest
from ceu.experience.services import (
    Shown,
    accept_invitation,
    add_setting,
    body_of,
    invite_supervisor,
    log_experience,
    return_for_correction,
    sign_off,
    submit_week,
)
from ceu.learning.evaluations import form_items
from ceu.learning.models import Attempt, Enrollment
from ceu.learning.queries import get_test
from ceu.learning.services import enroll, mark_read, start_attempt, submit_attempt, submit_evaluation
from ceu.licenses.services import LicenseDetails, add_license, choose_goal, record_credit, record_facts
from ceu.programs.outlook import Scope
from ceu.programs.services import CohortFacts, add_cohort, offer_seats, refresh, share_log
from ceu.providers.models import Provider
from ceu.providers.services import add_approval, save_provider
from ceu.questions.grading import best_answer
from ceu.rules.facts import Fact
from ceu.settings import ROOT
from ceu.supervising.given_services import Meeting, Present, plan_session, record_session

PASSWORD = "paper ink and green"
TIME_ZONE = "America/Los_Angeles"
EXPERIENCE, CE = "us-ca/lmft", "us-ca/lmft-ce"

SUPERVISOR_ANSWERS: dict[str, Fact] = {
    "ca_practiced_recently": True,
    "ca_restricted": (),
    "ca_trained": True,
    "ca_video_suits": True,
}
"""What the supervisors say of themselves when the rules of the LMFT ask."""

HARBOR = "Harbor Institute"

PRACTICE = ROOT / "ceu" / "demo" / "practice"
PRACTICE_LESSON = "lessons/08-practice-once-or-every-time.md"
PRACTICED = "telehealth-law-and-ethics-california"

SIGNED_UNTIL = WEEKS - 7
"""Weeks before this one are signed; the ones after it wait, one is returned, and the current one is a draft."""


@dataclass(frozen=True)
class Member:
    """One of the cast, and the part they play."""

    email: str
    name: str
    part: str


ALICE = Member("alice@example.org", "Alice Romero", "associate MFT with 18 months of weeks in two settings")
DANA = Member(
    "dana@example.org", "Dana Whitfield", "LMFT, supervises Alice at Bayview Clinic; weeks wait for her"
)
SAM = Member("sam@example.org", "Sam Okafor", "LCSW, supervises Alice at Northside School")
CAROL = Member(
    "carol@example.org",
    "Carol Nguyen",
    "LMFT who renews next spring, has earned part of her CE, and begins a course whose last lesson plays a package",
)
ERIN = Member(
    "erin@example.org",
    "Erin Castillo",
    "administrator of Harbor Institute: publishes its courses and sees who of its cohort is on track",
)
IVY = Member("ivy@example.org", "Ivy Marsh", "author at Harbor Institute, whose draft became its course")
NOAH = Member("noah@example.org", "Noah Beck", "reviewer at Harbor Institute, who approved Ivy's draft")
CAST: tuple[Member, ...] = (ALICE, DANA, SAM, CAROL, ERIN, IVY, NOAH)
STAFF = (ERIN, IVY, NOAH)
MAYA = Member("maya@example.org", "Maya Lindqvist", "trains with Alice, few hours a week")
THEO = Member("theo@example.org", "Theo Brandt", "trains with Alice, began a month ago")
FELLOWS: tuple[Member, ...] = (MAYA, THEO)
"""The others of Alice's cohort, with the same password."""


def is_empty(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return session.scalar(select(Person.id).limit(1)) is None


def load_demo(session: Session, outside: Outside, handlers: Handlers) -> None:
    """Fill an empty site with the cast; everything is dated relative to the adapters' clock."""
    Stage(session, outside, handlers).play()


class Stage:
    """The loading of the cast: holds the session and the adapters, and lets time pass."""

    def __init__(self, session: Session, outside: Outside, handlers: Handlers) -> None:
        self.session, self.outside, self.handlers = session, outside, handlers
        self.now = outside.clock.now()
        self.today = local_date(self.now, TIME_ZONE)
        self.begins = first_monday(self.today)

    def play(self) -> None:
        """Everybody's life so far."""
        self.publish()
        people = {member: self._person(member) for member in (*CAST, *FELLOWS) if member not in STAFF}
        self._carol(people[CAROL])
        self._alice(people[ALICE], people[DANA], people[SAM])
        self._license(people[DANA], "61042", issued_years=9, expires_in=200, supervises=True)
        self._completes_every_course(people[DANA], _evening(self.today - timedelta(days=12)))
        for version in self._courses():
            self._passes(people[SAM], version, _evening(self.today - timedelta(days=2)))
            self._begins_the_test(people[ALICE], version, _evening(self.today - timedelta(days=1)))
        self._workshops(people)
        enroll(self.session, self.now, people[CAROL].id, self.publish_practice())
        self._trains(people[MAYA], people[DANA], weeks=30, signed=28)
        self._trains(people[THEO], people[DANA], weeks=5, signed=0)
        self._happened(self.now)
        self._cohort(
            {
                ALICE: (people[ALICE], Scope.WEEKS),
                MAYA: (people[MAYA], Scope.TOTALS),
                THEO: (people[THEO], Scope.WEEKS),
            }
        )

    def _workshops(self, people: Mapping[Member, Person]) -> None:
        live = self.session.scalars(select(CourseVersion).where(CourseVersion.delivery.in_(LIVE))).one()
        staff = find_person_by_email(self.session, ERIN.email)
        assert staff
        hold_workshops(
            self.session,
            self.now,
            live,
            staff,
            in_room=[people[DANA], people[ALICE]],
            online=[people[SAM], people[CAROL]],
            time_zone=TIME_ZONE,
        )

    def publish(self) -> None:
        """Erin founds Harbor Institute; Ivy drafts every course of the shelf, Noah reviews it, and Erin publishes it."""
        erin, ivy, noah = map(self._person, STAFF)
        provider = self._harbor_institute(erin, {ivy: Role.AUTHOR, noah: Role.REVIEWER})
        for slug in self.outside.shelf.list():
            content = take_in(
                self.outside.shelf.files(slug), partial(keep_file, self.session, self.outside.files)
            )
            self._publish(content, provider, days=60, author=ivy, reviewer=noah, publisher=erin)

    def publish_practice(self) -> CourseVersion:
        """The next version of the telehealth course, a day old: one lesson more, which plays a package."""
        ivy, noah, erin = (find_person_by_email(self.session, one.email) for one in (IVY, NOAH, ERIN))
        assert ivy
        assert noah
        assert erin
        files = FolderOfFiles(PRACTICE)
        (provider,) = self.session.scalars(select(Provider))
        kept = self.outside.content.put(pack(FolderOfFiles(PRACTICE / "package")))
        add_package(self.session, _evening(self.today - timedelta(days=2)), provider, kept, ivy.id)
        content = take_in(
            self.outside.shelf.files(PRACTICED),
            partial(keep_file, self.session, self.outside.files),
        )
        content.lessons[PRACTICE_LESSON] = files.read("lesson.md").decode()
        content.course["lessons"].append(
            {
                "title": "Practice: once, or every time?",
                "file": PRACTICE_LESSON,
                "package": kept.sha256,
                "done_when": "passed",
            }
        )
        content.course["version"] = "1.2.0"
        return self._publish(content, provider, days=1, author=ivy, reviewer=noah, publisher=erin)

    def _happened(self, when: datetime) -> None:
        deliver(self.session, self.handlers, when, self.outside)

    def _person(self, member: Member) -> Person:
        when = _evening(self.begins - timedelta(days=30))
        _, token = register(
            self.session, when, email=member.email, name=member.name, password=PASSWORD, time_zone=TIME_ZONE
        )
        return confirm_email(self.session, when, token)

    # -- a training organization and its course ----------------------------------------------------------------------

    def _harbor_institute(self, erin: Person, staff: Mapping[Person, Role]) -> Provider:
        when = _evening(self.begins)
        organization = create_organization(self.session, when, erin.id, HARBOR)
        for person, role in staff.items():
            _, token = invite_member(self.session, when, organization, person.email, role)
            principal = Principal(person.id, person.name, person.email, TIME_ZONE)
            join_organization(self.session, when, principal, token)
        provider = save_provider(
            self.session,
            organization.id,
            legal_name="Harbor Institute for Clinical Training (demonstration)",
            address="1 Example Wharf, Oakland, CA 94607",
            phone="+1 510 555 0100",
            email="ce@example.org",
            designee_name="Erin Castillo, LMFT",
            designee_title="CE Director",
        )
        self._approvals(provider)
        return provider

    def _publish(
        self,
        content: CourseContent,
        provider: Provider,
        *,
        days: int,
        author: Person,
        reviewer: Person,
        publisher: Person,
    ) -> CourseVersion:
        """Put a course on offer so many days ago; it was written and reviewed in the weeks before."""
        begun, reviewed, published = (
            _evening(self.today - timedelta(days=days + before)) for before in (15, 3, 0)
        )
        draft = find_draft(self.session, provider.id, content.course["id"])
        if draft is None:
            draft = begin_draft(self.session, begun, provider, author.id, "", content)
        else:
            save_draft(self.session, begun, draft, author.id, lambda before: content)
        submit_draft(self.session, begun, draft, author.id)
        opinion = Opinion(
            qualification="Plays the qualified reviewer of a provider. Demonstration only: nobody stands behind it.",
            disclosure="None.",
            answers=[{"item": item, "yes": True, "remark": ""} for item in CHECKLIST],
            difficulty=Fraction(3),
            comment="",
            approved=True,
        )
        review_draft(self.session, reviewed, draft, reviewer.id, draft.revision, opinion)
        source, bodies = whole_course(draft), [approval.body for approval in provider.approvals]
        minutes = proposed_minutes(source.words, bodies, source.seconds, source.outline.instruction_minutes)
        return publish_draft(self.session, published, draft, publisher.id, minutes, [])

    def _approvals(self, provider: Provider) -> None:
        year = self.today.year
        for body, number in (("CAMFT", "DEMO-0001"), ("NBCC", "DEMO-0002")):
            add_approval(
                self.session,
                provider,
                body=body,
                number=number,
                valid_from=date(year - 2, 1, 1),
                valid_to=date(year + 1, 12, 31),
                statement=f"Demonstration only: no {body} approval stands behind this site. Enter your own here.",
            )

    # -- a clinician -------------------------------------------------------------------------------------------------

    def _carol(self, carol: Person) -> None:
        self._license(carol, "84210", issued_years=5, expires_in=150)
        for days_ago, title, hours, topics in (
            (400, "Trauma-informed assessment", 6, ()),
            (310, "Couples in conflict", 8, ("couples_families",)),
            (120, "Assessing suicide risk", 6, ("suicide_risk",)),
        ):
            record_credit(
                self.session,
                self.now,
                person_id=carol.id,
                kind="course",
                course_key=title.lower(),
                title=title,
                provider_name="Redwood Continuing Education",
                completed_on=self.today - timedelta(days=days_ago),
                minutes=hours * 60,
                topics=topics,
                delivery="in_person",
                approval_body="CAMFT",
                certificate_number=None,
            )

    def _license(
        self, person: Person, number: str, *, issued_years: int, expires_in: int, supervises: bool = False
    ) -> None:
        expires = self.today + timedelta(days=expires_in)
        details = LicenseDetails(
            number=number,
            issued_on=expires - timedelta(days=365 * issued_years),
            expires_on=expires,
            supervises=supervises,
        )
        add_license(self.session, self.now, person.id, self.outside.packs.get(CE), details)

    def _completes_every_course(self, person: Person, when: datetime) -> None:
        for version in self._courses():
            enrollment = self._passes(person, version, when)
            items = form_items(version.outline)
            submit_evaluation(
                self.session, when, enrollment, {item.id: item.offered[0] for item in items if item.offered}
            )
        self._happened(when)

    def _passes(self, person: Person, version: CourseVersion, when: datetime) -> Enrollment:
        enrollment, attempt = self._begins_the_test(person, version, when)
        right = {question.id: best_answer(question) for question in get_test(version).asked(attempt.shown)}
        submit_attempt(self.session, when, attempt, right)
        return enrollment

    def _begins_the_test(
        self, person: Person, version: CourseVersion, when: datetime
    ) -> tuple[Enrollment, Attempt]:
        enrollment = enroll(self.session, when, person.id, version)
        for lesson in version.lessons:
            mark_read(self.session, when, enrollment, lesson)
        return enrollment, start_attempt(self.session, when, enrollment)

    def _courses(self) -> Sequence[CourseVersion]:
        """What is on offer to be taken at any time."""
        at_any_time = select(CourseVersion).where(CourseVersion.delivery.not_in(LIVE))
        return self.session.scalars(at_any_time.order_by(CourseVersion.id)).all()

    # -- a trainee and her supervisors -------------------------------------------------------------------------------

    def _alice(self, alice: Person, dana: Person, sam: Person) -> None:
        self._associate(alice, self.begins)
        places = {
            "clinic": self._place(alice, dana, "Bayview Clinic", "nonprofit", "LMFT", "61042", self.begins),
            "school": self._place(
                alice, sam, "Northside School", "school", "LCSW", "90518",
                self.begins + timedelta(weeks=SECOND_SETTING_FROM),
            ),
        }  # fmt: skip
        self._log(alice, places)
        self._sign(alice, dana, sam)
        self._meets(alice, dana)
        self._happened(self.now)

    def _associate(self, person: Person, begins: date) -> None:
        """Somebody on the way to the LMFT, whose first hours come right after the degree."""
        degree, registered = begins - timedelta(days=24), begins + timedelta(days=52)
        choose_goal(self.session, _evening(begins), person.id, self.outside.packs.get(EXPERIENCE))
        record_facts(
            self.session,
            self.now,
            person.id,
            {
                "graduate_units_completed_on": degree - timedelta(days=500),
                "degree_awarded_on": degree,
                "registration_applied_on": degree + timedelta(days=21),
                "registered_on": registered,
                "registration_expires_on": _end_of_month(registered, years=2),
                "registration_number_ordinal": 1,
            },
        )

    def _place(
        self,
        alice: Person,
        supervisor: Person,
        name: str,
        kind: str,
        license_type: str,
        number: str,
        begins: date,
    ) -> WorkSetting:
        when = _evening(begins)
        facts = SettingFacts(
            name=name,
            kind=kind,
            employment="employee",
            began_on=begins,
        )
        live_scan: dict[str, Fact] = {"live_scan_required": True, "live_scan_on": begins - timedelta(days=10)}
        setting = add_setting(
            self.session, when, person_id=alice.id, facts=facts, answers=Answers(facts=live_scan)
        )
        supervision, _ = invite_supervisor(self.session, when, setting, supervisor.name, supervisor.email)
        license_facts = LicenseFacts(
            license_type, number, self.begins - timedelta(days=365 * 8), self.today + timedelta(days=200)
        )
        accept_invitation(
            self.session,
            when,
            supervision,
            supervisor=supervisor,
            license_facts=license_facts,
            related=False,
            answers=Answers(facts=SUPERVISOR_ANSWERS),
        )
        return setting

    def _log(self, alice: Person, places: dict[str, WorkSetting]) -> None:
        for week in planned_weeks(self.today):
            for entry in week:
                log_experience(
                    self.session,
                    _evening(entry.day),
                    person_id=alice.id,
                    setting_id=places[entry.place].id,
                    day=entry.day,
                    minutes=entry.minutes,
                    activity=entry.activity,
                    client_unit=entry.client_unit,
                    delivery=entry.delivery,
                    start_minute=entry.start,
                    head_count=entry.head_count,
                )

    def _sign(self, alice: Person, dana: Person, sam: Person) -> None:
        wanted = (
            select(WeekSheet)
            .where(WeekSheet.person_id == alice.id)
            .order_by(WeekSheet.week_start, WeekSheet.id)
        )
        sheets = list(self.session.scalars(wanted))
        last = self.begins + timedelta(weeks=WEEKS - 1)
        ready = [sheet for sheet in sheets if sheet.week_start < last]
        for sheet in ready:
            submit_week(self.session, _evening(sheet.week_start + timedelta(days=6)), sheet)
        until = self.begins + timedelta(weeks=SIGNED_UNTIL)
        for week in range(0, SIGNED_UNTIL, 4):
            first, end = (
                self.begins + timedelta(weeks=week),
                min(self.begins + timedelta(weeks=week + 4), until),
            )
            for supervisor in (dana, sam):
                self._sign_month(supervisor, [sheet for sheet in ready if first <= sheet.week_start < end])
        returned = next(sheet for sheet in ready if sheet.week_start >= until)
        return_for_correction(
            self.session,
            _evening(returned.week_start + timedelta(days=9)),
            returned,
            "Thursday afternoon was the training day, not three sessions. Please look again.",
        )

    def _meets(self, alice: Person, dana: Person) -> None:
        """Dana enters this morning's session with Alice and somebody whose log is kept elsewhere."""
        supervision = next(
            one for one in list_given_supervisions(self.session, dana.id) if one.trainee_id == alice.id
        )
        meeting = Meeting(self.today, 60, "video", start_minute=7 * 60, others=1)
        present = [Present(supervision, meeting.minutes)]
        planned = plan_session(self.session, self.now, self.today, meeting, present)
        record_session(self.session, self.now, dana.id, meeting, planned)

    def _sign_month(self, supervisor: Person, sheets: Sequence[WeekSheet]) -> None:
        mine = [
            sheet
            for sheet in sheets
            if sheet.supervision and sheet.supervision.supervisor_id == supervisor.id
        ]
        if not mine:
            return
        when = _evening(mine[-1].week_start + timedelta(days=9))
        shown = [Shown(sheet, digest(body_of(sheet))) for sheet in mine]
        sign_off(
            self.session, when, self.outside.keys, signer_id=supervisor.id, shown=shown, password=PASSWORD
        )

    # -- a training program ------------------------------------------------------------------------------------------

    def _trains(self, person: Person, supervisor: Person, *, weeks: int, signed: int) -> None:
        """A trainee with a few sessions and an hour of supervision a week; so many weeks of them are signed."""
        begins = week_of(self.today).first - timedelta(weeks=weeks)
        self._associate(person, begins)
        setting = self._place(person, supervisor, "Bayview Clinic", "nonprofit", "LMFT", "61042", begins)
        for week in range(weeks):
            for day, start, minutes, activity, unit in _FEW_SESSIONS:
                log_experience(
                    self.session,
                    _evening(begins + timedelta(weeks=week, days=day)),
                    person_id=person.id,
                    setting_id=setting.id,
                    day=begins + timedelta(weeks=week, days=day),
                    minutes=minutes,
                    activity=activity,
                    client_unit=unit,
                    start_minute=start,
                )
        wanted = select(WeekSheet).where(WeekSheet.person_id == person.id).order_by(WeekSheet.week_start)
        sheets = list(self.session.scalars(wanted.limit(signed)))
        for sheet in sheets:
            submit_week(self.session, _evening(sheet.week_start + timedelta(days=6)), sheet)
        self._sign_month(supervisor, sheets)

    def _cohort(self, members: Mapping[Member, tuple[Person, Scope]]) -> None:
        """Harbor Institute asks the cohort, and its trainees choose what to share; one has not answered."""
        harbor = self.session.scalars(select(Organization).where(Organization.name == HARBOR)).one()
        ends = self.begins + timedelta(days=3 * 365)
        facts = CohortFacts(f"MFT {self.begins.year}", EXPERIENCE, self.begins, ends)
        cohort = add_cohort(self.session, _evening(self.begins), harbor.id, facts)
        asked = _evening(self.today - timedelta(days=20))
        emails = [*(member.email for member in members), "noor@example.org"]
        offered = offer_seats(self.session, asked, cohort, emails, ends)
        for (seat, _), (person, scope) in zip(offered, members.values(), strict=False):
            share_log(self.session, asked, self.outside.packs, seat, person, scope, self.begins)
            refresh(self.session, self.now, self.outside.packs, seat)


_FEW_SESSIONS: tuple[tuple[int, int, int, Activity, str | None], ...] = (
    (0, 9 * 60, 50, Activity.COUNSELING, "individual"),
    (0, 10 * 60, 50, Activity.COUNSELING, "couple"),
    (1, 9 * 60, 60, Activity.SUPERVISION_INDIVIDUAL, None),
    (1, 11 * 60, 50, Activity.COUNSELING, "family"),
    (3, 14 * 60, 50, Activity.COUNSELING, "child"),
    (3, 16 * 60, 90, Activity.NOTES, None),
)
"""A week of a trainee beside other work: day of the week, start, minutes, activity, client."""


def _evening(day: date) -> datetime:
    """An instant on that day, after work in California."""
    return datetime.combine(day, time(3), UTC) + timedelta(days=1)


def _end_of_month(day: date, *, years: int) -> date:
    first_of_next = date(day.year + years + day.month // 12, day.month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)
