"""The visible tables: which rooms have doors, who hears which event, and what stands in the navigation."""

from dataclasses import dataclass

from flask import Blueprint, url_for

from ceu.accounts.views import accounts
from ceu.authoring.editor_views import editor
from ceu.authoring.question_views import test_editor
from ceu.authoring.views import authoring
from ceu.catalog.package_views import content_packages
from ceu.catalog.views import catalog
from ceu.certificates.handlers import issue_on_completion
from ceu.certificates.views import certificates
from ceu.dashboard.views import dashboard
from ceu.db.events import Handlers
from ceu.domain.events import (
    AttemptScored,
    CourseCompleted,
    GoalChanged,
    LessonRead,
    LogChanged,
    MembershipChanged,
    PackageAbandoned,
    PackageOpened,
    PackageSatisfied,
    PackageTold,
)
from ceu.domain.permissions import Permission
from ceu.domain.principal import Principal
from ceu.experience.day_views import days
from ceu.experience.handlers import follow_goals
from ceu.experience.own_views import own
from ceu.experience.views import experience
from ceu.experience.week_views import week_starts
from ceu.exporting.board_form_views import forms
from ceu.exporting.views import exports
from ceu.importing.views import imports
from ceu.learning.analysis_views import analysis
from ceu.learning.evaluation_views import evaluations
from ceu.learning.reader_views import reader
from ceu.learning.views import learning
from ceu.licenses.handlers import follow_organizations
from ceu.licenses.organization_views import readings
from ceu.licenses.rule_views import rules
from ceu.licenses.views import licenses
from ceu.live.manage_views import events
from ceu.live.report_views import reports
from ceu.live.views import live
from ceu.lti.handlers import owe_grade
from ceu.lti.link_views import links
from ceu.lti.platform_views import platforms
from ceu.lti.public_views import launches
from ceu.packages.frame_views import frames
from ceu.packages.views import packages
from ceu.planning.views import planning
from ceu.programs.handlers import note_changed_log
from ceu.programs.sharing_views import sharing
from ceu.programs.views import programs
from ceu.providers.views import providers
from ceu.requirements.change_views import changes
from ceu.requirements.elsewhere_views import elsewhere
from ceu.requirements.forecast_views import forecasts
from ceu.requirements.handlers import reassess_log
from ceu.requirements.views import requirements
from ceu.signoff.attest_views import attestations
from ceu.signoff.backlog_views import backlogs
from ceu.signoff.supervision_views import supervision
from ceu.signoff.transfer_views import transfers
from ceu.signoff.views import signatures
from ceu.statements.handlers import (
    say_attempt_scored,
    say_course_completed,
    say_lesson_read,
    say_package_abandoned,
    say_package_opened,
    say_package_satisfied,
    say_package_told,
)
from ceu.statements.views import statements
from ceu.statements.xapi_views import xapi
from ceu.supervising.agreement_views import agreements
from ceu.supervising.caseload_views import caseload
from ceu.supervising.given_views import given

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts,
    licenses,
    readings,
    rules,
    providers,
    catalog,
    authoring,
    editor,
    test_editor,
    content_packages,
    learning,
    packages,
    frames,
    reader,
    statements,
    xapi,
    analysis,
    evaluations,
    certificates,
    experience,
    imports,
    requirements,
    forecasts,
    elsewhere,
    changes,
    own,
    days,
    week_starts,
    live,
    events,
    reports,
    planning,
    supervision,
    given,
    caseload,
    agreements,
    exports,
    forms,
    signatures,
    transfers,
    programs,
    sharing,
    attestations,
    backlogs,
    platforms,
    launches,
    links,
    dashboard,
)

CALLED_FROM_ELSEWHERE: tuple[Blueprint, ...] = (launches, xapi, frames)
"""What other sites, and packages in their frames, may post to: each request proves itself by what it carries, for it comes
without our cookies.
"""

HANDLERS: Handlers = {
    MembershipChanged: (follow_organizations,),
    GoalChanged: (follow_goals, reassess_log, note_changed_log),
    LogChanged: (reassess_log, note_changed_log),
    AttemptScored: (owe_grade, say_attempt_scored),
    CourseCompleted: (issue_on_completion, owe_grade, say_course_completed),
    LessonRead: (say_lesson_read,),
    PackageOpened: (say_package_opened,),
    PackageTold: (say_package_told,),
    PackageAbandoned: (say_package_abandoned,),
    PackageSatisfied: (say_package_satisfied,),
}


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool
    badge: str | None = None


@dataclass(frozen=True)
class Section:
    """A part of the site: its places, the first of which is its door, and the blueprints or single pages it covers."""

    label: str
    places: tuple[tuple[str, str], ...]
    covers: frozenset[str]
    permission: Permission | None = None


