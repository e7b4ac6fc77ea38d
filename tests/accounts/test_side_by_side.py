"""What people do at the same moment, with real requests on a real file."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from ceu.accounts import organization_services as members, services
from ceu.accounts.models import Membership, Person
from ceu.adapters.addresses import MemoryFetcher
from ceu.adapters.clock import FrozenClock
from ceu.adapters.content_store import ContentStore
from ceu.adapters.courses import CourseShelf
from ceu.adapters.documents import MemoryPrinter
from ceu.adapters.files import MemoryFiles
from ceu.adapters.keys import SiteKeys
from ceu.adapters.lrs import Lrs
from ceu.adapters.mail import MemoryMailer
from ceu.adapters.outside import Outside
from ceu.adapters.platforms import Platforms
from ceu.adapters.pseudonyms import Pseudonyms
from ceu.adapters.rulecases import CaseLibrary
from ceu.adapters.rulepacks import PackLibrary
from ceu.adapters.tool_keys import ToolKeys
from ceu.app import create_app
from ceu.db.base import Base
from ceu.db.extension import db
from ceu.domain.permissions import Role
from ceu.settings import ROOT, Settings
from tests.factories import FROZEN_NOW, PASSWORD, make_organization, make_person

ANSWERS = {
    "name": "Erin Example",
    "email": "erin@example.org",
    "password": "seven quiet limestone quarries",
    "time_zone": "America/New_York",
}


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Flask]:
    """The whole site on a file of its own, where every request has a session of its own."""
    settings = Settings(
        folder=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'ceu.db'}",
        mail_url=f"folder:{tmp_path}",
        site_url="http://localhost",
        secret_key="a secret for tests, of no use elsewhere",
    )
    clock, fetcher = FrozenClock(FROZEN_NOW), MemoryFetcher()
    outside = Outside(
        clock=clock,
        mailer=MemoryMailer(),
        printer=MemoryPrinter(),
        keys=SiteKeys(tmp_path / "keys"),
        packs=PackLibrary(ROOT / "ceu" / "rulepacks"),
        cases=CaseLibrary(ROOT / "tests" / "rulepacks"),
        shelf=CourseShelf(ROOT / "courses"),
        pseudonyms=Pseudonyms("a secret for tests, of no use elsewhere"),
        fetcher=fetcher,
        files=MemoryFiles(),
        content=ContentStore(tmp_path / "packages"),
        lrs=Lrs("http://localhost"),
        platforms=Platforms(fetcher, ToolKeys(tmp_path / "keys" / "lti"), clock),
    )
    site = create_app(settings, outside)
    site.config.update(WTF_CSRF_ENABLED=False)
    with site.app_context():
        Base.metadata.create_all(db.engine)
    yield site
    with site.app_context():
        db.engine.dispose()


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Act so many times at the same moment, each in a thread of its own."""
    barrier = threading.Barrier(count)

    def run(number: int) -> Any:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def test_one_address_registered_four_times_is_one_account(own_site: Flask) -> None:
    answers = at_once(4, lambda _: own_site.test_client().post("/register", data=ANSWERS))
    assert {(answer.status_code, answer.location, answer.data) for answer in answers} == {
        (302, "/check-mail", answers[0].data)
    }
    with own_site.app_context():
        assert db.session.scalars(select(Person.email)).all() == ["erin@example.org"]
    assert [message.to for message in own_site.extensions["ceu.outside"].mailer.sent] == [
        "erin@example.org"
    ] * 4


def test_a_link_used_twice_at_once_works_once(own_site: Flask) -> None:
    with own_site.app_context():
        make_person(db.session())
        _, token = services.request_password_reset(db.session(), FROZEN_NOW, "alice@example.org")
        db.session.commit()
    answers = {"new_password": "seven quiet limestone quarries"}
    statuses = at_once(
        4, lambda _: own_site.test_client().post(f"/reset-password/{token}", data=answers).status_code
    )
    assert statuses.count(302) == 1
    assert set(statuses) <= {302, 410, 422}


def test_guessing_side_by_side_is_counted(own_site: Flask) -> None:
    with own_site.app_context():
        make_person(db.session())
        db.session.commit()
    answers = {"email": "alice@example.org", "password": "wrong"}
    statuses = at_once(12, lambda _: own_site.test_client().post("/sign-in", data=answers).status_code)
    assert set(statuses) == {422, 429}
    assert 5 <= statuses.count(422) <= 8
    right = {"email": "alice@example.org", "password": PASSWORD}
    assert own_site.test_client().post("/sign-in", data=right).status_code == 429


def test_two_administrators_who_leave_at_once_do_not_both_go(own_site: Flask) -> None:
    with own_site.app_context():
        people = [make_person(db.session(), name) for name in ("alice", "bob")]
        organization = make_organization(db.session(), *((person, Role.ADMINISTRATOR) for person in people))
        keys = [services.open_session(db.session(), person, FROZEN_NOW, "tests") for person in people]
        url = f"/organizations/{organization.id}/leave"
        db.session.commit()

    def leave(number: int) -> str:
        client = own_site.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = keys[number]
        return client.post(url).location or ""

    assert sorted(at_once(2, leave)) == ["/organizations", url.removesuffix("/leave")]
    with own_site.app_context():
        assert db.session.scalars(select(Membership.role)).all() == [Role.ADMINISTRATOR]


def test_an_invitation_accepted_twice_at_once_makes_one_member(own_site: Flask) -> None:
    with own_site.app_context():
        bob = make_person(db.session(), "bob")
        organization = make_organization(db.session())
        _, token = members.invite_member(db.session(), FROZEN_NOW, organization, bob.email, Role.MEMBER)
        key = services.open_session(db.session(), bob, FROZEN_NOW, "tests")
        db.session.commit()

    def accept(number: int) -> int:
        client = own_site.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = key
        return client.post(f"/invitations/{token}").status_code

    statuses = at_once(4, accept)
    assert statuses.count(302) == 1
    assert set(statuses) <= {302, 410, 422}
    with own_site.app_context():
        assert len(db.session.scalars(select(Membership)).all()) == 1
