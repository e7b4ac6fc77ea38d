"""Courses whose first lesson plays a package, and learners in them."""

from io import BytesIO

from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.content_store import ContentStore
from ceu.catalog.models import CourseVersion
from ceu.catalog.package_services import add_package
from ceu.catalog.queries import list_lessons
from ceu.domain.permissions import Role
from ceu.learning.models import Enrollment
from ceu.learning.services import enroll
from ceu.packages.models import PackageLaunch
from ceu.packages.queries import package_of
from ceu.packages.services import open_part
from tests.catalog.builders import make_provider, make_version
from tests.factories import FROZEN_NOW


def make_packed_version(
    session: Session, content: ContentStore, author: Person, package: BytesIO, done_when: str = "completed"
) -> CourseVersion:
    """A published course of two lessons, the first of which plays the package."""
    provider = make_provider(session, (author, Role.CE_DIRECTOR))
    kept = content.put(package)
    add_package(session, FROZEN_NOW, provider, kept, author.id)
    lessons = [
        {"title": "Hearing", "file": "lessons/01-hearing.md", "package": kept.sha256, "done_when": done_when},
        {"title": "Waiting", "file": "lessons/02-waiting.md"},
    ]
    return make_version(session, provider, lessons=lessons)


def make_learner(session: Session, person: Person, version: CourseVersion) -> Enrollment:
    """Someone who has just enrolled."""
    return enroll(session, FROZEN_NOW, person.id, version)


def make_launch(session: Session, enrollment: Enrollment, item: str = "hear") -> PackageLaunch:
    """A part that is open."""
    lesson = list_lessons(session, enrollment.version_id)[0]
    return open_part(session, FROZEN_NOW, enrollment, lesson, package_of(session, enrollment, lesson), item)