HOME = Section("Home", (("Home", "dashboard.home"),), frozenset({"dashboard"}))
HOURS = Section(
    "Hours",
    (
        ("This week", "experience.log"),
        ("All weeks", "experience.weeks"),
        ("What counts", "requirements.overview"),
        ("Forecast", "forecasts.overview"),
        ("Settings and supervisors", "experience.setting_list"),
        ("Goals and dates", "licenses.goal_list"),
        ("Files and forms", "exports.overview"),
        ("Who sees my log", "sharing.overview"),
    ),
    frozenset(
        {
            "experience",
            "requirements",
            "exports",
            "forms",
            "imports",
            "forecasts",
            "elsewhere",
            "changes",
            "signatures",
            "licenses.goal_list",
            "transfers.ask",
            "attestations",
            "backlogs",
            "own",
            "days",
            "week_starts",
            "given.received",
            "sharing",
            "agreements.received",
            "licenses.goal",
            "licenses.facts",
        }
    ),
)
SUPERVISION = Section(
    "Supervision",
    (
        ("Waiting for me", "supervision.queue"),
        ("Enter a session", "given.new"),
        ("Supervision given", "given.month"),
        ("Supervisees", "caseload.supervisees"),
        ("Agreements", "agreements.given"),
        ("What I signed", "supervision.signed_list"),
    ),
    frozenset({"supervision", "given", "caseload", "agreements", "transfers"}),
)
COURSES = Section(
    "Courses",
    (
        ("Catalog", "catalog.course_list"),
        ("Live events", "live.event_list"),
        ("My courses", "learning.enrollment_list"),
        ("My certificates", "certificates.certificate_list"),
    ),
    frozenset({"catalog", "learning", "reader", "certificates", "live", "packages", "statements"}),
)
LICENSES = Section(
    "Licenses",
    (("Licenses", "licenses.license_list"), ("Plan courses", "planning.overview")),
    frozenset({"licenses", "planning"}),
)
PROVIDER = Section(
    "Provider",
    (
        ("Profile and approvals", "providers.overview"),
        ("Published courses", "catalog.shelf"),
        ("Events", "events.event_list"),
        ("Completions", "certificates.completion_list"),
    ),
    frozenset(
        {
            "providers",
            "events",
            "reports",
            "catalog.shelf",
            "content_packages",
            "certificates.completion_list",
            "certificates.completion",
        }
    ),
    Permission.PUBLISH_COURSES,
)
AUTHORING = Section(
    "Authoring",
    (("Drafts", "authoring.draft_list"),),
    frozenset({"authoring", "editor", "test_editor"}),
    Permission.SEE_DRAFTS,
)
PROGRAM = Section(
    "Program", (("Cohorts", "programs.cohort_list"),), frozenset({"programs"}), Permission.SEE_COHORT
)
RULES = Section("Rules", (("Rules", "rules.library"),), frozenset({"rules"}))
SECTIONS = (HOME, HOURS, SUPERVISION, COURSES, LICENSES, AUTHORING, PROVIDER, PROGRAM)
VISITOR_SECTIONS = (COURSES, RULES)


def navigation_for(principal: Principal | None, endpoint: str | None) -> list[NavigationItem]:
    """The sections this person can go to; the one they are in is current. The footer has the rules for everyone."""
    here = _section_of(endpoint)
    sections: tuple[Section, ...] = SECTIONS
    if principal is None:
        sections = VISITOR_SECTIONS
    elif principal.only_courses:
        sections = (COURSES,)
    return [
        NavigationItem(section.label, url_for(section.places[0][1]), here is section)
        for section in sections
        if section.permission is None or (principal is not None and principal.may(section.permission))
    ]


def places_for(principal: Principal | None, endpoint: str | None) -> list[NavigationItem]:
    """The places of the section a signed-in person is in, where it has several."""
    section = _section_of(endpoint)
    if principal is None or section is None or len(section.places) < 2:
        return []
    return [NavigationItem(label, url_for(place), place == endpoint) for label, place in section.places]


def _section_of(endpoint: str | None) -> Section | None:
    """The section that covers a page by its own name, else by its blueprint."""
    for name in (endpoint or "", (endpoint or "").partition(".")[0]):
        for section in (*SECTIONS, RULES):
            if name in section.covers:
                return section
    return None


def account_navigation_for(principal: Principal | None, endpoint: str | None) -> list[NavigationItem]:
    """What a person's own menu holds."""
    if principal is None or principal.only_courses:
        return []
    places = (("Profile and sign-in", "accounts.profile"), ("Organizations", "accounts.organization_list"))
    return [NavigationItem(label, url_for(name), name == endpoint) for label, name in places]
