"""The visible tables: which rooms have doors, who hears which event, and what stands in the navigation."""

from dataclasses import dataclass

from flask import Blueprint, url_for

from ceu.accounts.views import accounts
from ceu.catalog.views import catalog
from ceu.certificates.handlers import issue_on_completion
from ceu.certificates.views import certificates
from ceu.dashboard.views import dashboard
from ceu.db.events import Handlers
from ceu.domain.events import CourseCompleted, GoalChanged, LogChanged
from ceu.domain.permissions import Permission
from ceu.domain.principal import Principal
from ceu.experience.handlers import reassess_log
from ceu.experience.requirement_views import requirements
from ceu.experience.supervision_views import supervision
from ceu.experience.views import experience
from ceu.learning.views import learning
from ceu.licenses.views import licenses
from ceu.providers.views import providers

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts,
    licenses,
    providers,
    catalog,
    learning,
    certificates,
    experience,
    requirements,
    supervision,
    dashboard,
)

HANDLERS: Handlers = {
    GoalChanged: (reassess_log,),
    LogChanged: (reassess_log,),
    CourseCompleted: (issue_on_completion,),
}


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool
    badge: str | None = None


def navigation_for(principal: Principal | None, blueprint: str | None) -> list[NavigationItem]:
    """The rooms this person can go to; the one they are in is current."""
    if principal is None:
        places = [("Courses", "catalog.course_list", "catalog")]
    else:
        places = [
            ("Home", "dashboard.home", "dashboard"),
            ("Hours", "experience.log", "experience requirements"),
            ("Supervision", "supervision.queue", "supervision"),
            ("Courses", "catalog.course_list", "catalog learning"),
            ("Licenses", "licenses.license_list", "licenses certificates"),
        ]
        if principal.may(Permission.PUBLISH_COURSES):
            places.append(("Provider", "providers.overview", "providers"))
    return [NavigationItem(label, url_for(name), blueprint in rooms.split()) for label, name, rooms in places]


def account_navigation_for(principal: Principal | None, endpoint: str | None) -> list[NavigationItem]:
    """What a person's own menu holds."""
    if principal is None:
        return []
    places = (
        ("Profile and sign-in", "accounts.profile"),
        ("Organizations", "accounts.organization_list"),
        ("Certificates", "certificates.certificate_list"),
    )
    return [NavigationItem(label, url_for(name), name == endpoint) for label, name in places]
