"""A learning platform of the cast: one that may register by itself, and one from which somebody teaches."""

from datetime import timedelta
from urllib.parse import urlencode

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Organization, Person
from ceu.adapters.outside import Outside
from ceu.lti.models import PlatformUser, ResourceLink, Seat
from ceu.lti.platform_services import add_platform
from tests.lti.builders import make_platform


def open_platforms(session: Session, outside: Outside, teacher: Person) -> list[str]:
    """Let a platform open ``teacher``'s account, who teaches there; gives the pages to which only a platform leads."""
    now = outside.clock.now()
    organization = session.scalars(select(Organization)).first()
    assert organization
    waiting = add_platform(session, now, organization.id, "Moodle of Bay College")
    platform = make_platform(session, organization.id)
    user = PlatformUser(
        platform_id=platform.id, sub="1", name=teacher.name, person_id=teacher.id, linked_at=now
    )
    link = ResourceLink(
        platform_id=platform.id, deployment_id="1", resource_link_id="1", context_title="Counseling 101"
    )
    session.add_all([user, link])
    session.flush()
    seat = Seat(link_id=link.id, user_id=user.id, instructor_until=now + timedelta(hours=12))
    session.add(seat)
    session.flush()
    asked = {"openid_configuration": "https://moodle.example.org/configuration", "registration_token": "once"}
    register = url_for("launches.register", public_id=waiting.public_id, _external=False)
    return [
        f"{register}?{urlencode(asked)}",
        url_for("links.course", seat_id=seat.id, _external=False),
        url_for("launches.key_set", _external=False),
    ]
