"""Packages at play: who may open and fetch what, what is kept, and when a lesson is done."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.catalog.queries import list_lessons
from ceu.domain.errors import DomainError
from ceu.learning.models import Enrollment
from ceu.learning.queries import progress_of
from ceu.learning.services import mark_read
from ceu.packages.models import PackageAttempt, PackageLaunch, PackagePart
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW
from tests.packages.builders import make_launch, make_learner, make_packed_version
from tests.packages.samples import PAGE, scorm_12, scorm_12_of_one, scorm_2004


@pytest.fixture
def enrollment(session: Session, outside: Outside, carol: Person, dana: Person) -> Enrollment:
    """Carol in a course whose first lesson plays a SCORM 1.2 package of two parts."""
    return make_learner(session, carol, make_packed_version(session, outside.content, dana, scorm_12()))


def _fetch(client: InspectingClient, address: str, **headers: str) -> Any:
    """What a frame without anybody's cookies gets; packages' pages are not for our inspection."""
    client.session.commit()
    frame = FlaskClient(client.application, client.application.response_class, use_cookies=False)
    return frame.get(address, headers=headers, buffered=True, follow_redirects=True)


def _say(client: InspectingClient, launch: PackageLaunch, **elements: str) -> Any:
    state = json.dumps({f"cmi.core.{name}": value for name, value in elements.items()})
    return client.post(f"/learning/packages/{launch.id}", data={"state": state})


def test_from_the_lesson_to_the_package_and_back(
    client: InspectingClient, enrollment: Enrollment, carol: Person
) -> None:
    client.sign_in(carol)
    lesson = client.get(f"/learning/{enrollment.id}/lessons/1")
    assert "is done when you have finished it there" in lesson.main
    where = f"/learning/{enrollment.id}/lessons/1/package"
    parts = client.get(where)
    assert "Chapter one" in parts.main
    assert "Hearing Not yet opened" in " ".join(parts.main.split())
    opened = client.post(where, data={"item": "hear"})
    page = client.get(opened.location)
    (frame,) = page.tree.iter("iframe")
    assert frame.get("sandbox") == "allow-scripts allow-forms"
    assert frame.get("src", "").endswith("/hear.html?page=1")
    assert (
        f"frame-src {frame.get('src', '').removesuffix('hear.html?page=1')}"
        in page.headers["Content-Security-Policy"]
    )
    assert client.post(where, data={"item": "chapter"}).status_code == 404
    assert client.post(where, data={}).status_code == 422
    assert client.get(f"/learning/{enrollment.id}/lessons/2/package").status_code == 404


def test_what_the_package_says_is_kept_and_the_lesson_is_done_when_every_part_is(
    client: InspectingClient, session: Session, enrollment: Enrollment, carol: Person
) -> None:
    client.sign_in(carol)
    launch = make_launch(session, enrollment)
    first = _say(
        client, launch, lesson_status="incomplete", lesson_location="page 3", session_time="00:10:00"
    )
    assert first.json == {"told": "incomplete", "done": False}
    again = make_launch(session, enrollment)
    said = _say(client, again, lesson_status="completed", **{"score.raw": "85"}, session_time="00:05:00")
    assert said.json == {"told": "completed, passed, 85 %", "done": False}
    parts = client.get(f"/learning/{enrollment.id}/lessons/1/package")
    assert "The package says: completed, passed, 85 %; 15 min spent in it" in parts.main
    assert progress_of(session, enrollment).read_count == 0
    opened = client.post(f"/learning/{enrollment.id}/lessons/1/package", data={"item": "read"})
    assert opened.status_code == 303
    assert progress_of(session, enrollment).read_count == 1
    assert "This lesson is done" in client.get(f"/learning/{enrollment.id}/lessons/1/package").main


def test_nothing_said_later_undoes_a_lesson(
    client: InspectingClient, session: Session, outside: Outside, carol: Person, dana: Person
) -> None:
    version = make_packed_version(session, outside.content, dana, scorm_12_of_one(PAGE), "completed")
    enrollment = make_learner(session, carol, version)
    client.sign_in(carol)
    launch = make_launch(session, enrollment, "i")
    assert _say(client, launch, lesson_status="completed").json["done"] is True
    assert _say(client, launch, lesson_status="incomplete").json == {"told": "incomplete", "done": True}
    assert progress_of(session, enrollment).read_count == 1


def test_a_lesson_with_a_package_cannot_be_marked_read_by_hand(
    client: InspectingClient, session: Session, enrollment: Enrollment, carol: Person
) -> None:
    lesson = list_lessons(session, enrollment.version_id)[0]
    with pytest.raises(DomainError, match="done when its package says so"):
        mark_read(session, FROZEN_NOW, enrollment, lesson)
    client.sign_in(carol)
    client.post(f"/learning/{enrollment.id}/lessons/1")
    assert progress_of(session, enrollment).read_count == 0


def test_time_a_package_reports_changes_no_credit(
    client: InspectingClient, session: Session, enrollment: Enrollment, carol: Person
) -> None:
    before = enrollment.version.minutes
    client.sign_in(carol)
    _say(client, make_launch(session, enrollment), lesson_status="passed", session_time="99:00:00")
    session.expire_all()
    assert enrollment.version.minutes == before == 60
    assert enrollment.completed_at is None


def test_one_window_saves_at_a_time_and_the_other_is_told(
    client: InspectingClient, session: Session, enrollment: Enrollment, carol: Person
) -> None:
    client.sign_in(carol)
    first, second = make_launch(session, enrollment), make_launch(session, enrollment)
    late = _say(client, first, lesson_status="passed")
    assert late.status_code == 409
    assert "opened again since" in late.json["message"]
    assert _say(client, second, lesson_status="incomplete").status_code == 200
    assert _fetch(client, f"/content/{first.key}/hear.html").status_code == 404
    assert client.get(f"/learning/packages/{first.id}").status_code == 303
    assert session.scalars(select(PackagePart.completion)).all() == ["incomplete"]
    assert len(session.scalars(select(PackageAttempt)).all()) == 1


def test_what_no_run_time_would_send_saves_nothing(
    client: InspectingClient, session: Session, enrollment: Enrollment, carol: Person
) -> None:
    client.sign_in(carol)
    launch = make_launch(session, enrollment)
    for state in ("", "nonsense", '{"cmi.x": 1}'):
        assert client.post(f"/learning/packages/{launch.id}", data={"state": state}).status_code == 422
    assert session.scalars(select(PackagePart)).all() == []


def test_strangers_open_save_and_see_nothing(
    client: InspectingClient, session: Session, enrollment: Enrollment, bob: Person
) -> None:
    launch = make_launch(session, enrollment)
    client.sign_in(bob)
    where = f"/learning/{enrollment.id}/lessons/1/package"
    assert client.get(where).status_code == 404
    assert client.post(where, data={"item": "hear"}).status_code == 404
    assert client.get(f"/learning/packages/{launch.id}").status_code == 404
    assert _say(client, launch, lesson_status="passed").status_code == 404


def test_files_come_with_their_kind_and_may_reach_nothing_else(
    client: InspectingClient, session: Session, enrollment: Enrollment
) -> None:
    launch = make_launch(session, enrollment)
    script = _fetch(client, f"/content/{launch.key}/run.js")
    assert script.mimetype == "text/javascript"
    policy = script.headers["Content-Security-Policy"]
    own = f"http://localhost/content/{launch.key}/"
    assert f"default-src {own} 'unsafe-inline' 'unsafe-eval' data: blob:" in policy
    assert "sandbox allow-scripts allow-forms" in policy
    assert "form-action 'none'" in policy
    assert f"connect-src {own} data: blob:" in policy
    assert script.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in script.headers


def test_a_page_gets_its_run_time_with_what_it_kept(
    client: InspectingClient, session: Session, enrollment: Enrollment, carol: Person
) -> None:
    client.sign_in(carol)
    _say(client, make_launch(session, enrollment), lesson_status="incomplete", lesson_location='"><script>')
    launch = make_launch(session, enrollment)
    answer = _fetch(client, f"/content/{launch.key}/hear.html?page=1")
    html = answer.get_data(as_text=True)
    assert html.index("scorm12.min.js") < html.index("package-frame.js") < html.index("run.js")
    assert '"><script>' not in html
    assert "&#34;cmi.core.entry&#34;: &#34;resume&#34;" in html
    assert answer.headers["Cache-Control"] == "no-store"


def test_videos_are_sent_in_ranges(
    client: InspectingClient, session: Session, outside: Outside, carol: Person, dana: Person
) -> None:
    package = scorm_12_of_one(PAGE, **{"film.mp4": bytes(range(200))})
    launch = make_launch(
        session,
        make_learner(session, carol, make_packed_version(session, outside.content, dana, package)),
        "i",
    )
    answer = _fetch(client, f"/content/{launch.key}/film.mp4", Range="bytes=10-19")
    assert (answer.status_code, answer.mimetype, answer.data) == (206, "video/mp4", bytes(range(10, 20)))


@pytest.mark.parametrize(
    "path",
    ["../../../ceu.db", "..%2f..%2fceu.db", "%2e%2e/%2e%2e/ceu.db", "/etc/passwd", "gone.html", "x%00y"],
)
def test_no_address_leads_out_of_the_package(
    client: InspectingClient, session: Session, enrollment: Enrollment, path: str
) -> None:
    launch = make_launch(session, enrollment)
    assert _fetch(client, f"/content/{launch.key}/{path}").status_code in {400, 404}
    assert _fetch(client, f"/content/{'x' * 43}/hear.html").status_code == 404


def test_an_address_dies_after_half_a_day(
    client: InspectingClient, session: Session, enrollment: Enrollment, outside: Outside
) -> None:
    launch = make_launch(session, enrollment)
    outside.clock.set(FROZEN_NOW + timedelta(hours=13))  # type: ignore[attr-defined]
    assert _fetch(client, f"/content/{launch.key}/run.js").status_code == 404


@pytest.mark.parametrize("package", [scorm_2004("2004 3rd Edition"), scorm_2004("2004 4th Edition")])
def test_scorm_2004_is_done_by_its_thresholds(
    package: BytesIO,
    client: InspectingClient,
    session: Session,
    outside: Outside,
    carol: Person,
    dana: Person,
) -> None:
    version = make_packed_version(session, outside.content, dana, package, "completed_and_passed")
    client.sign_in(carol)
    launch = make_launch(session, make_learner(session, carol, version), "wait")
    page = _fetch(client, f"/content/{launch.key}/content/wait.html")
    assert b"scorm2004.min.js" in page.data
    state = {"cmi.score.scaled": "0.9", "cmi.progress_measure": "0.5", "cmi.completion_status": "completed"}
    said = client.post(f"/learning/packages/{launch.id}", data={"state": json.dumps(state)})
    assert said.json == {"told": "incomplete, passed, 90 %", "done": False}
    state["cmi.progress_measure"] = "1"
    said = client.post(f"/learning/packages/{launch.id}", data={"state": json.dumps(state)})
    assert said.json == {"told": "completed, passed, 90 %", "done": True}


def test_opening_and_fetching_ask_a_fixed_number_of_questions(
    client: InspectingClient, session: Session, enrollment: Enrollment, statements: list[str]
) -> None:
    launch = make_launch(session, enrollment)
    session.commit()
    statements.clear()
    _fetch(client, f"/content/{launch.key}/run.js")
    assert len([one for one in statements if one.startswith("SELECT")]) == 1
