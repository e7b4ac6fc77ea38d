"""Carol with the practice of the demo open: a page that only a button leads to."""

from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.catalog.models import CourseVersion
from ceu.catalog.queries import list_lessons
from ceu.learning.models import Enrollment
from ceu.packages.queries import package_of
from ceu.packages.services import open_part


def open_practice(session: Session, now: datetime, carol: Person) -> list[str]:
    """Open the package of the lesson that has one; return the pages around it."""
    enrollment = session.scalars(
        select(Enrollment)
        .join(Enrollment.version)
        .where(Enrollment.person_id == carol.id)
        .order_by(CourseVersion.number.desc())
    ).first()
    assert enrollment
    lesson = next(one for one in list_lessons(session, enrollment.version_id) if one.package)
    package = package_of(session, enrollment, lesson)
    launch = open_part(session, now, enrollment, lesson, package, package.manifest["items"][0]["id"])
    return [
        url_for(endpoint, launch_id=launch.id, _external=False)
        for endpoint in ("packages.play", "packages.told")
    ]
