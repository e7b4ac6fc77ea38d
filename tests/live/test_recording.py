"""A home-study version out of a live one: what the checker of courses still asks for, and nothing else."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.courses import CourseContent, check_course
from ceu.adapters.outside import Outside
from ceu.authoring.models import CourseDraft
from ceu.domain.permissions import Role
from ceu.live.recording import RECORDING, home_study
from tests.catalog.builders import make_provider
from tests.client import InspectingClient
from tests.live.builders import at, make_event, make_live_version


def faults(content: CourseContent) -> list[str]:
    return [fault.what for fault in check_course(content)[1]]


def test_only_the_files_and_a_test_are_asked_for(
    client: InspectingClient, session: Session, outside: Outside, dana: Person
) -> None:
    provider = make_provider(session, (dana, Role.CE_DIRECTOR))
    event = make_event(session, make_live_version(session, provider))
    outside.clock.set(at(24 * 60))  # type: ignore[attr-defined]
    address = f"/provider/events/{event.id}/home-study"
    client.sign_in(dana)
    assert 'value="1:30"' in client.get(address).text
    assert client.post(address, data={"length": "0"}).status_code == 422
    begun = client.post(address, data={"length": "1:20"})
    draft = session.scalars(select(CourseDraft)).one()
    assert begun.location == f"/drafts/{draft.id}"
    content = draft.content
    assert content.course["delivery"] == "asynchronous_video"
    assert content.course["recordings"] == [{"file": RECORDING, "seconds": 80 * 60}]
    assert content.course["version"] == "1.1.0"
    assert faults(content) == [
        f"The video '{RECORDING}' is missing.",
        f"The video '{RECORDING}' has no captions, so not everybody can follow it.",
        "There is no question.",
    ]
    again = client.post(address, data={"length": "1:20"})
    assert (again.status_code, "has a draft" in again.main) == (422, True)


def test_the_test_of_a_live_course_goes_with_it(session: Session) -> None:
    version = make_live_version(session, questions=10)
    content = home_study(
        version.outline, version.test_rules, version.assessment, seconds=4_800, sessions=["Part 1"]
    )
    with_files = CourseContent(
        content.course,
        content.lessons,
        content.assessment,
        {RECORDING: "a" * 64, "assets/recording.vtt": "b" * 64},
    )
    source, found = check_course(with_files)
    assert found == []
    assert source is not None
    assert (source.seconds, len(source.questions), source.slug) == (4_800, 10, version.course.slug)
